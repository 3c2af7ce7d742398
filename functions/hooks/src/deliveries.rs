//! `GET /api/admin/webhooks/{id}/deliveries`: what was sent, and what came of it.

use crate::{
    Deps,
    view::{DeliveryView, LogView},
};
use axum::extract::{Path, State};
use registrar_domain::{
    id::WebhookId,
    page::Limit,
    webhook::{Delivery, EventId},
};
use registrar_runtime::{
    extract::{Params, Segment, Staff},
    problem::{ApiResult, Problem},
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
    Segment(id): Segment<WebhookId>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    deps.endpoint(id).await?;
    let (table, cursor) = (&deps.shell.table, wanted.cursor.as_deref());
    let page = table
        .webhook_deliveries(id, cursor, deps.shell.now(), wanted.limit)
        .await?;
    Ok(Reply::ok(&LogView::from(page)))
}

#[tracing::instrument(name = "webhooks.delivery", skip_all)]
pub(crate) async fn one(
    State(deps): State<Deps>,
    _: Staff,
    Path(names): Path<(String, String)>,
) -> ApiResult {
    let delivery = found(&deps, &names).await?;
    Ok(Reply::ok(&DeliveryView::from(&delivery)))
}

/// The delivery that a path names by its endpoint and its own id; what cannot be an id names nothing.
pub(crate) async fn found(
    deps: &Deps,
    (webhook, delivery): &(String, String),
) -> Result<Delivery, Problem> {
    let id: WebhookId = webhook.parse().map_err(|_| Problem::not_found())?;
    let event: EventId = delivery.parse().map_err(|_| Problem::not_found())?;
    let found = deps.shell.table.webhook_delivery(id, &event).await?;
    found.ok_or_else(Problem::not_found)
}
