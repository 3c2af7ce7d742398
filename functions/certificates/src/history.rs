//! `GET /api/admin/certificates/{id}/history`: who changed a certificate, when and why.

use crate::{Deps, problem::not_found};
use axum::extract::State;
use registrar_domain::certificate::{CertificateId, HistoryEntry};
use registrar_runtime::{
    extract::{Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct HistoryView {
    /// Oldest first.
    history: Vec<HistoryEntry>,
}

#[tracing::instrument(name = "certificates.history", skip_all, fields(certificate.id = %id))]
pub(crate) async fn history(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<CertificateId>,
) -> ApiResult {
    let table = &deps.shell.table;
    // Every certificate has an entry that says that it was issued.
    let history = table.certificate_history(&id).await?;
    if history.is_empty() && table.kept_certificate(&id).await?.is_none() {
        return Err(not_found());
    }
    Ok(Reply::ok(&HistoryView { history }))
}
