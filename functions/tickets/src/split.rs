//! `POST …/{id or number}/split`: a message of a ticket becomes a ticket of its own.

use crate::{
    came_second, header, location::Tickets, next_number, problem::refused, view::TicketView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    id::MessageId,
    ticket::{Split, Ticket},
    value::Subject,
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, Staff, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitBody {
    message_id: MessageId,
    /// The message's first line if absent.
    #[serde(default)]
    subject: Option<Subject>,
    /// The same category if absent.
    #[serde(default)]
    category: Option<String>,
}

/// What comes back: the new ticket, and the one that it came from.
#[derive(Debug, Serialize)]
struct Parted<'a> {
    #[serde(flatten)]
    ticket: TicketView<'a>,
    split_from: TicketView<'a>,
}

#[tracing::instrument(name = "tickets.split", skip_all, fields(ticket.id))]
pub(crate) async fn split(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(mut ticket): Visible<Ticket>,
    tickets: Tickets,
    Once(claim): Once,
    Body(body): Body<SplitBody>,
) -> ApiResult {
    let id = ticket.id;
    let message = shell.table.message(id, body.message_id).await?;
    let message = message.ok_or_else(unknown_message)?;
    let number = next_number(&shell, shell.moment()).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = shell.moment();
        let command = Split {
            message: &message,
            subject: body.subject.clone(),
            category: body.category.clone(),
        };
        let (opened, here) = ticket
            .split(&shell.profile, actor, command, number.clone(), moment)
            .map_err(|r| refused(&r))?;
        let reply = Reply::created(&Parted {
            ticket: TicketView::new(&shell.profile, actor, &opened.ticket),
            split_from: TicketView::new(&shell.profile, actor, &here.ticket),
        })
        .etag(opened.ticket.version)
        .location(tickets.ticket(opened.ticket.id));
        let parts = [(None, &opened), (Some(ticket.version), &here)];
        let committed = shell
            .table
            .commit_tickets(&parts, moment, claim.as_ref(), &reply.answer())
            .await;
        if came_second(&committed, tries) {
            ticket = header(&shell, id).await?;
            continue;
        }
        committed?;
        return Ok(reply);
    }
}

fn unknown_message() -> Problem {
    let detail = "the ticket has no public message with this id";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_message")
        .detail(detail)
        .field("/message_id", "unknown_message", detail)
}
