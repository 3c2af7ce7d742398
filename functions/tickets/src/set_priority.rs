//! `PATCH …/{id or number}/priority`: how urgent a ticket is, as staff see it.

use crate::Changing;
use axum::extract::State;
use registrar_domain::ticket::{Priority, Ticket};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Staff, Visible},
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
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Body(PriorityBody { priority }): Body<PriorityBody>,
) -> ApiResult {
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, None, |ticket, moment| {
            ticket.set_priority(actor, priority, moment)
        })
        .await
}
