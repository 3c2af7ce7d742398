//! `POST /api/admin/certificates/{id}/reissue`: issues a certificate in the place of one that was wrong.

use crate::{Deps, changing::TRIES, load, problem::refused, view::created};
use axum::{extract::State, http::StatusCode};
use jiff::civil::Date;
use registrar_domain::{
    certificate::{Certificate, Corrected, Correction, Refusal, Reissued},
    value::{CourseName, Grade, PersonName, Reason},
};
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Staff, Visible},
    problem::{ApiResult, Problem},
};
use registrar_store::StoreError;
use serde::Deserialize;
use serde_json::json;

/// What a client sends: what is corrected, and why. Without a name it is the account's as it is now.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReissueBody {
    #[serde(default)]
    student_name: Option<PersonName>,
    #[serde(default)]
    course_name: Option<CourseName>,
    #[serde(default)]
    completion_date: Option<Date>,
    /// Null takes it away.
    #[serde(default)]
    grade: Corrected<Grade>,
    /// Null takes it away: it holds for ever.
    #[serde(default)]
    expires_on: Corrected<Date>,
    reason: Reason,
}

#[tracing::instrument(name = "certificates.reissue", skip_all, fields(certificate.id = %certificate.id))]
pub(crate) async fn reissue(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(mut certificate): Visible<Certificate>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(body): Body<ReissueBody>,
) -> ApiResult {
    let table = &deps.shell.table;
    let correction = Correction {
        holder: body.student_name,
        course: body.course_name,
        completion_date: body.completion_date,
        grade: body.grade,
        expires_on: body.expires_on,
        reason: body.reason,
    };
    let mut tries = 0;
    let mut status_index = None;
    loop {
        tries += 1;
        if_match.check(certificate.version)?;
        let holder = table
            .account(certificate.student_id)
            .await?
            .ok_or_else(|| refused(&Refusal::UnknownStudent))?;
        let may = certificate.corrected(actor, &holder, &correction, deps.shell.now());
        may.map_err(|refusal| refused(&refusal))?;
        let index = match status_index {
            Some(index) => index,
            None => table.next_status_index().await?,
        };
        status_index = Some(index);
        let moment = deps.shell.moment();
        let correction = correction.clone();
        let reissued = certificate
            .reissue(actor, &holder, correction, index, &deps.keys, moment)
            .map_err(|refusal| refused(&refusal))?;
        let issued = &reissued.issued.certificate;
        let reply = created(issued, &deps);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        match table
            .commit_reissue(certificate.version, &reissued, moment, kept)
            .await
        {
            Ok(()) => return Ok(reply),
            Err(StoreError::Conflict) => {
                if let Some(standing) = in_the_way(&deps, &certificate, &reissued).await? {
                    return Err(stands(&standing));
                }
                if tries == TRIES {
                    return Err(StoreError::Conflict.into());
                }
                certificate = load(&deps, &certificate.id).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Another certificate that stands for what the new one would attest.
async fn in_the_way(
    deps: &Deps,
    old: &Certificate,
    reissued: &Reissued,
) -> Result<Option<Certificate>, Problem> {
    let new = &reissued.issued.certificate;
    let standing = deps
        .shell
        .table
        .certificate_of_fact(new.student_id, &new.course, new.completion_date)
        .await?;
    Ok(standing.filter(|standing| standing.id != old.id))
}

fn stands(standing: &Certificate) -> Problem {
    Problem::new(StatusCode::CONFLICT, "fact_attested")
        .detail("another certificate of this student stands for this course and day")
        .with("certificate_id", json!(standing.id))
}
