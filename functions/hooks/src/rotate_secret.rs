//! `POST /api/admin/webhooks/{id}/rotate-secret`: a new secret beside the one before.

use crate::{Deps, problem::super_admin, view::EndpointView};
use axum::extract::State;
use registrar_domain::id::WebhookId;
use registrar_runtime::{
    extract::{Once, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "webhooks.rotate_secret", skip_all)]
pub(crate) async fn rotate(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<WebhookId>,
    Once(claim): Once,
) -> ApiResult {
    super_admin(actor)?;
    let moment = deps.shell.moment();
    let rotated = deps.endpoint(id).await?.rotated(moment);
    let reply = Reply::ok(&EndpointView::with_secret(&rotated, moment.now))
        .kept_as(&EndpointView::shown_before(&rotated, moment.now))
        .etag(rotated.version);
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    deps.shell.table.write_webhook(&rotated, kept).await?;
    Ok(reply)
}
