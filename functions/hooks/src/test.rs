//! `POST /api/admin/webhooks/{id}/test`: sends a trial, which shows in the log like everything that is sent.

use crate::{Deps, problem::refused};
use axum::extract::State;
use registrar_domain::{
    effect::Effect,
    webhook::{Endpoint, Event, EventId, Refusal, What},
};
use registrar_runtime::{
    extract::{Once, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};
use serde::Serialize;

#[derive(Serialize)]
struct Sent {
    delivery_id: EventId,
    webhook_id: String,
}

#[tracing::instrument(name = "webhooks.test", skip_all)]
pub(crate) async fn test(
    State(deps): State<Deps>,
    _: Staff,
    Visible(endpoint): Visible<Endpoint>,
    Once(claim): Once,
) -> ApiResult {
    if endpoint.disabled.is_some() {
        return Err(refused(Refusal::Disabled));
    }
    let moment = deps.shell.moment();
    let event = Event {
        at: moment.now,
        what: What::Test {
            test_id: moment.id(),
        },
    };
    let delivery_id = event.id();
    let webhook_id = delivery_id.header();
    let reply = Reply::accepted(&Sent {
        delivery_id,
        webhook_id,
    });
    let effect = Effect::WebhookDelivery {
        webhook_id: endpoint.id,
        event,
        attempt: 1,
    };
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    deps.shell.table.send_webhook(effect, moment, kept).await?;
    Ok(reply)
}
