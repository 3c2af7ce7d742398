//! The nightly comparison of the edge's KV with the table.
//!
//! A run works in steps, and in pages within a step; each page is a message of its own ([`Effect::ReconcileEdge`]) whose
//! work ends with one commit: the progress, and the next page's message. A page that comes twice finds that the run is
//! further and does nothing; a worker that dies in a page has it made again, and repairs of the first attempt are then not
//! counted. Repairs go the way of every publication, which reads the table again, so that nothing older is put over
//! something newer.
//!
//! | step | a page | repaired |
//! |---|---|---|
//! | documents | all lists and both key sets | what is missing, does not verify, is over its time or has other bits |
//! | certificates | 100 certificates of a shard | records and badges that are missing or different |
//! | strays | 100 keys of the KV | deleted: `cert/`, `badge/` and `status/` keys that belong to nothing |
//!
//! Keys of other names are counted and left alone. What is changed while a run goes on may be counted as repaired.

use crate::effect::Effect;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// For how long a report is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A run and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// What names the run: the time that it was due.
    pub run: Timestamp,
    /// When its first page was worked on.
    pub started_at: Timestamp,
    /// When its last page was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// The page that is next, from 0.
    pub page: u32,
    /// What that page is about.
    pub next: Step,
    /// What was found so far.
    pub counts: Counts,
    /// Counts the changes, from 1.
    pub version: u64,
    /// When the table forgets it, in Unix seconds.
    pub expires_at: i64,
}

/// What a page is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Lists and keys.
    Documents,
    /// The certificates of a shard.
    Certificates {
        /// Which, from 0.
        shard: u16,
        /// Those after this place in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// Keys of the KV.
    Strays {
        /// Those after this place of the KV's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// Nothing: the run is over.
    Done,
}

impl Step {
    /// The page after one of the same step; without `after` the step is over and the next begins.
    #[must_use]
    pub fn following(&self, after: Option<String>, shards: u16) -> Self {
        match (self, after) {
            (Self::Documents, _) => Self::Certificates {
                shard: 0,
                after: None,
            },
            (Self::Certificates { shard, .. }, after @ Some(_)) => Self::Certificates {
                shard: *shard,
                after,
            },
            (Self::Certificates { shard, .. }, None) if shard + 1 < shards => Self::Certificates {
                shard: shard + 1,
                after: None,
            },
            (Self::Certificates { .. }, None) => Self::Strays { after: None },
            (Self::Strays { .. }, after @ Some(_)) => Self::Strays { after },
            (Self::Strays { .. }, None) | (Self::Done, _) => Self::Done,
        }
    }
}

/// What was compared, and what was not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Certificates compared.
    pub certificates: u64,
    /// Records that were not there; put.
    pub records_missing: u64,
    /// Records that said something else; put anew.
    pub records_different: u64,
    /// Badges compared.
    pub badges: u64,
    /// Badges that were missing or said something else; put anew.
    pub badges_repaired: u64,
    /// Status lists compared, both purposes.
    pub lists: u64,
    /// Lists that were missing, no longer good or said something else; signed and put anew.
    pub lists_repaired: u64,
    /// Key sets that were missing or said something else; put anew.
    pub key_sets_repaired: u64,
    /// Keys of the KV looked at.
    pub keys: u64,
    /// Keys that belong to nothing; deleted.
    pub strays_deleted: u64,
    /// Keys that are not of a kind that is kept there; left alone.
    pub keys_unknown: u64,
    /// Certificates and lists of the table that cannot be read; left alone.
    #[serde(default)]
    pub unreadable: u64,
}

impl Counts {
    /// The sum with what another page found.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            certificates: self.certificates + other.certificates,
            records_missing: self.records_missing + other.records_missing,
            records_different: self.records_different + other.records_different,
            badges: self.badges + other.badges,
            badges_repaired: self.badges_repaired + other.badges_repaired,
            lists: self.lists + other.lists,
            lists_repaired: self.lists_repaired + other.lists_repaired,
            key_sets_repaired: self.key_sets_repaired + other.key_sets_repaired,
            keys: self.keys + other.keys,
            strays_deleted: self.strays_deleted + other.strays_deleted,
            keys_unknown: self.keys_unknown + other.keys_unknown,
            unreadable: self.unreadable + other.unreadable,
        }
    }

    /// All that was not as it should be and is now.
    pub fn repaired(&self) -> u64 {
        self.records_missing
            + self.records_different
            + self.badges_repaired
            + self.lists_repaired
            + self.key_sets_repaired
            + self.strays_deleted
    }
}

impl Reconciliation {
    /// A run whose first page is next.
    pub fn begun(run: Timestamp, now: Timestamp) -> Self {
        Self {
            run,
            started_at: now,
            finished_at: None,
            page: 0,
            next: Step::Documents,
            counts: Counts::default(),
            version: 1,
            expires_at: (now + KEPT).as_second(),
        }
    }

    /// The run after a page that found `counts` and left off at `after`, and the message of the next page.
    pub fn advanced(
        &self,
        counts: Counts,
        after: Option<String>,
        shards: u16,
        now: Timestamp,
    ) -> (Self, Vec<Effect>) {
        let next = self.next.following(after, shards);
        let done = next == Step::Done;
        let advanced = Self {
            finished_at: done.then_some(now),
            page: self.page + 1,
            next,
            counts: self.counts.plus(counts),
            version: self.version + 1,
            ..self.clone()
        };
        let effects = if done {
            Vec::new()
        } else {
            vec![Effect::ReconcileEdge {
                run: self.run,
                page: advanced.page,
            }]
        };
        (advanced, effects)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T03:00:00Z";

    fn begun() -> Reconciliation {
        let now = NOW.parse().unwrap();
        Reconciliation::begun(now, now)
    }

    #[test]
    fn a_run_goes_through_every_shard_and_page_and_ends() {
        let now = NOW.parse().unwrap();
        let mut run = begun();
        let mut steps = Vec::new();
        // Two pages in each shard of two, and two of strays.
        for after in [None, Some("a"), None, Some("b"), None, Some("c"), None] {
            steps.push(run.next.clone());
            let (next, effects) = run.advanced(
                Counts {
                    keys: 1,
                    ..Counts::default()
                },
                after.map(str::to_owned),
                2,
                now,
            );
            assert_eq!(effects.is_empty(), next.finished_at.is_some());
            run = next;
        }
        let certificates = |shard, after: Option<&str>| Step::Certificates {
            shard,
            after: after.map(str::to_owned),
        };
        let strays = |after: Option<&str>| Step::Strays {
            after: after.map(str::to_owned),
        };
        assert_eq!(
            steps,
            [
                Step::Documents,
                certificates(0, None),
                certificates(0, None).following(Some("a".to_owned()), 2),
                certificates(1, None),
                certificates(1, Some("b")),
                strays(None),
                strays(Some("c")),
            ]
            .into_iter()
            .collect::<Vec<_>>()
        );
        assert_eq!((run.next, run.page, run.counts.keys), (Step::Done, 7, 7));
    }

    #[test]
    fn what_was_in_order_is_not_counted_as_repaired() {
        let fine = Counts {
            certificates: 3,
            badges: 3,
            lists: 2,
            keys: 9,
            keys_unknown: 1,
            ..Counts::default()
        };
        assert_eq!(fine.repaired(), 0);
        let broken = Counts {
            records_missing: 1,
            strays_deleted: 2,
            ..fine
        };
        assert_eq!(broken.plus(fine).repaired(), 3);
    }
}
