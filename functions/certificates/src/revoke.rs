//! `POST /api/admin/certificates/{id}/revoke`: takes a certificate back.

use crate::{Deps, load, problem::refused, view::CertificateView};
use axum::extract::State;
use registrar_domain::{certificate::CertificateId, value::Reason};
use registrar_runtime::{
    extract::{Body, Once, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::StoreError;
use serde::Deserialize;

/// How often the decision is made anew because a worker wrote first.
const TRIES: u32 = 5;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeBody {
    reason: Reason,
}

#[tracing::instrument(name = "certificates.revoke", skip_all, fields(certificate.id = %id))]
pub(crate) async fn revoke(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<CertificateId>,
    Once(claim): Once,
    Body(body): Body<RevokeBody>,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let certificate = load(&deps, &id).await?;
        let moment = deps.shell.moment();
        let decision = certificate
            .revoke(actor, body.reason.clone(), moment)
            .map_err(|refusal| refused(&refusal))?;
        let revoked = &decision.certificate;
        let reply = Reply::ok(&CertificateView::for_staff(revoked, &deps)).etag(revoked.version);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        match deps
            .shell
            .table
            .commit_certificate(Some(certificate.version), &decision, moment, kept)
            .await
        {
            Err(StoreError::Conflict) if tries < TRIES => {}
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(reply),
        }
    }
}
