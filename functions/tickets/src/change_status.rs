//! `PATCH /tickets/{id or number}/status`: moves a ticket by hand.

use crate::{came_second, header, problem::refused, ticket_id, view::TicketView};
use axum::extract::State;
use registrar_domain::{
    id::AccountId,
    ticket::{ChangeStatus, Status},
    value::Reason,
};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Segment, SignedIn},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusBody {
    status: Status,
    #[serde(default)]
    reason: Option<Reason>,
    /// Who does it; must be the signed-in person (checklist I-04).
    #[serde(default)]
    admin_id: Option<AccountId>,
}

#[tracing::instrument(name = "tickets.change_status", skip_all, fields(ticket.id))]
pub(crate) async fn change_status(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(segment): Segment<String>,
    if_match: IfMatch,
    Body(body): Body<StatusBody>,
) -> ApiResult {
    if body.admin_id.is_some_and(|named| named != actor.id) {
        return Err(Problem::new(axum::http::StatusCode::FORBIDDEN, "forbidden")
            .detail("admin_id must be the signed-in person's own"));
    }
    let id = ticket_id(&shell, &segment).await?;
    tracing::Span::current().record("ticket.id", tracing::field::display(id));
    let mut tries = 0;
    loop {
        tries += 1;
        let ticket = header(&shell, id).await?;
        let moment = shell.moment();
        let command = ChangeStatus {
            to: body.status,
            reason: body.reason.clone(),
        };
        let decision = ticket
            .change_status(&shell.profile, actor, command, moment)
            .map_err(|r| refused(&r))?;
        if_match.check(ticket.version)?;
        let reply = Reply::ok(&TicketView::from(&decision.ticket)).etag(decision.ticket.version);
        let committed = shell
            .table
            .commit_ticket(
                Some(ticket.version),
                &decision,
                moment,
                None,
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
