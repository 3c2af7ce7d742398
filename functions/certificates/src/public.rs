//! What the edge and any verifier may read: records, the signed status list, the public keys.

use crate::{
    Deps, load,
    problem::{not_found, refused},
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::certificate::{CertificateId, sign_status_list};
use registrar_runtime::{
    extract::Segment,
    problem::{ApiResult, Problem},
    reply::Reply,
};

/// For how many seconds the list may be cached on the way; the edge asks again after 30.
const LIST_MAX_AGE: u32 = 10;
/// For how many seconds the keys may be cached.
const KEYS_MAX_AGE: u32 = 300;

/// `GET /api/certificates/{id}/edge`
#[tracing::instrument(name = "certificates.edge_record", skip_all, fields(certificate.id = %id))]
pub(crate) async fn edge_record(
    State(deps): State<Deps>,
    Segment(id): Segment<CertificateId>,
) -> ApiResult {
    Ok(Reply::ok(&load(&deps, &id).await?.edge_record()))
}

/// `GET /status-lists/{n}`: signed now, from what is committed now.
#[tracing::instrument(name = "certificates.status_list", skip_all)]
pub(crate) async fn status_list(
    State(deps): State<Deps>,
    Segment(list): Segment<u32>,
) -> ApiResult {
    let table = &deps.shell.table;
    if list >= table.status_list_count().await? {
        return Err(not_found());
    }
    // The time is taken before the read: the list says no more than what was true then.
    let now = deps.shell.now();
    let revoked = table.revoked_indexes(list).await?;
    let signed = sign_status_list(&deps.keys, list, revoked, &deps.shell.verify_base_url, now)
        .map_err(|refusal| refused(&refusal))?;
    Ok(Reply::text("application/vc+jwt", signed, LIST_MAX_AGE))
}

/// `GET /status-lists/{n}/suspension`: there is none. The edge relies on the 404; any other answer would leave it in doubt
/// whether a certificate is suspended, and then nothing is valid.
#[tracing::instrument(name = "certificates.suspension_list", skip_all)]
pub(crate) async fn suspension_list(Segment(_): Segment<u32>) -> ApiResult {
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found")
        .detail("no certificate is suspended, so there is no suspension list"))
}

/// `GET /certificate-keys`
#[tracing::instrument(name = "certificates.keys", skip_all)]
pub(crate) async fn keys(State(deps): State<Deps>) -> ApiResult {
    Ok(Reply::ok(deps.keys.public()).public(KEYS_MAX_AGE))
}
