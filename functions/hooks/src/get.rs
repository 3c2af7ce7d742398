//! `GET /api/admin/webhooks` and `GET …/{id}`: endpoints as they stand.

use crate::{
    Deps,
    view::{EndpointView, EndpointsView},
};
use axum::extract::State;
use registrar_domain::webhook::Endpoint;
use registrar_runtime::{
    extract::{Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "webhooks.list", skip_all)]
pub(crate) async fn all(State(deps): State<Deps>, _: Staff) -> ApiResult {
    let now = deps.shell.now();
    let endpoints = deps.shell.table.webhooks().await?;
    let webhooks = endpoints.iter().map(|e| EndpointView::of(e, now)).collect();
    Ok(Reply::ok(&EndpointsView { webhooks }))
}

#[tracing::instrument(name = "webhooks.get", skip_all)]
pub(crate) async fn one(
    State(deps): State<Deps>,
    _: Staff,
    Visible(endpoint): Visible<Endpoint>,
) -> ApiResult {
    Ok(Reply::ok(&EndpointView::of(&endpoint, deps.shell.now())).etag(endpoint.version))
}
