//! A certificate's record: from the KV, else from the origin.
//!
//! The KV may lag behind the origin for as long as pushes fail, and nobody signed what it holds. So a record of it counts
//! only where its token is the issuer's claim of that very id, or where it says `withdrawn`; what is damaged counts as
//! missing, and the origin is asked. For the time in which the KV may be behind see [`Records::confirmed`].

use std::sync::Arc;

use registrar_credential::{Authentic, CertificateId, EdgeRecord, Verdict};

use crate::edge::{Edge, Unreachable};
use crate::memory::Memory;

/// What the origin said of a certificate is asked again after so long.
const FRESH_SECONDS: u64 = 30;
/// An origin that was silent is left alone for so long.
const PATIENCE_SECONDS: u64 = 5;

/// What the origin said; `Ok(None)` is an id that it does not know.
pub(crate) type Told = Result<Option<Arc<EdgeRecord>>, Unreachable>;

/// Where records come from.
pub(crate) struct Records<'a, E, A> {
    pub(crate) edge: &'a E,
    pub(crate) memory: &'a Memory,
    /// Whether a token is the issuer's.
    pub(crate) authenticate: A,
}

impl<E: Edge, A: Fn(&str) -> Result<Arc<Authentic>, Verdict>> Records<'_, E, A> {
    /// The KV's record; none as well when the KV is silent or holds none that counts, for the origin knows better.
    pub(crate) async fn kept(&self, id: &CertificateId) -> Option<Arc<EdgeRecord>> {
        let text = self.edge.kv(&EdgeRecord::key(id)).await.ok().flatten()?;
        let record: EdgeRecord = serde_json::from_str(&text).ok()?;
        let counts = record.withdrawn
            || (self.authenticate)(&record.token).is_ok_and(|known| known.claim().id == *id);
        counts.then(|| Arc::new(record))
    }

    /// The origin's record. Only a problem that says so tells that there is none: a 404 of anything else in the origin's
    /// place says nothing.
    pub(crate) async fn asked(&self, id: &CertificateId) -> Told {
        let path = format!("/api/certificates/{id}/edge");
        let answer = self.edge.origin(&path).await?;
        if answer.says_not_found() {
            return Ok(None);
        }
        if answer.status != 200 {
            return Err(Unreachable);
        }
        let record: EdgeRecord = serde_json::from_str(&answer.body).map_err(|_| Unreachable)?;
        Ok(Some(Arc::new(record)))
    }

    /// The record of a revoked certificate. Its holder may have been erased since the KV was last written, which the list
    /// of revocations tells as one bit with every other reason: so the origin is asked, once in half a minute.
    pub(crate) async fn confirmed(&self, id: &CertificateId) -> Told {
        let now = self.edge.now();
        if let Some((at, told)) = self.memory.told(id) {
            let lasts = if told.is_ok() {
                FRESH_SECONDS
            } else {
                PATIENCE_SECONDS
            };
            if now.saturating_sub(at) < lasts {
                return told;
            }
        }
        let told = self.asked(id).await;
        self.memory.keep_told(id, now, told.clone());
        told
    }
}
