//! `POST /tickets/{id or number}/messages`: a public reply, or for staff an internal note.

use crate::{
    came_second, header,
    problem::{account_gone, refused},
    ticket_id,
    view::MessageView,
};
use axum::extract::State;
use registrar_domain::{
    ticket::{Decision, Status},
    value::MessageBody,
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, Segment, SignedIn},
    problem::ApiResult,
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    message: MessageBody,
    #[serde(default)]
    is_internal_note: bool,
}

/// What comes back: the message, and where the ticket stands now.
#[derive(Debug, Serialize)]
struct Added<'a> {
    #[serde(flatten)]
    message: MessageView<'a>,
    ticket_status: Status,
}

#[tracing::instrument(name = "tickets.reply", skip_all, fields(ticket.id))]
pub(crate) async fn reply(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(segment): Segment<String>,
    Once(claim): Once,
    Body(body): Body<ReplyBody>,
) -> ApiResult {
    let id = ticket_id(&shell, &segment).await?;
    tracing::Span::current().record("ticket.id", tracing::field::display(id));
    let author = shell
        .table
        .account(actor.id)
        .await?
        .ok_or_else(account_gone)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let ticket = header(&shell, id).await?;
        let moment = shell.moment();
        let decision = if body.is_internal_note {
            ticket.note(&author, body.message.clone(), moment)
        } else {
            ticket.reply(&shell.profile, &author, body.message.clone(), moment)
        };
        let decision = decision.map_err(|r| refused(&r))?;
        let reply = added(&decision).location(format!("/tickets/{id}"));
        let committed = shell
            .table
            .commit_ticket(
                Some(ticket.version),
                &decision,
                moment,
                claim.as_ref(),
                &reply.answer(),
            )
            .await;
        if came_second(&committed, tries) {
            continue;
        }
        committed?;
        return Ok(reply);
    }
}

fn added(decision: &Decision) -> Reply {
    let message = match (&decision.message, &decision.note) {
        (Some(message), _) => MessageView::from(message),
        (None, Some(note)) => MessageView::from(note),
        (None, None) => unreachable!("a reply or a note adds something"),
    };
    Reply::created(&Added {
        message,
        ticket_status: decision.ticket.status,
    })
    .etag(decision.ticket.version)
}
