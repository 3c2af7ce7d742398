//! Pushes, each of what the table says at the time.
//!
//! Two workers may read, and push, in any order. Of a record or badge: each looks after its push whether what it read still
//! stands, by the certificate's version, and pushes anew if not. Whoever read the older state looks after having pushed it,
//! finds the newer version and puts it over its own; so the last push is of the last state, whatever order they arrived in.
//! A list has no version of its own; its workers draw a number before they read, and look after their push whether a higher
//! one was drawn: that worker may have read later and pushed earlier, so this one draws, reads, signs and pushes once more.
//!
//! A hundred revocations are a hundred messages about one list. Those that a process has at the same time share a push
//! ([`Lists`]): whoever's turn it is reads after all of them arrived, and the others find that theirs was done; when it
//! fails, the next one tries. Processes that meet at a list let each other go first, which uses up no attempt.

use super::{EdgeSync, Failure};
use registrar_domain::{
    certificate::{CertificateId, Kept, Showing, sign_status_list},
    credential::{Addresses, BadgeRecord, EdgeRecord, Purpose, badge::JwkSet},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Mutex as Turn;

/// How often one message pushes before it lets others go first.
const ROUNDS: u32 = 5;

/// The KV key of the key set that verifiers of this product read.
pub(crate) const KEYS: &str = "keys";
/// The KV key of the key set that wallets read.
pub(crate) const JWKS: &str = "jwks";

impl EdgeSync {
    /// A certificate's record as it is now.
    pub(crate) fn record(&self, kept: &Kept) -> String {
        let showing = Showing {
            organization: &self.organization,
            verify_base_url: &self.shell.verify_base_url,
        };
        let record = match kept {
            Kept::Whole(certificate) => certificate.edge_record(showing),
            Kept::Withdrawn(left) => left.edge_record(),
        };
        serde_json::to_string(&record).expect("a record is texts and flags")
    }

    pub(crate) async fn kept(&self, id: &CertificateId) -> Result<Kept, Failure> {
        let kept = self.shell.table.kept_certificate(id).await?;
        kept.ok_or_else(|| Failure::NoCertificate(id.clone()))
    }

    pub(crate) async fn publish_certificate(&self, id: &CertificateId) -> Result<(), Failure> {
        let mut kept = self.kept(id).await?;
        for _ in 0..ROUNDS {
            self.kv
                .put(&EdgeRecord::key(id), self.record(&kept))
                .await?;
            let now = self.kept(id).await?;
            if version(&now) == version(&kept) {
                return Ok(());
            }
            kept = now;
        }
        Err(Failure::Crowded)
    }

    /// A certificate's badge as it is now; none while it is not made. A withdrawn certificate's says only that.
    pub(crate) async fn badge(&self, id: &CertificateId) -> Result<Option<BadgeRecord>, Failure> {
        match self.kept(id).await? {
            Kept::Withdrawn(_) => Ok(Some(BadgeRecord::withdrawn())),
            Kept::Whole(_) => Ok(self.shell.table.badge(id).await?),
        }
    }

    pub(crate) async fn publish_badge(&self, id: &CertificateId) -> Result<(), Failure> {
        let mut badge = self.badge(id).await?;
        for _ in 0..ROUNDS {
            // Without a badge there is nothing to say; whoever makes it sends its own message.
            let Some(read) = &badge else { return Ok(()) };
            let text = serde_json::to_string(read).expect("a badge is texts and a flag");
            self.kv.put(&BadgeRecord::key(id), text).await?;
            let now = self.badge(id).await?;
            if now == badge {
                return Ok(());
            }
            badge = now;
        }
        Err(Failure::Crowded)
    }

    pub(crate) async fn publish_status_list(&self, list: u32) -> Result<(), Failure> {
        let queue = self.lists.of(list);
        let place = queue.arrived.fetch_add(1, Ordering::SeqCst) + 1;
        let mut covered = queue.covered.lock().await;
        if *covered >= place {
            return Ok(());
        }
        // All that have arrived by now were committed before what follows reads.
        let arrived = queue.arrived.load(Ordering::SeqCst);
        self.push_status_list(list).await?;
        *covered = arrived;
        Ok(())
    }

    async fn push_status_list(&self, list: u32) -> Result<(), Failure> {
        let table = &self.shell.table;
        for _ in 0..ROUNDS {
            let number = table.announce_publication(list).await?;
            let now = self.shell.now();
            for purpose in [Purpose::Revocation, Purpose::Suspension] {
                let set = table.set_indexes(list, purpose).await?;
                let issuer = &self.shell.verify_base_url;
                let signed = sign_status_list(&self.keys, list, purpose, set, issuer, now)?;
                self.kv.put(&list_key(list, purpose), signed).await?;
            }
            if table.last_publication(list).await? == number {
                return Ok(());
            }
        }
        Err(Failure::Crowded)
    }

    /// Puts the key sets that are not what is there, and says how many were not.
    pub(crate) async fn publish_keys(&self) -> Result<u64, Failure> {
        let public = self.keys.public();
        let own = serde_json::to_string(public).expect("keys are texts and numbers");
        let addresses = Addresses::under(&self.shell.verify_base_url);
        let wallets = JwkSet::new(addresses, public).json();
        let there = self
            .kv
            .get_many(&[KEYS.to_owned(), JWKS.to_owned()])
            .await?;
        let mut put = 0;
        for (key, value) in [(KEYS, own), (JWKS, wallets)] {
            if there.get(key) != Some(&value) {
                self.kv.put(key, value).await?;
                put += 1;
            }
        }
        Ok(put)
    }
}

/// Who waits for a push of which list, in this process.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<u32, Arc<Waiting>>>);

#[derive(Debug, Default)]
struct Waiting {
    /// How many messages have come.
    arrived: AtomicU64,
    /// How many of them the last push that succeeded was for: the first ones.
    covered: Turn<u64>,
}

impl Lists {
    fn of(&self, list: u32) -> Arc<Waiting> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lists.entry(list).or_default())
    }
}

/// The KV key of a list.
pub(crate) fn list_key(list: u32, purpose: Purpose) -> String {
    format!("status/{}", purpose.path(list))
}

fn version(kept: &Kept) -> u64 {
    match kept {
        Kept::Whole(certificate) => certificate.version,
        Kept::Withdrawn(left) => left.version,
    }
}
