//! `POST …/bulk/uploads`: a signed `PUT` for a file.

use super::{problem::too_large, view::UploadView};
use crate::Deps;
use axum::extract::State;
use registrar_domain::{
    bulk::{Bulk, MOST_BYTES},
    id::BulkId,
};
use registrar_runtime::{
    extract::{Body, Once, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// What an upload is sent and stored as.
pub(super) const CONTENT_TYPE: &str = "text/csv";
/// For how long the signed request is good, in seconds.
const SECONDS: u64 = 900;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadBody {
    /// In bytes.
    size: u64,
}

#[tracing::instrument(name = "certificates.bulk.upload", skip_all, fields(bulk.id))]
pub(crate) async fn upload(
    State(deps): State<Deps>,
    _: Staff,
    _: Once,
    Body(body): Body<UploadBody>,
) -> ApiResult {
    if body.size > MOST_BYTES {
        return Err(too_large());
    }
    let moment = deps.shell.moment();
    let id: BulkId = moment.id();
    tracing::Span::current().record("bulk.id", tracing::field::display(id));
    let key = Bulk::incoming_key(id);
    let request = deps
        .imports
        .upload(&key, CONTENT_TYPE, body.size, moment.now, SECONDS)
        .await?;
    Ok(Reply::created(&UploadView::new(id, request)))
}
