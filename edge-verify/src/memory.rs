//! What one instance of the verifier remembers between requests. All of it may be lost at any time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use registrar_credential::{Authentic, CertificateId, Purpose, StatusList};

use crate::records::Told;

/// Lists kept at most; one is 16 KB and its text.
const LISTS: usize = 64;
/// Tokens kept at most; one is below 1 KB.
const TOKENS: usize = 1024;
/// What the origin said of revoked certificates, kept at most; one is about 1 KB.
const TOLD: usize = 256;

/// A status list and the text that was verified.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) list: StatusList,
    pub(crate) jws: String,
    /// When it was first seen, in Unix seconds: its signer's clock may be ahead.
    pub(crate) seen_at: u64,
}

/// What is known of one list, times in Unix seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The newest list that was ever seen.
    pub(crate) newest: Option<Arc<Held>>,
    /// When the origin last gave its list, or said that there is none.
    pub(crate) confirmed_at: u64,
    /// When the origin last said that there is none.
    pub(crate) absent_at: u64,
    /// When somebody last set out to ask.
    pub(crate) asked_at: u64,
    /// When asking last failed.
    pub(crate) failed_at: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    lists: Mutex<BTreeMap<(u32, bool), Known>>,
    tokens: Mutex<BTreeMap<String, Arc<Authentic>>>,
    published: Mutex<BTreeMap<&'static str, Arc<str>>>,
    told: Mutex<BTreeMap<CertificateId, (u64, Told)>>,
}

impl Memory {
    pub(crate) fn known(&self, number: u32, purpose: Purpose) -> Known {
        guard(&self.lists)
            .get(&place(number, purpose))
            .cloned()
            .unwrap_or_default()
    }

    /// Changes what is known of a list; makes room first, forgetting the list that was asked for longest ago.
    pub(crate) fn update(&self, number: u32, purpose: Purpose, change: impl FnOnce(&mut Known)) {
        let mut lists = guard(&self.lists);
        let place = place(number, purpose);
        if lists.len() >= LISTS && !lists.contains_key(&place) {
            let oldest = lists
                .iter()
                .min_by_key(|(_, known)| known.asked_at)
                .map(|(place, _)| *place);
            oldest.and_then(|oldest| lists.remove(&oldest));
        }
        change(lists.entry(place).or_default());
    }

    /// Keeps a list unless one is there that it does not supersede: an older list never takes the place of a newer.
    pub(crate) fn offer(&self, held: Held) {
        let (number, purpose) = (held.list.number(), held.list.purpose());
        self.update(number, purpose, |known| {
            let stays = |kept: &Arc<Held>| !held.list.supersedes(&kept.list);
            if !known.newest.as_ref().is_some_and(stays) {
                known.newest = Some(Arc::new(held));
            }
        });
    }

    /// What the origin last published at a well-known path.
    pub(crate) fn published(&self, path: &'static str) -> Option<Arc<str>> {
        guard(&self.published).get(path).cloned()
    }

    /// Remembers what the origin published, for the time in which it is silent.
    pub(crate) fn keep_published(&self, path: &'static str, text: &Arc<str>) {
        guard(&self.published).insert(path, Arc::clone(text));
    }

    /// What the origin last said of a revoked certificate, and when.
    pub(crate) fn told(&self, id: &CertificateId) -> Option<(u64, Told)> {
        guard(&self.told).get(id).cloned()
    }

    /// Remembers what the origin said of a revoked certificate.
    pub(crate) fn keep_told(&self, id: &CertificateId, at: u64, told: Told) {
        let mut all = guard(&self.told);
        if all.len() >= TOLD {
            all.clear();
        }
        all.insert(id.clone(), (at, told));
    }

    /// A token whose signature was found good.
    pub(crate) fn token(&self, token: &str) -> Option<Arc<Authentic>> {
        guard(&self.tokens).get(token).cloned()
    }

    /// Remembers a good token. Bad ones are not remembered, so strangers cannot fill the memory.
    pub(crate) fn keep_token(&self, token: String, authentic: Arc<Authentic>) {
        let mut tokens = guard(&self.tokens);
        if tokens.len() >= TOKENS {
            tokens.clear();
        }
        tokens.insert(token, authentic);
    }
}

fn place(number: u32, purpose: Purpose) -> (u32, bool) {
    (number, purpose == Purpose::Suspension)
}

/// A panic while the lock was held leaves nothing half-written: every change is one assignment.
fn guard<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
