//! `POST …/{id or number}/read`: the person who asks has read the ticket until now. Reading it by `GET` notes nothing, so
//! that whatever fetches pages ahead marks nothing as read.

use axum::extract::State;
use jiff::Timestamp;
use registrar_domain::{id::TicketId, ticket::Ticket};
use registrar_runtime::{
    Shell,
    extract::{Once, SignedIn, Visible},
    problem::ApiResult,
    reply::Reply,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct ReadView {
    ticket_id: TicketId,
    read_at: Timestamp,
}

#[tracing::instrument(name = "tickets.read", skip_all, fields(ticket.id))]
pub(crate) async fn read(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(ticket): Visible<Ticket>,
    _: Once,
) -> ApiResult {
    let ticket_id = ticket.id;
    let read_at = shell.now();
    shell.table.mark_read(actor.id, ticket_id, read_at).await?;
    Ok(Reply::ok(&ReadView { ticket_id, read_at }))
}
