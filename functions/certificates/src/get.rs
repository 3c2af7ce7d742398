//! `GET /api/admin/certificates/{id}` and `GET /api/certificates/{id}`: one certificate.

use crate::{
    Deps, load,
    problem::not_found,
    view::{CertificateView, PublicView},
};
use axum::extract::State;
use registrar_domain::certificate::CertificateId;
use registrar_runtime::{
    extract::{Segment, SignedIn, Visitor},
    problem::ApiResult,
    reply::Reply,
};

/// The public verification for anybody; the whole certificate for staff.
#[tracing::instrument(name = "certificates.get", skip_all, fields(certificate.id = %id))]
pub(crate) async fn public_or_staff(
    State(deps): State<Deps>,
    Visitor(actor): Visitor,
    Segment(id): Segment<CertificateId>,
) -> ApiResult {
    let certificate = load(&deps, &id).await?;
    Ok(if actor.is_some_and(|actor| actor.role.is_staff()) {
        Reply::ok(&CertificateView::for_staff(&certificate, &deps)).etag(certificate.version)
    } else {
        Reply::ok(&PublicView::new(&certificate, &deps))
    })
}

/// The holder's own.
#[tracing::instrument(name = "certificates.get_own", skip_all, fields(certificate.id = %id))]
pub(crate) async fn own(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Segment(id): Segment<CertificateId>,
) -> ApiResult {
    let certificate = load(&deps, &id).await?;
    if !actor.may_see(certificate.student_id) {
        return Err(not_found());
    }
    let view = if actor.role.is_staff() {
        CertificateView::for_staff(&certificate, &deps)
    } else {
        CertificateView::for_holder(&certificate, &deps)
    };
    Ok(Reply::ok(&view).etag(certificate.version))
}
