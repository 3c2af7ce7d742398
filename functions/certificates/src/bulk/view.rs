//! What is shown of a bulk issue.

use jiff::Timestamp;
use registrar_domain::{
    attachment::FileName,
    bulk::{Bulk, RowError, Status, row::Defaults},
    id::{AccountId, BulkId},
    page::Page,
};
use registrar_store::blobs::SignedRequest;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a bulk issue is.
#[derive(Debug, Serialize)]
pub(crate) struct BulkView<'a> {
    bulk_id: BulkId,
    /// `waiting`, `running`, `cancelling`, `cancelled`, `finished` or `failed`.
    status: &'static str,
    /// Why it failed: `file_gone`, `not_staff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    file_name: Option<&'a FileName>,
    /// Rows.
    total: u32,
    issued: u32,
    failed: u32,
    /// Rows that are neither yet.
    left: u32,
    /// What holds where a row says nothing.
    defaults: &'a Defaults,
    started_by: AccountId,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    updated_at: Timestamp,
    finished_at: Option<Timestamp>,
    /// The path of the rows' errors.
    errors_url: String,
}

impl<'a> From<&'a Bulk> for BulkView<'a> {
    fn from(bulk: &'a Bulk) -> Self {
        let reason = match bulk.status {
            Status::Failed { reason } => Some(reason.code()),
            _ => None,
        };
        Self {
            bulk_id: bulk.id,
            status: bulk.status.code(),
            reason,
            file_name: bulk.file_name.as_ref(),
            total: bulk.total,
            issued: bulk.issued,
            failed: bulk.failed,
            left: bulk.total.saturating_sub(bulk.issued + bulk.failed),
            defaults: &bulk.defaults,
            started_by: bulk.started_by,
            created_at: bulk.created_at,
            started_at: bulk.started_at,
            updated_at: bulk.updated_at,
            finished_at: bulk.finished_at,
            errors_url: format!("{}/errors", path(bulk.id)),
        }
    }
}

/// The path of a bulk issue.
pub(super) fn path(id: BulkId) -> String {
    format!("/api/admin/certificates/bulk/{id}")
}

/// A page of bulk issues.
#[derive(Debug, Serialize)]
pub(crate) struct ListView<'a> {
    bulks: Vec<BulkView<'a>>,
    next_cursor: Option<&'a str>,
}

impl<'a> From<&'a Page<Bulk>> for ListView<'a> {
    fn from(page: &'a Page<Bulk>) -> Self {
        Self {
            bulks: page.rows.iter().map(BulkView::from).collect(),
            next_cursor: page.next_cursor.as_deref(),
        }
    }
}

/// A page of rows' errors.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorsView {
    errors: Vec<RowError>,
    next_cursor: Option<String>,
}

impl From<Page<RowError>> for ErrorsView {
    fn from(page: Page<RowError>) -> Self {
        Self {
            errors: page.rows,
            next_cursor: page.next_cursor,
        }
    }
}

/// The request that uploads the file, to be sent as it is; then the bulk issue is begun with the id.
#[derive(Debug, Serialize)]
pub(crate) struct UploadView {
    upload_id: BulkId,
    method: &'static str,
    url: String,
    headers: BTreeMap<String, String>,
    expires_at: Timestamp,
}

impl UploadView {
    pub(crate) fn new(id: BulkId, request: SignedRequest) -> Self {
        Self {
            upload_id: id,
            method: request.method,
            url: request.url,
            headers: request.headers.into_iter().collect(),
            expires_at: request.expires_at,
        }
    }
}
