//! `POST …/bulk`: begins a bulk issue of an uploaded file, or of a cohort.

use super::{
    problem::{begun, faulty, not_uploaded, refused, too_large, wrong},
    upload::CONTENT_TYPE,
    view::{BulkView, path},
};
use crate::Deps;
use axum::extract::State;
use jiff::civil::Date;
use registrar_domain::{
    attachment::FileName,
    bulk::{
        Bulk, MOST_BYTES, MOST_ROWS, MOST_STUDENTS,
        row::{COLUMNS, Defaults, STUDENT_ID},
        sheet::{Fault, Survey, survey},
    },
    certificate::{Part, Template},
    id::{AccountId, BulkId},
    value::{CourseName, Grade},
};
use registrar_runtime::{
    extract::{Body, Once, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::StoreError;
use serde::Deserialize;
use std::fmt::Write;

/// What a client sends: an upload or students, and what holds for all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    #[serde(default)]
    upload_id: Option<BulkId>,
    /// What the file was called; for people only.
    #[serde(default)]
    file_name: Option<FileName>,
    #[serde(default)]
    student_ids: Option<Vec<AccountId>>,
    #[serde(default)]
    course_name: Option<CourseName>,
    #[serde(default)]
    completion_date: Option<Date>,
    #[serde(default)]
    grade: Option<Grade>,
    #[serde(default)]
    expires_on: Option<Date>,
    #[serde(default)]
    template: Option<Template>,
}

/// Rows that lie where no signed request reaches.
struct Kept {
    id: BulkId,
    survey: Survey,
}

#[tracing::instrument(name = "certificates.bulk.start", skip_all, fields(bulk.id))]
pub(crate) async fn start(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<StartBody>,
) -> ApiResult {
    let defaults = Defaults {
        course_name: body.course_name,
        completion_date: body.completion_date,
        grade: body.grade,
        expires_on: body.expires_on,
        template: body.template,
    };
    let for_all = [
        (
            Part::Course,
            defaults.course_name.as_ref().map(CourseName::as_str),
        ),
        (Part::Grade, defaults.grade.as_ref().map(Grade::as_str)),
    ];
    for (part, text) in for_all {
        part.check(text.unwrap_or_default())
            .map_err(|refusal| crate::problem::refused(&refusal))?;
    }
    let kept = match (body.upload_id, body.student_ids) {
        (Some(id), None) => uploaded(&deps, id, &defaults).await?,
        (None, Some(students)) => cohort(&deps, &students, &defaults).await?,
        (Some(_), Some(_)) => {
            let detail = "give upload_id or student_ids, not both";
            return Err(wrong("/student_ids", "invalid_value", detail));
        }
        (None, None) => return Err(wrong("/upload_id", "missing_field", "must be given")),
    };
    tracing::Span::current().record("bulk.id", tracing::field::display(kept.id));
    let moment = deps.shell.moment();
    let (id, survey, file_name) = (kept.id, kept.survey, body.file_name);
    let decision = Bulk::begin(id, actor, file_name, survey, defaults, moment).map_err(refused)?;
    let bulk = &decision.bulk;
    let reply = Reply::accepted(&BulkView::from(bulk))
        .etag(bulk.version)
        .location(path(id));
    let answer = reply.answer();
    let answered = claim.as_ref().map(|claim| (claim, &answer));
    match deps
        .shell
        .table
        .commit_bulk(&decision, moment, answered)
        .await
    {
        Ok(()) => Ok(reply),
        Err(StoreError::Conflict) => Err(begun(&path(id))),
        Err(error) => Err(error.into()),
    }
}

/// Looks an upload through, and puts its rows where its signed request does not reach.
async fn uploaded(deps: &Deps, id: BulkId, defaults: &Defaults) -> Result<Kept, Problem> {
    if deps.shell.table.bulk(id).await?.is_some() {
        return Err(begun(&path(id)));
    }
    let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
    let incoming = Bulk::incoming_key(id);
    let file = deps.imports.head(&incoming, most).await?;
    let file = file.ok_or_else(not_uploaded)?;
    if file.size > MOST_BYTES {
        return Err(too_large());
    }
    let survey = surveyed(&file.bytes, defaults).map_err(|fault| faulty(&fault))?;
    keep(deps, id, survey).await
}

/// Puts rows where the worker reads them.
async fn keep(deps: &Deps, id: BulkId, mut survey: Survey) -> Result<Kept, Problem> {
    let rows = std::mem::take(&mut survey.kept);
    let key = Bulk::kept_key(id);
    deps.imports.put(&key, CONTENT_TYPE, rows.into()).await?;
    Ok(Kept { id, survey })
}

/// A cohort is a file of one column.
async fn cohort(deps: &Deps, students: &[AccountId], defaults: &Defaults) -> Result<Kept, Problem> {
    if students.is_empty() {
        return Err(wrong("/student_ids", "invalid_value", "must not be empty"));
    }
    if students.len() > MOST_STUDENTS {
        let detail = format!("must have at most {MOST_STUDENTS} ids; upload a file instead");
        return Err(wrong("/student_ids", "invalid_value", &detail));
    }
    let mut file = format!("{STUDENT_ID}\n");
    for student in students {
        writeln!(file, "{student}").expect("writing to a text does not fail");
    }
    let survey = surveyed(file.as_bytes(), defaults).map_err(|fault| match fault {
        Fault::MissingColumn(member) => {
            wrong(&format!("/{member}"), "missing_field", "must be given")
        }
        fault => faulty(&fault),
    })?;
    keep(deps, deps.shell.moment().id(), survey).await
}

fn surveyed(file: &[u8], defaults: &Defaults) -> Result<Survey, Fault> {
    let survey = survey(file, &COLUMNS, MOST_ROWS)?;
    defaults.suffice(&survey.layout)?;
    Ok(survey)
}
