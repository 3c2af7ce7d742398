//! Who of staff is given new tickets (checklist T-24).
//!
//! | path | what |
//! |---|---|
//! | `GET /api/admin/support/staff/assignment` | everybody: on duty or not, and how many tickets they have that are not done |
//! | `PATCH /api/admin/support/staff/{id}/assignment` | takes somebody on duty or off it: oneself, or anybody for a super admin |

use crate::Deps;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    routing::{get, patch},
};
use registrar_domain::{
    actor::Role,
    assignment::{Member, Mode},
    id::AccountId,
    page::Limit,
};
use registrar_runtime::{
    Shell,
    extract::{Body, Params, Segment, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// The routes.
pub(crate) fn routes() -> Router<Deps> {
    let base = "/api/admin/support/staff";
    Router::new()
        .route(&format!("{base}/assignment"), get(list))
        .route(&format!("{base}/{{id}}/assignment"), patch(set))
}

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Duty {
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct RosterView {
    mode: Mode,
    staff: Vec<MemberView>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct MemberView {
    id: AccountId,
    enabled: bool,
    open_tickets: u64,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            enabled: member.on_duty,
            open_tickets: member.load,
        }
    }
}

#[tracing::instrument(name = "tickets.list_assignment", skip_all)]
async fn list(State(shell): State<Shell>, _: Staff, Params(wanted): Params<Wanted>) -> ApiResult {
    let page = shell
        .table
        .roster_page(wanted.cursor.as_deref(), wanted.limit)
        .await?;
    Ok(Reply::ok(&RosterView {
        mode: shell.profile.assignment,
        staff: page.rows.into_iter().map(MemberView::from).collect(),
        next_cursor: page.next_cursor,
    }))
}

#[tracing::instrument(name = "tickets.set_assignment", skip_all)]
async fn set(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Segment(member): Segment<AccountId>,
    Body(duty): Body<Duty>,
) -> ApiResult {
    if member != actor.id && actor.role != Role::SuperAdmin {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("a super admin decides for others; everybody else for themselves"));
    }
    let found = shell.table.roster_member(member).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    shell.table.set_on_duty(member, duty.enabled).await?;
    Ok(Reply::ok(&MemberView {
        enabled: duty.enabled,
        ..found.into()
    }))
}
