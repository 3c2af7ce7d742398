//! `POST /tickets`: opens a ticket.

use crate::{
    attachments,
    belongings::{self, Named},
    limits,
    location::Tickets,
    next_number,
    problem::{account_gone, refused},
    view::TicketView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    id::{AccountId, AppointmentId, AttachmentId, OrderId, SiteId},
    ticket::{self, Open, Priority, Requester},
    value::{Description, Subject, Tag},
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, SignedIn},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::blobs::Bucket;
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
    /// What of the requester's it is about.
    #[serde(default)]
    appointment_id: Option<AppointmentId>,
    #[serde(default)]
    order_id: Option<OrderId>,
    #[serde(default)]
    site_id: Option<SiteId>,
    /// What staff mark it with; from a requester it is not taken.
    #[serde(default)]
    tags: Vec<Tag>,
    /// Drafts of the signed-in person, completed.
    #[serde(default)]
    attachment_ids: Vec<AttachmentId>,
}

#[tracing::instrument(name = "tickets.open", skip_all, fields(ticket.id))]
pub(crate) async fn open(
    State(shell): State<Shell>,
    State(bucket): State<Bucket>,
    SignedIn(actor): SignedIn,
    tickets: Tickets,
    Once(claim): Once,
    Body(body): Body<OpenBody>,
) -> ApiResult {
    let moment = shell.moment();
    let named = Named {
        appointment: body.appointment_id,
        order: body.order_id,
        site: body.site_id,
    };
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
    let requester = Requester::of_account(&requester);
    let own = requester.id == actor.id;
    let mut table = limits::opening(&shell, actor, own).await?;
    let about = belongings::check(&shell, requester.id, named).await?;
    let files = attachments::named(&shell, actor, None, &body.attachment_ids).await?;
    let number = next_number(&shell, moment).await?;
    let OpenBody {
        subject,
        description,
        category,
        priority,
        tags,
        ..
    } = body;
    let tags = if actor.role.is_staff() {
        tags
    } else {
        Vec::new()
    };
    let command = Open {
        subject,
        description,
        category,
        priority,
        about,
        tags,
    };
    let decision = ticket::open(&shell.profile, actor, &requester, command, number, moment)
        .map_err(|r| refused(&r))?;
    let decision = attachments::taken(&shell, &bucket, decision, actor.id, files, moment).await?;

    let opened = &decision.ticket;
    let reply = Reply::created(&TicketView::new(&shell.profile, actor, opened))
        .etag(opened.version)
        .location(tickets.ticket(opened.id));
    let mut tries = 0;
    loop {
        tries += 1;
        let committed = table
            .commit_ticket(None, &decision, moment, claim.as_ref(), &reply.answer())
            .await;
        if limits::outcounted(&committed, tries) {
            table = limits::opening(&shell, actor, own).await?;
            continue;
        }
        committed?;
        break;
    }
    attachments::copied(&bucket, &decision).await;
    tracing::Span::current().record("ticket.id", tracing::field::display(opened.id));
    Ok(reply)
}

/// The account that a body names is not there.
pub(crate) fn unknown_student() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_student")
        .detail("there is no account with this id")
        .field(
            "/student_id",
            "unknown_student",
            "there is no account with this id",
        )
}
