//! Certificate state to the edge's KV.
//!
//! | message | what is put |
//! |---|---|
//! | `publish_certificate` | `cert/<id>`: the record as it is when the worker reads it |
//! | `publish_badge` | `badge/<id>`: the signed badge, or that it is withdrawn |
//! | `publish_status_list` | `status/<n>` and `status/<n>/suspension`: the lists, read and signed now |
//! | `publish_keys` | `keys` and `jwks`: the public keys, where they are not what is there |
//! | `reconcile_edge` | whatever is not as it should be: see [`registrar_domain::reconciliation`] |
//!
//! KV has no conditional write, and messages come late, twice and in any order, so nothing is ever put from a message: each
//! push reads the table first, and looks again after it (module `publish`).
//!
//! | what may go wrong | what happens |
//! |---|---|
//! | KV refuses, is slow or cannot be reached | the message comes again after 5 s, 10 s, 20 s … (with jitter), `DELIVERY_MAX_ATTEMPTS` times; then it is in the dead-letter queue |
//! | the worker dies after its push | the message comes again; the push is of what is true then |
//! | a push whose answer was lost arrives after later ones | lists are pushed again within two minutes, the rest by the night's reconciliation |
//! | a list is not pushed at all | the edge asks the origin for a list younger than its own after 30 s, and calls nothing valid once the list is too old |

mod publish;
mod reconcile;

pub use publish::Lists;

use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    certificate::{CertificateId, Refusal},
    credential::SigningKeys,
    effect::Effect,
};
use registrar_providers::{ProviderError, cloudflare::KvClient};
use registrar_runtime::{
    Shell,
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::StoreError;
use std::sync::Arc;

/// How long a message waits that met too many others at what it pushes.
const LET_OTHERS: SignedDuration = SignedDuration::from_secs(2);

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
    /// Messages that share a push.
    pub lists: Lists,
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
    #[error("what is pushed changes faster than it is pushed")]
    Crowded,
    #[error("the run of {0} has not begun")]
    NoRun(Timestamp),
}

impl Failure {
    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Kv(error) => error.retryable_when_idempotent(),
            // A key may become valid; the edge's list only gets older meanwhile, which it says.
            Self::Sign(_) | Self::Crowded => true,
            Self::NoCertificate(_) | Self::NoRun(_) => false,
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
            Ok(Effect::PublishBadge { certificate_id }) => {
                self.publish_badge(&certificate_id).await
            }
            Ok(Effect::PublishStatusList { list }) => self.publish_status_list(list).await,
            Ok(Effect::PublishKeys) => self.publish_keys().await.map(drop),
            Ok(Effect::ReconcileEdge { run, page }) => self.reconcile(run, page).await,
            Ok(_) => return Outcome::give_up("an effect of another queue"),
            Err(error) => return Outcome::give_up(format!("not an effect: {error}")),
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(failure @ Failure::Crowded) => Outcome::wait(LET_OTHERS, failure.to_string()),
            Err(failure) if failure.retryable() => Outcome::again(failure.to_string()),
            Err(failure) => Outcome::give_up(failure.to_string()),
        }
    }
}
