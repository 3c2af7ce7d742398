//! How often first looks were right, and what threshold follows from that.
//!
//! When staff resolve or close a ticket, its category and priority are what staff have decided: until then they could change
//! both. The suggestion keeps that as its [`Outcome`], and counters keep, for each model and each bin of confidence, how
//! many were decided and how many of them had been right. A ticket that is opened again and decided otherwise moves the
//! counters by the difference; what a requester closes by themselves is no decision.
//!
//! # The rule
//!
//! A threshold `t` says: of a hundred answers that go out, at least `100·t` are about the right thing. So it is held against
//! that. Of all decided tickets of which the model was at least as sure as a threshold:
//!
//! 1. Fewer than [`LEAST`] of them: nothing is known yet, and the configured threshold stands as it is.
//! 2. Else it is raised to the lowest edge of a bin, or stays where it is, so that at least [`LEAST`] were decided at or
//!    above it, and the lower end of the Wilson interval (95 %) of their share that was right is not below the configured
//!    threshold.
//! 3. Where there is no such edge, no answer goes out by itself. Decisions go on being counted, so this ends by itself when
//!    the model gets better.
//!
//! A threshold is never lowered. The bin in which the configured threshold lies is counted as a whole.

use super::{Confidence, Policy, Suggestion};
use crate::ticket::{Category, Priority};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Of how many decisions a share begins to say something. With all of them right the Wilson interval begins at 0.91.
pub const LEAST: u64 = 40;

/// Where the bins begin, in thousandths; narrow where thresholds are.
pub const EDGES: [u16; 11] = [0, 500, 600, 700, 800, 850, 900, 920, 940, 960, 980];

/// The normal quantile of a two-sided interval of 95 %.
const Z: f64 = 1.959_964;

/// What staff decided in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The category that the ticket was done with.
    pub category: Category,
    /// The priority that it was done with.
    pub priority: Priority,
    /// When that was noted.
    pub at: Timestamp,
}

/// What is counted in a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Decided tickets.
    pub decisions: i64,
    /// Of these, with the category that was suggested.
    pub right: i64,
    /// Of these, with the priority that was suggested.
    pub priority_right: i64,
}

/// The counters of one model, by where their bins begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calibration {
    /// The model's name, or `rules`.
    pub model: String,
    /// The bins; one that is missing has counted nothing.
    pub bins: BTreeMap<u16, Count>,
}

/// Where the bin of a confidence begins.
pub fn bin(confidence: Confidence) -> u16 {
    EDGES
        .into_iter()
        .rev()
        .find(|edge| *edge <= confidence.per_mille())
        .unwrap_or(0)
}

impl Suggestion {
    /// How an outcome moves the counters of this suggestion's bin: nothing where it is what was counted before.
    pub fn judged(&self, outcome: &Outcome) -> Count {
        let of = |outcome: &Outcome| Count {
            decisions: 1,
            right: i64::from(outcome.category == self.category),
            priority_right: i64::from(outcome.priority == self.priority),
        };
        let before = self.outcome.as_ref().map(of).unwrap_or_default();
        let now = of(outcome);
        Count {
            decisions: now.decisions - before.decisions,
            right: now.right - before.right,
            priority_right: now.priority_right - before.priority_right,
        }
    }
}

impl Count {
    /// The share that was right; nothing before anything was decided.
    pub fn accuracy(&self) -> Option<f64> {
        (self.decisions > 0).then(|| float(self.right) / float(self.decisions))
    }

    /// The lower end of that share's Wilson interval; 0 before anything was decided.
    pub fn lower_bound(&self) -> f64 {
        let Some(share) = self.accuracy() else {
            return 0.0;
        };
        let n = float(self.decisions);
        let (square, half) = (Z * Z / n, Z * Z / (2.0 * n));
        let spread = (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
        ((share + half - Z * spread) / (1.0 + square)).max(0.0)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            decisions: self.decisions + other.decisions,
            right: self.right + other.right,
            priority_right: self.priority_right + other.priority_right,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no deployment decides 2^52 tickets"
)]
fn float(count: i64) -> f64 {
    count as f64
}

impl Calibration {
    /// What was counted of a bin, by where it begins.
    pub fn in_bin(&self, edge: u16) -> Count {
        self.bins.get(&edge).copied().unwrap_or_default()
    }

    /// What was counted where the model was at least as sure as this; the bin in which it lies as a whole.
    fn from(&self, least: u16) -> Count {
        let whole = bin(Confidence::from_per_mille(least));
        let bins = EDGES.into_iter().filter(|edge| *edge >= whole);
        bins.map(|edge| self.in_bin(edge))
            .fold(Count::default(), Count::plus)
    }

    /// The threshold that holds when `configured` was set; nothing where none is trusted.
    pub fn threshold(&self, configured: Confidence) -> Option<Confidence> {
        let least = i64::try_from(LEAST).unwrap_or(i64::MAX);
        let wanted = f64::from(configured.per_mille()) / 1000.0;
        if self.from(configured.per_mille()).decisions < least {
            return Some(configured);
        }
        let higher = EDGES
            .into_iter()
            .filter(|edge| *edge > configured.per_mille());
        std::iter::once(configured.per_mille())
            .chain(higher)
            .find(|edge| {
                let count = self.from(*edge);
                count.decisions >= least && count.lower_bound() >= wanted
            })
            .map(Confidence::from_per_mille)
    }
}

impl Policy {
    /// The policy with the threshold that follows from what is known of the model.
    #[must_use]
    pub fn calibrated(self, calibration: &Calibration) -> Self {
        match calibration.threshold(self.threshold) {
            Some(threshold) => Self { threshold, ..self },
            None => Self {
                automatic_replies: false,
                ..self
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calibration(bins: &[(u16, i64, i64)]) -> Calibration {
        let count = |&(edge, decisions, right): &(u16, i64, i64)| {
            let count = Count {
                decisions,
                right,
                priority_right: 0,
            };
            (edge, count)
        };
        Calibration {
            model: "a-model".to_owned(),
            bins: bins.iter().map(count).collect(),
        }
    }

    fn threshold(configured: u16, bins: &[(u16, i64, i64)]) -> Option<u16> {
        let configured = Confidence::from_per_mille(configured);
        let effective = calibration(bins).threshold(configured);
        effective.map(Confidence::per_mille)
    }

    #[test]
    fn the_wilson_interval_is_what_the_tables_say() {
        let of = |right, decisions| Count {
            decisions,
            right,
            priority_right: 0,
        };
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (right, decisions, lower) in [
            (81, 263, 0.2553),
            (15, 148, 0.0624),
            (0, 20, 0.0),
            (1, 29, 0.0061),
        ] {
            let found = of(right, decisions).lower_bound();
            assert!(
                (found - lower).abs() < 0.000_06,
                "{right}/{decisions}: {found}"
            );
        }
        assert!(of(40, 40).lower_bound() > 0.9);
    }

    #[test]
    fn without_decisions_the_configured_threshold_stands() {
        assert_eq!(threshold(900, &[]), Some(900));
        assert_eq!(threshold(900, &[(940, 39, 0)]), Some(900));
        // What lies below the threshold says nothing about what lies above it.
        assert_eq!(threshold(900, &[(500, 1000, 100)]), Some(900));
    }

    #[test]
    fn a_threshold_that_holds_what_it_says_stays_and_is_never_lowered() {
        assert_eq!(threshold(900, &[(900, 50, 49), (960, 100, 99)]), Some(900));
        assert_eq!(
            threshold(900, &[(800, 500, 500), (900, 500, 500)]),
            Some(900)
        );
    }

    #[test]
    fn a_threshold_that_does_not_is_raised_to_where_it_does() {
        let bins = [
            (900, 100, 70),
            (920, 100, 80),
            (940, 100, 60),
            (960, 200, 198),
        ];
        assert_eq!(threshold(900, &bins), Some(960));
        assert_eq!(
            threshold(850, &[(850, 100, 20), (900, 400, 396)]),
            Some(900)
        );
        // Inside a bin, which counts as a whole.
        assert_eq!(
            threshold(930, &[(920, 100, 50), (940, 300, 298)]),
            Some(940)
        );
    }

    #[test]
    fn where_no_threshold_is_trusted_no_answer_goes_out() {
        let bins = [(900, 100, 50), (980, 39, 39)];
        assert_eq!(threshold(900, &bins), None);
        let policy = Policy::default().calibrated(&calibration(&bins));
        assert!(!policy.automatic_replies);
        let raised = Policy::default().calibrated(&calibration(&[(900, 100, 50), (980, 400, 399)]));
        assert!(raised.automatic_replies && raised.threshold.per_mille() == 920);
    }

    #[test]
    fn every_confidence_has_one_bin() {
        for (confidence, edge) in [
            (0, 0),
            (499, 0),
            (500, 500),
            (899, 850),
            (900, 900),
            (1000, 980),
        ] {
            assert_eq!(bin(Confidence::from_per_mille(confidence)), edge);
        }
    }
}
