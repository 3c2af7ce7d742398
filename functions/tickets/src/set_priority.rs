//! `PATCH …/{id or number}/priority`: how urgent a ticket is, as staff see it.

use crate::Changing;
use axum::extract::State;
use registrar_domain::ticket::Priority;
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Segment, Staff},
    problem::ApiResult,
};
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriorityBody {
    priority: Priority,
}

#[tracing::instrument(name = "tickets.set_priority", skip_all, fields(ticket.id))]
pub(crate) async fn set_priority(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Segment(segment): Segment<String>,
    if_match: IfMatch,
    Body(PriorityBody { priority }): Body<PriorityBody>,
) -> ApiResult {
    let changing = Changing::of(&shell, actor, &segment).await?;
    changing
        .commit(if_match, None, |ticket, moment| {
            ticket.set_priority(actor, priority, moment)
        })
        .await
}
