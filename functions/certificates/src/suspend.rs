//! `POST /api/admin/certificates/{id}/suspend`: takes its force from a certificate until it is reinstated.

use crate::{
    Deps,
    changing::{self, WhyBody},
};
use axum::extract::State;
use registrar_domain::certificate::Certificate;
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Staff, Visible},
    problem::ApiResult,
};

#[tracing::instrument(name = "certificates.suspend", skip_all, fields(certificate.id = %certificate.id))]
pub(crate) async fn suspend(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(certificate): Visible<Certificate>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(WhyBody { reason }): Body<WhyBody>,
) -> ApiResult {
    changing::commit(
        &deps,
        certificate,
        if_match,
        claim.as_ref(),
        |certificate, moment| certificate.suspend(actor, reason.clone(), moment),
    )
    .await
}
