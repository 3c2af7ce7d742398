//! `POST /tickets`: opens a ticket.

use crate::{
    problem::{account_gone, refused},
    view::TicketView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    id::AccountId,
    ticket::{self, Open, Priority},
    value::{Description, Subject},
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, SignedIn},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::keys;
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    subject: Subject,
    description: Description,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    priority: Option<Priority>,
    /// For whom; staff only, a requester may name themselves (checklist T-25, I-04).
    #[serde(default)]
    student_id: Option<AccountId>,
}

#[tracing::instrument(name = "tickets.open", skip_all, fields(ticket.id))]
pub(crate) async fn open(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Once(claim): Once,
    Body(body): Body<OpenBody>,
) -> ApiResult {
    let moment = shell.moment();
    let requester = body.student_id.unwrap_or(actor.id);
    if requester != actor.id && !actor.role.is_staff() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("student_id must be the signed-in student's own"));
    }
    let missing = if requester == actor.id {
        account_gone
    } else {
        unknown_student
    };
    let requester = shell.table.account(requester).await?.ok_or_else(missing)?;
    let day = jiff::tz::Offset::UTC.to_datetime(moment.now).date();
    let count = shell.table.count_up(&keys::tickets_of(day)).await?;
    let number = shell.profile.ticket_number.number(day, count);
    let OpenBody {
        subject,
        description,
        category,
        priority,
        ..
    } = body;
    let command = Open {
        subject,
        description,
        category,
        priority,
    };
    let decision = ticket::open(&shell.profile, actor, &requester, command, number, moment)
        .map_err(|r| refused(&r))?;

    let opened = &decision.ticket;
    let reply = Reply::created(&TicketView::from(opened))
        .etag(opened.version)
        .location(format!("/tickets/{}", opened.id));
    shell
        .table
        .commit_ticket(None, &decision, moment, claim.as_ref(), &reply.answer())
        .await?;
    tracing::Span::current().record("ticket.id", tracing::field::display(opened.id));
    Ok(reply)
}

fn unknown_student() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_student")
        .detail("there is no account with this id")
        .field(
            "/student_id",
            "unknown_student",
            "there is no account with this id",
        )
}
