//! `POST /api/admin/certificates/generate`: issues a certificate.

use crate::{
    Deps,
    changing::TRIES,
    problem::refused,
    view::{CertificateView, created},
};
use axum::{extract::State, http::StatusCode};
use jiff::civil::Date;
use registrar_domain::{
    certificate::{self, Certificate, Issue, Refusal, Template},
    id::AccountId,
    value::{CourseName, Grade},
};
use registrar_runtime::{
    extract::{Body, Once, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::StoreError;
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenerateBody {
    student_id: AccountId,
    course_name: CourseName,
    /// `YYYY-MM-DD`.
    completion_date: Date,
    #[serde(default)]
    grade: Option<Grade>,
    #[serde(default)]
    expires_on: Option<Date>,
    #[serde(default)]
    template: Template,
    /// Who issues; must be the signed-in person (checklist I-04).
    #[serde(default)]
    admin_id: Option<AccountId>,
}

#[tracing::instrument(name = "certificates.generate", skip_all, fields(certificate.id))]
pub(crate) async fn generate(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<GenerateBody>,
) -> ApiResult {
    if body.admin_id.is_some_and(|named| named != actor.id) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("admin_id must be the signed-in person's own"));
    }
    let table = &deps.shell.table;
    if let Some(standing) = standing(&deps, &body).await? {
        return Ok(stands(&standing, &deps));
    }
    let student = table
        .account(body.student_id)
        .await?
        .ok_or_else(|| refused(&Refusal::UnknownStudent))?;
    let command = Issue {
        course: body.course_name.clone(),
        completion_date: body.completion_date,
        grade: body.grade.clone(),
        expires_on: body.expires_on,
        template: body.template,
    };
    let now = deps.shell.now();
    let may = command.check(actor, &student, None, now);
    may.map_err(|refusal| refused(&refusal))?;
    let status_index = table.next_status_index().await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = deps.shell.moment();
        let (command, keys) = (command.clone(), &deps.keys);
        let decision = certificate::issue(actor, &student, command, status_index, keys, moment)
            .map_err(|refusal| refused(&refusal))?;
        let issued = &decision.certificate;
        let reply = created(issued, &deps);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        match table
            .commit_certificate(None, &decision, moment, kept)
            .await
        {
            Ok(()) => {
                tracing::Span::current()
                    .record("certificate.id", tracing::field::display(&issued.id));
                return Ok(reply);
            }
            Err(StoreError::Conflict) => {
                // Somebody issued the same fact in between: theirs is the answer.
                if let Some(standing) = standing(&deps, &body).await? {
                    return Ok(stands(&standing, &deps));
                }
                // Their transaction was under way, and may have come to nothing as this one did.
                if tries == TRIES {
                    return Err(StoreError::Conflict.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The certificate that stands for what was asked for.
fn stands(standing: &Certificate, deps: &Deps) -> Reply {
    Reply::ok(&CertificateView::for_staff(standing, deps))
        .etag(standing.version)
        .shows(&standing.id)
}

async fn standing(deps: &Deps, body: &GenerateBody) -> Result<Option<Certificate>, Problem> {
    let table = &deps.shell.table;
    Ok(table
        .certificate_of_fact(body.student_id, &body.course_name, body.completion_date)
        .await?)
}
