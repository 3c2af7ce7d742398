//! `POST …/{id or number}/merge`: two tickets of one requester become one.

use crate::{came_second, problem::refused, ticket_id, view::TicketView};
use axum::extract::State;
use registrar_domain::{
    page::Limit,
    ticket::{Refusal, Said, Ticket},
    value::Reason,
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
pub(crate) struct MergeBody {
    /// Id or number of the ticket that stays.
    into: String,
    #[serde(default)]
    reason: Option<Reason>,
}

/// What comes back: the ticket that stays, and the one that went into it.
#[derive(Debug, Serialize)]
struct Merged<'a> {
    #[serde(flatten)]
    ticket: TicketView<'a>,
    merged: TicketView<'a>,
}

#[tracing::instrument(name = "tickets.merge", skip_all, fields(ticket.id))]
pub(crate) async fn merge(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(ticket): Visible<Ticket>,
    Once(claim): Once,
    Body(MergeBody { into, reason }): Body<MergeBody>,
) -> ApiResult {
    let from = ticket.id;
    let into = ticket_id(&shell, &into)
        .await
        .map_err(|_| unknown("/into"))?;
    let limit = Limit::try_from(100).map_err(Problem::internal)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let found = shell
            .table
            .conversation_for_staff(from, None, limit)
            .await?;
        let (conversation, internals) = found.ok_or_else(crate::problem::not_found)?;
        let target = shell.table.ticket(into).await?;
        let target = target.ok_or_else(|| unknown("/into"))?;
        let ticket = conversation.ticket;
        if conversation.next_cursor.is_some() {
            let has = usize::try_from(ticket.message_count).unwrap_or(usize::MAX);
            let most = Said::MOST;
            return Err(refused(&Refusal::TooLong { has, most }));
        }
        let said = Said {
            messages: conversation.messages,
            notes: internals.notes,
        };
        let moment = shell.moment();
        let (gone, kept) = ticket
            .merge_into(&target, &shell.profile, actor, said, reason.clone(), moment)
            .map_err(|r| refused(&r))?;
        let reply = Reply::ok(&Merged {
            ticket: TicketView::new(&shell.profile, actor, &kept.ticket),
            merged: TicketView::new(&shell.profile, actor, &gone.ticket),
        })
        .etag(kept.ticket.version);
        let parts = [(Some(ticket.version), &gone), (Some(target.version), &kept)];
        let committed = shell
            .table
            .commit_tickets(&parts, moment, claim.as_ref(), &reply.answer())
            .await;
        if came_second(&committed, tries) {
            continue;
        }
        committed?;
        return Ok(reply);
    }
}

/// A ticket that the body names, and that there is not.
pub(crate) fn unknown(pointer: &str) -> Problem {
    let detail = "there is no ticket with this id or number";
    Problem::new(
        axum::http::StatusCode::UNPROCESSABLE_ENTITY,
        "unknown_ticket",
    )
    .detail(detail)
    .field(pointer, "unknown_ticket", detail)
}
