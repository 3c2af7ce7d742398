//! `GET …/bulk/{id}`: how far a bulk issue is.

use super::view::BulkView;
use registrar_domain::bulk::Bulk;
use registrar_runtime::{
    extract::{Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "certificates.bulk.get", skip_all, fields(bulk.id = %bulk.id))]
pub(crate) async fn get(_: Staff, Visible(bulk): Visible<Bulk>) -> ApiResult {
    Ok(Reply::ok(&BulkView::from(&bulk)).etag(bulk.version))
}
