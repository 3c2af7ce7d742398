//! `GET …/bulk/{id}`: how far a bulk issue is.

use super::{load, view::BulkView};
use crate::Deps;
use axum::extract::State;
use registrar_domain::id::BulkId;
use registrar_runtime::{
    extract::{Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "certificates.bulk.get", skip_all, fields(bulk.id = %id))]
pub(crate) async fn get(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<BulkId>,
) -> ApiResult {
    let bulk = load(&deps, id).await?;
    Ok(Reply::ok(&BulkView::from(&bulk)).etag(bulk.version))
}
