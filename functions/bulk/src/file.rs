//! The file, read as rows are needed.

use crate::Failure;
use bytes::Bytes;
use registrar_domain::bulk::{
    Bulk,
    sheet::{Raw, rows},
};
use registrar_store::blobs::Bucket;

/// How much is read at a time: more than three times the longest row.
const WINDOW: u64 = 512 * 1024;

/// A part of the file.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Where it begins.
    from: u64,
    bytes: Bytes,
    /// Whether the file ends with it.
    ends: bool,
}

impl Window {
    /// The rows behind the cursor, at most `most`, at least one; `None` when the file is gone or has no such rows.
    pub(crate) async fn rows(
        &mut self,
        bucket: &Bucket,
        bulk: &Bulk,
        most: usize,
    ) -> Result<Option<Vec<Raw>>, Failure> {
        let found = self.held(bulk, most);
        if found.len() == most || (self.ends && !found.is_empty()) {
            return Ok(Some(found));
        }
        let from = bulk.cursor.byte;
        let Some(bytes) = bucket.part(&bulk.object_key(), from, WINDOW).await? else {
            return Ok(None);
        };
        *self = Self {
            from,
            ends: (bytes.len() as u64) < WINDOW,
            bytes,
        };
        let found = self.held(bulk, most);
        Ok((!found.is_empty()).then_some(found))
    }

    fn held(&self, bulk: &Bulk, most: usize) -> Vec<Raw> {
        let skipped = bulk.cursor.byte.checked_sub(self.from);
        let part = skipped
            .and_then(|skipped| usize::try_from(skipped).ok())
            .and_then(|skipped| self.bytes.get(skipped..))
            .unwrap_or_default();
        rows(part, bulk.cursor, self.ends, most)
    }
}
