//! `POST /api/admin/certificates/preview` and `GET …/previews/{id}`: a certificate's page before there is the certificate.

use crate::{
    Deps,
    problem::{not_found, refused},
};
use axum::extract::State;
use jiff::{SignedDuration, Timestamp, civil::Date};
use registrar_domain::{
    certificate::{Issue, Preview, Refusal, Template, preview},
    id::{AccountId, PreviewId},
    value::{CourseName, Grade, PersonName},
};
use registrar_runtime::{
    extract::{Body, Once, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// For how long the page's address works.
const GOOD: SignedDuration = SignedDuration::from_secs(300);

/// What a client sends: what it would send to issue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    student_id: AccountId,
    /// The account's, unless said.
    #[serde(default)]
    student_name: Option<PersonName>,
    course_name: CourseName,
    completion_date: Date,
    #[serde(default)]
    grade: Option<Grade>,
    #[serde(default)]
    expires_on: Option<Date>,
    #[serde(default)]
    template: Template,
}

#[derive(Debug, Serialize)]
struct PreviewView {
    preview_id: PreviewId,
    /// `pending` or `ready`.
    status: &'static str,
    /// Where to ask again.
    preview_url: String,
    /// Where the page is, once it is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf_url: Option<String>,
    /// Until when that address works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf_url_expires_at: Option<Timestamp>,
}

impl PreviewView {
    fn pending(preview: &Preview, deps: &Deps) -> Self {
        Self {
            preview_id: preview.id,
            status: "pending",
            preview_url: format!("{}{}", deps.shell.app_base_url, path(preview.id)),
            pdf_url: None,
            pdf_url_expires_at: None,
        }
    }
}

fn path(id: PreviewId) -> String {
    format!("/api/admin/certificates/previews/{id}")
}

#[tracing::instrument(name = "certificates.preview", skip_all)]
pub(crate) async fn request(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<PreviewBody>,
) -> ApiResult {
    let table = &deps.shell.table;
    let student = table
        .account(body.student_id)
        .await?
        .ok_or_else(|| refused(&Refusal::UnknownStudent))?;
    let command = Issue {
        course: body.course_name,
        completion_date: body.completion_date,
        grade: body.grade,
        expires_on: body.expires_on,
        template: body.template,
    };
    let moment = deps.shell.moment();
    let previewed = preview(actor, &student, body.student_name, command, moment)
        .map_err(|refusal| refused(&refusal))?;
    let asked = &previewed.preview;
    let reply = Reply::accepted(&PreviewView::pending(asked, &deps)).location(path(asked.id));
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    table.commit_preview(&previewed, moment, kept).await?;
    Ok(reply)
}

#[tracing::instrument(name = "certificates.previewed", skip_all)]
pub(crate) async fn get(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<PreviewId>,
) -> ApiResult {
    let now = deps.shell.now();
    let found = deps.shell.table.preview(id).await?;
    let preview = found
        .filter(|preview| !preview.is_over(now))
        .ok_or_else(not_found)?;
    let pending = PreviewView::pending(&preview, &deps);
    if !preview.ready {
        return Ok(Reply::accepted(&pending));
    }
    let disposition = "inline; filename=\"preview.pdf\"";
    let served = registrar_store::blobs::Served {
        disposition,
        content_type: None,
    };
    let seconds = GOOD.as_secs().unsigned_abs();
    let page = deps
        .bucket
        .download(&preview.pdf_key(), served, now, seconds)
        .await?;
    Ok(Reply::ok(&PreviewView {
        status: "ready",
        pdf_url: Some(page.url),
        pdf_url_expires_at: Some(page.expires_at),
        ..pending
    }))
}
