//! `POST /api/admin/certificates/{id}/withdraw` takes everything personal off a certificate whose holder was erased;
//! `POST /api/admin/certificates/withdraw` does so to all that a holder has, some at a time.

use crate::{
    Deps,
    changing::{TRIES, WhyBody},
    load,
    problem::refused,
    view::WithdrawnView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    actor::Actor,
    certificate::{Certificate, CertificateId},
    id::AccountId,
    page::Limit,
    value::Reason,
};
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Staff, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{StoreError, answers::Claim, certificates::CertificateQuery};
use serde::{Deserialize, Serialize};

/// Whose, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawAllBody {
    student_id: AccountId,
    reason: Reason,
}

#[derive(Debug, Serialize)]
struct WithdrawnAll {
    /// What was withdrawn now, at most twenty.
    withdrawn: Vec<CertificateId>,
    /// How many the holder still has: ask again until there are none.
    remaining: u64,
}

#[tracing::instrument(name = "certificates.withdraw", skip_all, fields(certificate.id = %certificate.id))]
pub(crate) async fn withdraw(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(certificate): Visible<Certificate>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(WhyBody { reason }): Body<WhyBody>,
) -> ApiResult {
    one(
        &deps,
        actor,
        &certificate.id,
        if_match,
        claim.as_ref(),
        &reason,
    )
    .await
}

#[tracing::instrument(name = "certificates.withdraw_all", skip_all)]
pub(crate) async fn all(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    // Each certificate is a transaction of its own; the answer is kept when all are done.
    _: Once,
    Body(body): Body<WithdrawAllBody>,
) -> ApiResult {
    let table = &deps.shell.table;
    let query = CertificateQuery {
        student: Some(body.student_id),
        ..CertificateQuery::default()
    };
    let page = table
        .find_certificates(&query, None, Limit::default())
        .await?;
    let mut withdrawn = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        match one(&deps, actor, &row.id, IfMatch(None), None, &body.reason).await {
            Ok(_) => withdrawn.push(row.id),
            // The index may be behind: somebody else withdrew it a moment ago.
            Err(problem) if problem.status() == StatusCode::GONE => {}
            Err(problem) => return Err(problem),
        }
    }
    let remaining = table.certificate_counts_of(body.student_id).await?.total();
    Ok(Reply::ok(&WithdrawnAll {
        withdrawn,
        remaining,
    })
    .unkept())
}

async fn one(
    deps: &Deps,
    actor: Actor,
    id: &CertificateId,
    if_match: IfMatch,
    claim: Option<&Claim>,
    reason: &Reason,
) -> Result<Reply, Problem> {
    let table = &deps.shell.table;
    let mut tries = 0;
    loop {
        tries += 1;
        let certificate = load(deps, id).await?;
        if_match.check(certificate.version)?;
        let history = table.certificate_history(id).await?;
        let moment = deps.shell.moment();
        let withdrawal = certificate
            .withdraw(actor, reason.clone(), moment)
            .map_err(|refusal| refused(&refusal))?;
        let left = &withdrawal.withdrawn;
        let reply = Reply::ok(&WithdrawnView::from(left)).etag(left.version);
        let answer = reply.answer();
        let kept = claim.map(|claim| (claim, &answer));
        match table
            .commit_withdrawal(&withdrawal, history, moment, kept)
            .await
        {
            Err(StoreError::Conflict) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(reply),
        }
    }
}
