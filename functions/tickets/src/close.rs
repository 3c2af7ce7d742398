//! `POST …/{id or number}/close`: done. Staff resolve it, and the requester is told by the way they came (checklist X-03); a
//! requester closes it.

use crate::{Changing, view::TicketView};
use axum::extract::State;
use registrar_domain::{
    id::AccountId,
    ticket::{ChangeStatus, Decision, Status, Ticket},
    value::Reason,
};
use registrar_runtime::{
    Shell,
    extract::{IfMatch, Once, OptionalBody, SignedIn, Visible},
    problem::ApiResult,
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// What a client may send.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    #[serde(default)]
    reason: Option<Reason>,
    /// Who does it; must be the signed-in person (checklist I-04).
    #[serde(default)]
    admin_id: Option<AccountId>,
}

/// What comes back.
#[derive(Debug, Serialize)]
struct Closed<'a> {
    #[serde(flatten)]
    ticket: TicketView<'a>,
    /// `sent` when the requester is told: it is on its way, and tried until it has arrived or failed for good.
    user_notification: &'static str,
}

#[tracing::instrument(name = "tickets.close", skip_all, fields(ticket.id))]
pub(crate) async fn close(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Once(claim): Once,
    OptionalBody(body): OptionalBody<CloseBody>,
) -> ApiResult {
    let CloseBody { reason, admin_id } = body.unwrap_or_default();
    crate::own_admin_id(actor, admin_id)?;
    let to = if actor.role.is_staff() {
        Status::Resolved
    } else {
        Status::Closed
    };
    let changing = Changing::of(&shell, actor, ticket);
    let view = |decision: &Decision| {
        Reply::ok(&Closed {
            ticket: TicketView::new(&shell.profile, actor, &decision.ticket),
            user_notification: if decision.effects.is_empty() {
                "none"
            } else {
                "sent"
            },
        })
    };
    let decide = |ticket: &Ticket, moment: registrar_domain::clock::Moment<'_>| {
        let reason = reason.clone();
        ticket.change_status(&shell.profile, actor, ChangeStatus { to, reason }, moment)
    };
    changing
        .commit_as(if_match, claim.as_ref(), decide, view)
        .await
}
