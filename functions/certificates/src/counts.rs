//! `GET /api/admin/certificates/counts` and `GET /api/certificates/counts`: how many there are, at a constant cost.

use crate::Deps;
use axum::extract::State;
use registrar_domain::{certificate::Standing, id::AccountId};
use registrar_runtime::{
    extract::{Params, SignedIn, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::certificates::CertificateCounts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    #[serde(default)]
    student_id: Option<AccountId>,
}

#[derive(Debug, Serialize)]
struct CountsView {
    total: u64,
    /// Expiry is a matter of the day, and counted in neither.
    by_status: BTreeMap<&'static str, u64>,
}

impl From<CertificateCounts> for CountsView {
    fn from(counts: CertificateCounts) -> Self {
        let of = |standing: Standing| (standing.code(), counts.of(standing));
        Self {
            total: counts.total(),
            by_status: Standing::ALL.into_iter().map(of).collect(),
        }
    }
}

#[tracing::instrument(name = "certificates.counts", skip_all)]
pub(crate) async fn all(
    State(deps): State<Deps>,
    _: Staff,
    Params(whose): Params<Whose>,
) -> ApiResult {
    let table = &deps.shell.table;
    let counts = match whose.student_id {
        Some(student) => table.certificate_counts_of(student).await?,
        None => table.certificate_counts().await?,
    };
    Ok(Reply::ok(&CountsView::from(counts)))
}

#[tracing::instrument(name = "certificates.counts_own", skip_all)]
pub(crate) async fn own(State(deps): State<Deps>, SignedIn(actor): SignedIn) -> ApiResult {
    let counts = deps.shell.table.certificate_counts_of(actor.id).await?;
    Ok(Reply::ok(&CountsView::from(counts)))
}
