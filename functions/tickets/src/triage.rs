//! `GET` and `PUT /api/admin/support/triage`: when an answer of the model may go out without a person (checklist P-05).

use axum::extract::State;
use registrar_domain::triage::{Confidence, Policy};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// What a client sends: the whole policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyBody {
    automatic_replies: bool,
    threshold: Confidence,
}

#[tracing::instrument(name = "tickets.triage_policy", skip_all)]
pub(crate) async fn policy(State(shell): State<Shell>, _: Staff) -> ApiResult {
    Ok(Reply::ok(&shell.table.triage_policy().await?))
}

/// Takes effect with the next ticket that is looked at.
#[tracing::instrument(name = "tickets.set_triage_policy", skip_all)]
pub(crate) async fn set_policy(
    State(shell): State<Shell>,
    _: Staff,
    Once(claim): Once,
    Body(body): Body<PolicyBody>,
) -> ApiResult {
    let policy = Policy {
        automatic_replies: body.automatic_replies,
        threshold: body.threshold,
    };
    let reply = Reply::ok(&policy);
    let table = &shell.table;
    table
        .set_triage_policy(policy, claim.as_ref(), &reply.answer())
        .await?;
    Ok(reply)
}
