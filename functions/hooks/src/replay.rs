//! `POST /api/admin/webhooks/{id}/deliveries/{delivery}/replay`: sends again, under the same `webhook-id`.

use crate::{Deps, problem::refused, view::DeliveryView};
use axum::{extract::State, http::StatusCode};
use registrar_domain::webhook::{Delivery, Refusal};
use registrar_runtime::{
    extract::{Once, Staff, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};

#[tracing::instrument(name = "webhooks.replay", skip_all)]
pub(crate) async fn replay(
    State(deps): State<Deps>,
    _: Staff,
    Visible(delivery): Visible<Delivery>,
    Once(claim): Once,
) -> ApiResult {
    let endpoint = deps.endpoint(delivery.webhook_id).await?;
    if endpoint.disabled.is_some() {
        return Err(refused(Refusal::Disabled));
    }
    let moment = deps.shell.moment();
    let again = delivery.replayed(moment.now).map_err(|busy| {
        Problem::new(StatusCode::CONFLICT, "delivery_busy").detail(busy.to_string())
    })?;
    let reply = Reply::accepted(&DeliveryView::from(&again));
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    let table = &deps.shell.table;
    table.replay_webhook_delivery(&again, moment, kept).await?;
    Ok(reply)
}
