//! `POST /api/admin/certificates/{id}/withdraw`: takes everything personal off a certificate whose holder was erased.

use crate::{
    Deps,
    changing::{TRIES, WhyBody},
    load,
    problem::refused,
    view::WithdrawnView,
};
use axum::extract::State;
use registrar_domain::certificate::CertificateId;
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::StoreError;

#[tracing::instrument(name = "certificates.withdraw", skip_all, fields(certificate.id = %id))]
pub(crate) async fn withdraw(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<CertificateId>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(WhyBody { reason }): Body<WhyBody>,
) -> ApiResult {
    let table = &deps.shell.table;
    let mut tries = 0;
    loop {
        tries += 1;
        let certificate = load(&deps, &id).await?;
        if_match.check(certificate.version)?;
        let history = table.certificate_history(&id).await?;
        let moment = deps.shell.moment();
        let withdrawal = certificate
            .withdraw(actor, reason.clone(), moment)
            .map_err(|refusal| refused(&refusal))?;
        let left = &withdrawal.withdrawn;
        let reply = Reply::ok(&WithdrawnView::from(left)).etag(left.version);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
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
