//! `POST …/{id or number}/read`: the person who asks has read the ticket until now. Reading it by `GET` notes nothing, so
//! that whatever fetches pages ahead marks nothing as read.

use crate::{header, problem::not_found, ticket_id, view::visible};
use axum::extract::State;
use jiff::Timestamp;
use registrar_domain::id::TicketId;
use registrar_runtime::{
    Shell,
    extract::{Once, Segment, SignedIn},
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
    Segment(segment): Segment<String>,
    _: Once,
) -> ApiResult {
    let ticket_id = ticket_id(&shell, &segment).await?;
    tracing::Span::current().record("ticket.id", tracing::field::display(ticket_id));
    let ticket = header(&shell, ticket_id).await?;
    if !visible(actor, &ticket) {
        return Err(not_found());
    }
    let read_at = shell.now();
    shell.table.mark_read(actor.id, ticket_id, read_at).await?;
    Ok(Reply::ok(&ReadView { ticket_id, read_at }))
}
