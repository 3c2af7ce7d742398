//! `POST …/{id or number}/links` and `DELETE …/links/{other}`: tickets about related matters.

use crate::{
    Deps, came_second, header, merge::unknown, problem::refused, ticket_id, view::TicketView,
};
use axum::extract::State;
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    id::TicketId,
    ticket::{Decision, Refusal, Ticket},
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Body, Once, Row, Staff, Visible},
    problem::{ApiResult, Problem},
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
    Visible(one): Visible<Ticket>,
    Once(claim): Once,
    Body(body): Body<LinkBody>,
) -> ApiResult {
    let there = ticket_id(&shell, &body.ticket).await;
    let there = there.map_err(|_| unknown("/ticket"))?;
    both(&shell, actor, (one, there), claim.as_ref(), Ticket::relate).await
}

#[tracing::instrument(name = "tickets.unlink", skip_all, fields(ticket.id))]
pub(crate) async fn unlink(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(Pair { one, other }): Visible<Pair>,
) -> ApiResult {
    both(&shell, actor, (one, other), None, Ticket::unrelate).await
}

/// A ticket, and the id of another one behind it in the path.
pub(crate) struct Pair {
    one: Ticket,
    other: TicketId,
}

impl Row<Deps> for Pair {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let one = Ticket::find(deps, asked).await?;
        let other = asked.name("other").unwrap_or_default();
        let other = ticket_id(&deps.shell, other).await?;
        Ok(Self { one, other })
    }
}

type Decide = fn(&Ticket, &Ticket, Actor, Moment<'_>) -> Result<(Decision, Decision), Refusal>;

/// Decides on two tickets and commits both; the answer is the first.
async fn both(
    shell: &Shell,
    actor: Actor,
    (mut one, there): (Ticket, TicketId),
    claim: Option<&Claim>,
    decide: Decide,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
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
            one = header(shell, one.id).await?;
            continue;
        }
        committed?;
        return Ok(reply);
    }
}
