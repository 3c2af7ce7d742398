//! Which status list to use: the one in memory, the KV's or the origin's.

use std::sync::Arc;

use registrar_credential::{Limits, Purpose, StatusList};

use crate::edge::{Edge, Unreachable};
use crate::memory::{Held, Known, Memory};
use crate::settings::Settings;

/// A list younger than this, or confirmed by the origin more recently, is used as it is.
const FRESH_SECONDS: u64 = 30;
/// After a failure, and while another request is asking, nobody else asks for so long if a list is at hand.
const PATIENCE_SECONDS: u64 = 5;

/// The newest list that can be had.
#[derive(Clone, Debug)]
pub(crate) enum Newest {
    /// This one; the caller judges its age.
    List(Arc<Held>),
    /// The issuer published none.
    Absent,
    /// Nobody could be asked, and nothing is in memory.
    Unknown,
}

impl Newest {
    /// The list, if there is one.
    pub(crate) fn list(&self) -> Option<&StatusList> {
        match self {
            Self::List(held) => Some(&held.list),
            Self::Absent | Self::Unknown => None,
        }
    }
}

/// Finds the newest list: from memory while it is fresh, else from the KV, else from the origin.
pub(crate) async fn newest(
    edge: &impl Edge,
    memory: &Memory,
    settings: &Settings,
    number: u32,
    purpose: Purpose,
) -> Newest {
    let now = edge.now();
    let at_hand = || at_hand(memory.known(number, purpose), now, settings.limits);
    let known = memory.known(number, purpose);
    if fresh(&known, now) || asked_just_now(&known, now, settings.limits) {
        return at_hand();
    }
    memory.update(number, purpose, |known| known.asked_at = now);
    let path = purpose.path(number);
    let offer = |jws: String| match StatusList::verify(&jws, &settings.keys, now) {
        Ok(list) if (list.number(), list.purpose()) == (number, purpose) => {
            memory.offer(Held {
                list,
                jws,
                seen_at: now,
            });
            true
        }
        Ok(_) | Err(_) => false,
    };
    // A miss of the KV is no news: a push may have failed, or not have arrived everywhere. Only the issuer knows.
    if let Ok(Some(jws)) = edge.kv(&format!("status/{path}")).await {
        offer(jws);
    }
    if fresh(&memory.known(number, purpose), now) {
        return at_hand();
    }
    let (confirmed, absent) = match edge.origin(&format!("/status-lists/{path}")).await {
        Ok(answer) => {
            let absent = answer.says_not_found();
            let confirmed = absent || answer.status == 200 && offer(answer.body);
            (confirmed, absent)
        }
        Err(Unreachable) => (false, false),
    };
    memory.update(number, purpose, |known| {
        let at = if confirmed {
            &mut known.confirmed_at
        } else {
            &mut known.failed_at
        };
        *at = now;
        if absent {
            known.absent_at = now;
        }
    });
    at_hand()
}

fn fresh(known: &Known, now: u64) -> bool {
    // A signer's clock may be ahead; its list is no fresher for that.
    let issued_at = known
        .newest
        .as_ref()
        .map_or(0, |held| held.list.issued_at().min(held.seen_at));
    now < issued_at
        .max(known.confirmed_at)
        .saturating_add(FRESH_SECONDS)
}

/// Whether asking again would only repeat what has just failed, or what another request is about while a
/// list that still counts is at hand.
fn asked_just_now(known: &Known, now: u64, limits: Limits) -> bool {
    let counts = |held: &Arc<Held>| held.list.age(now) <= limits.status_max_age_seconds;
    let asking = known.asked_at > 0 && known.newest.as_ref().is_some_and(counts);
    let since = if asking {
        known.asked_at.max(known.failed_at)
    } else {
        known.failed_at
    };
    since > 0 && now < since.saturating_add(PATIENCE_SECONDS)
}

fn at_hand(known: Known, now: u64, limits: Limits) -> Newest {
    let absent_counts =
        known.absent_at > 0 && now.saturating_sub(known.absent_at) <= limits.status_max_age_seconds;
    match known.newest {
        Some(held) => Newest::List(held),
        None if absent_counts => Newest::Absent,
        None => Newest::Unknown,
    }
}
