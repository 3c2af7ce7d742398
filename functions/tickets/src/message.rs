//! `GET …/tickets/{id or number}/messages/{message}`: one message; for staff an internal note too.

use crate::{
    header,
    problem::not_found,
    ticket_id,
    view::{MessageView, visible},
};
use axum::extract::{Path, State};
use registrar_domain::{
    actor::Actor,
    id::{MessageId, TicketId},
};
use registrar_runtime::{
    Shell,
    extract::SignedIn,
    problem::{ApiResult, Problem},
    reply::Reply,
};

#[tracing::instrument(name = "tickets.message", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Path((ticket, message)): Path<(String, String)>,
) -> ApiResult {
    let id = ticket_id(&shell, &ticket).await?;
    let ticket = header(&shell, id).await?;
    if !visible(actor, &ticket) {
        return Err(not_found());
    }
    show(&shell, actor, id, &message).await
}

/// A message of a ticket that `actor` may see.
pub(crate) async fn show(shell: &Shell, actor: Actor, ticket: TicketId, id: &str) -> ApiResult {
    let id: MessageId = id.parse().map_err(|_| unknown())?;
    if let Some(message) = shell.table.message(ticket, id).await? {
        return Ok(Reply::ok(&MessageView::new(
            &shell.profile,
            actor,
            &message,
        )));
    }
    let note = if actor.role.is_staff() {
        shell.table.note(ticket, id).await?
    } else {
        None
    };
    let note = note.ok_or_else(unknown)?;
    Ok(Reply::ok(&MessageView::from(&note)))
}

fn unknown() -> Problem {
    Problem::not_found()
}
