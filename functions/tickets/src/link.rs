//! `POST …/{id or number}/links` and `DELETE …/links/{other}`: tickets about related matters.

use crate::{
    came_second, header, merge::unknown, problem::not_found, problem::refused, ticket_id,
    view::TicketView,
};
use axum::extract::{Path, State};
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    id::TicketId,
    ticket::{Decision, Refusal, Ticket},
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::answers::Claim;
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// Id or number of the other ticket.
    ticket: String,
}

#[tracing::instrument(name = "tickets.link", skip_all, fields(ticket.id))]
pub(crate) async fn link(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Segment(segment): Segment<String>,
    Once(claim): Once,
    Body(body): Body<LinkBody>,
) -> ApiResult {
    let here = ticket_id(&shell, &segment).await?;
    let there = ticket_id(&shell, &body.ticket).await;
    let there = there.map_err(|_| unknown("/ticket"))?;
    both(&shell, actor, (here, there), claim.as_ref(), Ticket::relate).await
}

#[tracing::instrument(name = "tickets.unlink", skip_all, fields(ticket.id))]
pub(crate) async fn unlink(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> ApiResult {
    let Path((segment, other)) = path.map_err(|_| not_found())?;
    let here = ticket_id(&shell, &segment).await?;
    let there = ticket_id(&shell, &other).await?;
    both(&shell, actor, (here, there), None, Ticket::unrelate).await
}

type Decide = fn(&Ticket, &Ticket, Actor, Moment<'_>) -> Result<(Decision, Decision), Refusal>;

/// Decides on two tickets and commits both; the answer is the first.
async fn both(
    shell: &Shell,
    actor: Actor,
    (here, there): (TicketId, TicketId),
    claim: Option<&Claim>,
    decide: Decide,
) -> ApiResult {
    tracing::Span::current().record("ticket.id", tracing::field::display(here));
    let mut tries = 0;
    loop {
        tries += 1;
        let one = header(shell, here).await?;
        let other = header(shell, there).await.map_err(|_| unknown("/ticket"))?;
        let moment = shell.moment();
        let (first, second) = decide(&one, &other, actor, moment).map_err(|r| refused(&r))?;
        let reply = Reply::ok(&TicketView::new(&shell.profile, actor, &first.ticket))
            .etag(first.ticket.version);
        if claim.is_none() && first.ticket == one && second.ticket == other {
            return Ok(reply);
        }
        let parts = [(Some(one.version), &first), (Some(other.version), &second)];
        let committed = shell
            .table
            .commit_tickets(&parts, moment, claim, &reply.answer())
            .await;
        if came_second(&committed, tries) {
            continue;
        }
        committed?;
        return Ok(reply);
    }
}
