//! Certificate state to the edge's KV.
//!
//! | message | what is put |
//! |---|---|
//! | `publish_certificate` | `cert/<id>`: the record as it is when the worker reads it |
//! | `publish_status_list` | `status/<n>`: the list, read and signed now; `status/<n>/suspension` if anything was ever suspended |
//!
//! A record never changes what it vouches for, so late and repeated puts do nothing. A list does: two workers may read,
//! sign and push in any order. Each draws a number before it reads, and looks after its push whether a higher one was
//! drawn: that worker may have read later and pushed earlier, so this one draws, reads, signs and pushes once more. The
//! last push is therefore of a read that comes after every announcement, whatever the workers' clocks say. KV shows a change within a minute at most;
//! until then, and when a push fails altogether, the edge asks the origin for a list younger than its own.

use registrar_domain::{
    certificate::{CertificateId, Kept, Refusal, Showing, sign_status_list},
    credential::{EdgeRecord, Purpose, SigningKeys},
    effect::Effect,
};
use registrar_providers::{ProviderError, cloudflare::KvClient};
use registrar_runtime::{
    Shell,
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::StoreError;
use std::sync::Arc;

/// How often one message pushes a list before it lets others go first.
const ROUNDS: u32 = 5;

/// The worker.
#[derive(Debug)]
pub struct EdgeSync {
    /// Table and settings.
    pub shell: Shell,
    /// What signs lists.
    pub keys: Arc<SigningKeys>,
    /// The edge's KV.
    pub kv: KvClient,
    /// Who issues, as the page says it.
    pub organization: String,
}

/// Why the edge does not know yet.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the edge's KV: {0}")]
    Kv(#[from] ProviderError),
    #[error(transparent)]
    Sign(#[from] Refusal),
    #[error("there is no certificate {0}")]
    NoCertificate(CertificateId),
    #[error("other workers push the same list")]
    Crowded,
}

impl Failure {
    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Kv(error) => error.retryable_when_idempotent(),
            // A key may become valid; the edge's list only gets older meanwhile, which it says.
            Self::Sign(_) | Self::Crowded => true,
            Self::NoCertificate(_) => false,
        }
    }
}

impl Worker for EdgeSync {
    #[tracing::instrument(name = "edge_sync.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        let done = match serde_json::from_str(body) {
            Ok(Effect::PublishCertificate { certificate_id }) => {
                self.publish_certificate(&certificate_id).await
            }
            Ok(Effect::PublishStatusList { list }) => self.publish_status_list(list).await,
            Ok(_) => return Outcome::give_up("an effect of another queue"),
            Err(error) => return Outcome::give_up(format!("not an effect: {error}")),
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(failure) if failure.retryable() => Outcome::again(failure.to_string()),
            Err(failure) => Outcome::give_up(failure.to_string()),
        }
    }
}

impl EdgeSync {
    async fn publish_certificate(&self, id: &CertificateId) -> Result<(), Failure> {
        let kept = self
            .shell
            .table
            .kept_certificate(id)
            .await?
            .ok_or_else(|| Failure::NoCertificate(id.clone()))?;
        let showing = Showing {
            organization: &self.organization,
            verify_base_url: &self.shell.verify_base_url,
        };
        let record = match kept {
            Kept::Whole(certificate) => certificate.edge_record(showing),
            Kept::Withdrawn(left) => left.edge_record(),
        };
        let record = serde_json::to_string(&record)
            .expect("a record is strings and a flag");
        Ok(self.kv.put(&EdgeRecord::key(id), record).await?)
    }

    async fn publish_status_list(&self, list: u32) -> Result<(), Failure> {
        let table = &self.shell.table;
        for _ in 0..ROUNDS {
            let number = table.announce_publication(list).await?;
            let now = self.shell.now();
            for purpose in [Purpose::Revocation, Purpose::Suspension] {
                let Some(set) = table.set_indexes(list, purpose).await? else {
                    continue;
                };
                let issuer = &self.shell.verify_base_url;
                let signed = sign_status_list(&self.keys, list, purpose, set, issuer, now)?;
                let key = format!("status/{}", purpose.path(list));
                self.kv.put(&key, signed).await?;
            }
            if table.last_publication(list).await? == number {
                return Ok(());
            }
        }
        Err(Failure::Crowded)
    }
}
