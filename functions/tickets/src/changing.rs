//! Changing one ticket: read, decide, commit; again from the start when another writer came first.

use crate::{came_second, header, problem::refused, view::TicketView};
use axum::http::StatusCode;
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    id::AccountId,
    ticket::{Decision, Refusal, Ticket},
};
use registrar_runtime::{
    Shell,
    extract::IfMatch,
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::answers::Claim;

/// A ticket that somebody changes.
pub(crate) struct Changing<'a> {
    shell: &'a Shell,
    actor: Actor,
    ticket: Ticket,
}

impl<'a> Changing<'a> {
    /// A ticket as it was just read.
    pub(crate) fn of(shell: &'a Shell, actor: Actor, ticket: Ticket) -> Self {
        Self {
            shell,
            actor,
            ticket,
        }
    }

    /// Decides, commits and answers with the ticket.
    pub(crate) async fn commit(
        self,
        if_match: IfMatch,
        claim: Option<&Claim>,
        decide: impl Fn(&Ticket, Moment<'_>) -> Result<Decision, Refusal>,
    ) -> ApiResult {
        let (profile, actor) = (&self.shell.profile, self.actor);
        let view =
            |decision: &Decision| Reply::ok(&TicketView::new(profile, actor, &decision.ticket));
        self.commit_as(if_match, claim, decide, view).await
    }

    /// Decides, commits and answers with what `view` makes of the decision.
    pub(crate) async fn commit_as(
        self,
        if_match: IfMatch,
        claim: Option<&Claim>,
        decide: impl Fn(&Ticket, Moment<'_>) -> Result<Decision, Refusal>,
        view: impl Fn(&Decision) -> Reply,
    ) -> ApiResult {
        let mut ticket = self.ticket;
        let mut tries = 0;
        loop {
            tries += 1;
            let moment = self.shell.moment();
            let decision = decide(&ticket, moment).map_err(|r| refused(&r))?;
            if_match.check(ticket.version)?;
            let reply = view(&decision).etag(decision.ticket.version);
            if claim.is_none() && decision.ticket == ticket {
                return Ok(reply);
            }
            let parts = [(Some(ticket.version), &decision)];
            let committed = self
                .shell
                .table
                .commit_tickets(&parts, moment, claim, &reply.answer())
                .await;
            if came_second(&committed, tries) {
                ticket = header(self.shell, ticket.id).await?;
                continue;
            }
            committed?;
            return Ok(reply);
        }
    }
}

/// Refuses an `admin_id` that is not the signed-in person's own (checklist I-04).
pub(crate) fn own_admin_id(actor: Actor, named: Option<AccountId>) -> Result<(), Problem> {
    match named {
        Some(named) if named != actor.id => Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("admin_id must be the signed-in person's own")),
        _ => Ok(()),
    }
}
