//! `GET /api/admin/certificates/{id}` and `GET /api/certificates/{id}`: one certificate.

use crate::{
    Deps, kept,
    problem::withdrawn,
    view::{CertificateView, PublicView, WithdrawnView},
};
use axum::{extract::State, http::Extensions};
use registrar_domain::certificate::{Certificate, CertificateId, Kept};
use registrar_runtime::{
    extract::{Segment, SignedIn, Visible, Visitor},
    limits,
    problem::ApiResult,
    reply::Reply,
};

/// The public verification for anybody; the whole certificate for staff.
#[tracing::instrument(name = "certificates.get", skip_all, fields(certificate.id = %id))]
pub(crate) async fn public_or_staff(
    State(deps): State<Deps>,
    Visitor(actor): Visitor,
    Segment(id): Segment<CertificateId>,
    extensions: Extensions,
) -> ApiResult {
    if actor.is_none() {
        let network = deps.digests.network(&extensions);
        limits::of_network(&deps.shell, &network).await?;
    }
    let staff = actor.is_some_and(|actor| actor.role.is_staff());
    match kept(&deps, &id).await? {
        Kept::Whole(certificate) if staff => {
            let view = CertificateView::for_staff(&certificate, &deps);
            Ok(Reply::ok(&view).etag(certificate.version))
        }
        Kept::Whole(certificate) => Ok(Reply::ok(&PublicView::new(&certificate, &deps))),
        Kept::Withdrawn(left) if staff => {
            Ok(Reply::ok(&WithdrawnView::from(&left)).etag(left.version))
        }
        Kept::Withdrawn(_) => Err(withdrawn()),
    }
}

/// The holder's own.
#[tracing::instrument(name = "certificates.get_own", skip_all, fields(certificate.id = %certificate.id))]
pub(crate) async fn own(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Visible(certificate): Visible<Certificate>,
) -> ApiResult {
    let view = if actor.role.is_staff() {
        CertificateView::for_staff(&certificate, &deps)
    } else {
        CertificateView::for_holder(&certificate, &deps)
    };
    Ok(Reply::ok(&view).etag(certificate.version))
}
