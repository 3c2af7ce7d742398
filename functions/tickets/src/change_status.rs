//! `PATCH /tickets/{id or number}/status`: moves a ticket by hand.

use crate::Changing;
use axum::extract::State;
use registrar_domain::{
    id::AccountId,
    ticket::{ChangeStatus, Status, Ticket},
    value::Reason,
};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, SignedIn, Visible},
    problem::ApiResult,
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
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Body(body): Body<StatusBody>,
) -> ApiResult {
    crate::own_admin_id(actor, body.admin_id)?;
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, None, |ticket, moment| {
            let command = ChangeStatus {
                to: body.status,
                reason: body.reason.clone(),
            };
            ticket.change_status(&shell.profile, actor, command, moment)
        })
        .await
}
