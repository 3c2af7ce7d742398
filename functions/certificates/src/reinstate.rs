//! `POST /api/admin/certificates/{id}/reinstate`: gives a suspended certificate its force back.

use crate::{
    Deps,
    changing::{self, WhyBody},
};
use axum::extract::State;
use registrar_domain::certificate::CertificateId;
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Segment, Staff},
    problem::ApiResult,
};

#[tracing::instrument(name = "certificates.reinstate", skip_all, fields(certificate.id = %id))]
pub(crate) async fn reinstate(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<CertificateId>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(WhyBody { reason }): Body<WhyBody>,
) -> ApiResult {
    changing::commit(
        &deps,
        &id,
        if_match,
        claim.as_ref(),
        |certificate, moment| certificate.reinstate(actor, reason.clone(), moment),
    )
    .await
}
