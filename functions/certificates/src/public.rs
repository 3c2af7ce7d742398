//! What the edge and any verifier may read: records, the signed status list, the public keys.

use crate::{
    Deps, kept,
    problem::{not_found, refused},
};
use axum::extract::State;
use registrar_domain::{
    certificate::{CertificateId, Kept, sign_status_list},
    credential::Purpose,
};
use registrar_runtime::{extract::Segment, problem::ApiResult, reply::Reply};

/// For how many seconds the list may be cached on the way; the edge asks again after 30.
const LIST_MAX_AGE: u32 = 10;
/// For how many seconds the keys may be cached.
const KEYS_MAX_AGE: u32 = 300;

/// `GET /api/certificates/{id}/edge`: of a withdrawn one that it was, because the edge has to know.
#[tracing::instrument(name = "certificates.edge_record", skip_all, fields(certificate.id = %id))]
pub(crate) async fn edge_record(
    State(deps): State<Deps>,
    Segment(id): Segment<CertificateId>,
) -> ApiResult {
    let record = match kept(&deps, &id).await? {
        Kept::Whole(certificate) => certificate.edge_record(deps.showing()),
        Kept::Withdrawn(left) => left.edge_record(),
    };
    Ok(Reply::ok(&record))
}

/// `GET /status-lists/{n}`: signed now, from what is committed now.
#[tracing::instrument(name = "certificates.status_list", skip_all)]
pub(crate) async fn status_list(
    State(deps): State<Deps>,
    Segment(list): Segment<u32>,
) -> ApiResult {
    signed(&deps, list, Purpose::Revocation).await
}

/// `GET /status-lists/{n}/suspension`: there also while nothing is suspended, because every badge names it.
#[tracing::instrument(name = "certificates.suspension_list", skip_all)]
pub(crate) async fn suspension_list(
    State(deps): State<Deps>,
    Segment(list): Segment<u32>,
) -> ApiResult {
    signed(&deps, list, Purpose::Suspension).await
}

async fn signed(deps: &Deps, list: u32, purpose: Purpose) -> ApiResult {
    let table = &deps.shell.table;
    if list >= table.status_list_count().await? {
        return Err(not_found());
    }
    // The time is taken before the read: the list says no more than what was true then.
    let now = deps.shell.now();
    let set = table.set_indexes(list, purpose).await?;
    let issuer = &deps.shell.verify_base_url;
    let signed = sign_status_list(&deps.keys, list, purpose, set, issuer, now)
        .map_err(|refusal| refused(&refusal))?;
    Ok(Reply::text("application/vc+jwt", signed, LIST_MAX_AGE))
}

/// `GET /certificate-keys`
#[tracing::instrument(name = "certificates.keys", skip_all)]
pub(crate) async fn keys(State(deps): State<Deps>) -> ApiResult {
    Ok(Reply::ok(deps.keys.public()).public(KEYS_MAX_AGE))
}
