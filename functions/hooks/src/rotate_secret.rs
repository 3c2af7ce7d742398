//! `POST /api/admin/webhooks/{id}/rotate-secret`: a new secret beside the one before.

use crate::{Deps, problem::super_admin, view::EndpointView};
use axum::extract::State;
use registrar_domain::webhook::Endpoint;
use registrar_runtime::{
    extract::{Once, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "webhooks.rotate_secret", skip_all)]
pub(crate) async fn rotate(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(endpoint): Visible<Endpoint>,
    Once(claim): Once,
) -> ApiResult {
    super_admin(actor)?;
    let moment = deps.shell.moment();
    let rotated = endpoint.rotated(moment);
    let reply = Reply::ok(&EndpointView::with_secret(&rotated, moment.now))
        .kept_as(&EndpointView::shown_before(&rotated, moment.now))
        .etag(rotated.version);
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    deps.shell.table.write_webhook(&rotated, kept).await?;
    Ok(reply)
}
