//! `GET /api/admin/webhooks/{id}/deliveries`: what was sent, and what came of it.

use crate::{
    Deps,
    view::{DeliveryView, LogView},
};
use axum::extract::State;
use registrar_domain::{
    page::Limit,
    webhook::{Delivery, Endpoint},
};
use registrar_runtime::{
    extract::{Params, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[tracing::instrument(name = "webhooks.deliveries", skip_all)]
pub(crate) async fn list(
    State(deps): State<Deps>,
    _: Staff,
    Visible(endpoint): Visible<Endpoint>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let (table, cursor) = (&deps.shell.table, wanted.cursor.as_deref());
    let page = table
        .webhook_deliveries(endpoint.id, cursor, deps.shell.now(), wanted.limit)
        .await?;
    Ok(Reply::ok(&LogView::from(page)))
}

#[tracing::instrument(name = "webhooks.delivery", skip_all)]
pub(crate) async fn one(_: Staff, Visible(delivery): Visible<Delivery>) -> ApiResult {
    Ok(Reply::ok(&DeliveryView::from(&delivery)))
}
