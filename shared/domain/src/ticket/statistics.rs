//! Statistics that cost the same however many tickets there are.
//!
//! A ticket's [`Tally`] is what it adds to the statistics. A change of a ticket moves the counters by the difference of
//! two tallies, in its own transaction, so that the counters are at any time the sum over all tickets.
//!
//! | counter | of |
//! |---|---|
//! | `status/<status>/<priority>` | tickets |
//! | `unassigned/<status>` | tickets that nobody works on |
//! | `category/<category>` | tickets |
//! | `responses`, `response_seconds` | tickets that staff replied to, and after how long the first time |
//! | `resolutions`, `resolution_seconds` | tickets that are resolved, and after how long |
//! | `ratings`, `rating_points` | tickets that were rated |

use super::{Category, Priority, Status, Ticket};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a ticket adds to the statistics. Short names, because every ticket's header has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The version of the ticket that was counted.
    #[serde(rename = "v")]
    pub version: u64,
    #[serde(rename = "s")]
    status: Status,
    #[serde(rename = "p")]
    priority: Priority,
    #[serde(rename = "c")]
    category: Category,
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    unassigned: bool,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    response_seconds: Option<i64>,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    resolution_seconds: Option<i64>,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    rating: Option<i64>,
}

impl Tally {
    /// A ticket's tally.
    pub fn of(ticket: &Ticket) -> Self {
        let since_opened =
            |time: Timestamp| time.duration_since(ticket.created_at).as_secs().max(0);
        Self {
            version: ticket.version,
            status: ticket.status,
            priority: ticket.priority,
            category: ticket.category.clone(),
            unassigned: ticket.assigned_to.is_none(),
            response_seconds: ticket.first_response_at.map(since_opened),
            resolution_seconds: ticket.resolved_at.map(since_opened),
            rating: ticket
                .rating
                .as_ref()
                .map(|rating| i64::from(rating.stars.get())),
        }
    }

    /// Whether the ticket is still worked on.
    pub fn is_active(&self) -> bool {
        self.status.is_active()
    }

    /// Whether what a ticket is found by, besides its words, is the same.
    pub fn is_found_like(&self, other: &Self) -> bool {
        let found_by = |tally: &Self| (tally.is_active(), tally.priority, tally.category.clone());
        found_by(self) == found_by(other)
    }

    fn counters(&self) -> impl Iterator<Item = (String, i64)> {
        let status = self.status.code();
        let mut counters = vec![
            (format!("status/{status}/{}", self.priority.code()), 1),
            (format!("category/{}", self.category.as_str()), 1),
        ];
        if self.unassigned {
            counters.push((format!("unassigned/{status}"), 1));
        }
        let measured = [
            ("responses", "response_seconds", self.response_seconds),
            ("resolutions", "resolution_seconds", self.resolution_seconds),
            ("ratings", "rating_points", self.rating),
        ];
        for (count, sum, value) in measured {
            if let Some(value) = value {
                counters.push((count.to_owned(), 1));
                counters.push((sum.to_owned(), value));
            }
        }
        counters.into_iter()
    }

    /// By how much the counters move when a ticket's tally was `before` and is `after`; those that stay are left out.
    pub fn change(before: Option<&Self>, after: &Self) -> BTreeMap<String, i64> {
        let mut change = BTreeMap::new();
        for (name, value) in after.counters() {
            *change.entry(name).or_default() += value;
        }
        for (name, value) in before.into_iter().flat_map(Self::counters) {
            *change.entry(name).or_default() -= value;
        }
        change.retain(|_, value| *value != 0);
        change
    }
}

/// The sums of tallies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics(BTreeMap<String, i64>);

/// What somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Alerts {
    /// Tickets that are new or open.
    pub open_tickets: i64,
    /// Tickets that staff work on.
    pub in_progress: i64,
    /// Tickets that are neither resolved nor closed and that nobody works on.
    pub unassigned: i64,
    /// Whether there are open or unassigned tickets.
    pub has_alerts: bool,
}

impl Statistics {
    /// Adds a counter's value.
    pub fn add(&mut self, counter: &str, value: i64) {
        *self.0.entry(counter.to_owned()).or_default() += value;
    }

    /// Adds what a change of one ticket adds.
    pub fn add_change(&mut self, before: Option<&Tally>, after: &Tally) {
        for (name, value) in Tally::change(before, after) {
            self.add(&name, value);
        }
    }

    fn of(&self, counter: &str) -> i64 {
        self.0.get(counter).copied().unwrap_or(0)
    }

    /// How many tickets have one of these statuses and priorities; empty = any.
    pub fn count(&self, statuses: &[Status], priorities: &[Priority]) -> i64 {
        let statuses = some_or_all(statuses, Status::ALL);
        let priorities = some_or_all(priorities, Priority::ALL);
        let counter = |status: &Status, priority: &Priority| {
            self.of(&format!("status/{}/{}", status.code(), priority.code()))
        };
        statuses
            .iter()
            .flat_map(|status| {
                priorities
                    .iter()
                    .map(move |priority| counter(status, priority))
            })
            .sum()
    }

    /// How many tickets there are.
    pub fn total(&self) -> i64 {
        self.count(&[], &[])
    }

    /// How many tickets of these statuses nobody works on; empty = any status.
    pub fn unassigned(&self, statuses: &[Status]) -> i64 {
        some_or_all(statuses, Status::ALL)
            .iter()
            .map(|status| self.of(&format!("unassigned/{}", status.code())))
            .sum()
    }

    /// How many tickets a category has.
    pub fn in_category(&self, category: &str) -> i64 {
        self.of(&format!("category/{category}"))
    }

    fn average(&self, sum: &str, count: &str) -> Option<f64> {
        let count = self.of(count);
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds and counts are far below 2^52"
        )]
        (count > 0).then(|| self.of(sum) as f64 / count as f64)
    }

    /// Seconds until staff first replied, on average over the tickets that they replied to.
    pub fn average_first_response_seconds(&self) -> Option<f64> {
        self.average("response_seconds", "responses")
    }

    /// Seconds until a ticket was resolved, on average over those that are.
    pub fn average_resolution_seconds(&self) -> Option<f64> {
        self.average("resolution_seconds", "resolutions")
    }

    /// The requesters' ratings, 1–5, on average; and how many there are.
    pub fn satisfaction(&self) -> (Option<f64>, i64) {
        (self.average("rating_points", "ratings"), self.of("ratings"))
    }

    /// What somebody should look at.
    pub fn alerts(&self) -> Alerts {
        let open_tickets = self.count(&[Status::New, Status::Open], &[]);
        let active: Vec<Status> = Status::ALL
            .iter()
            .copied()
            .filter(|s| s.is_active())
            .collect();
        let unassigned = self.unassigned(&active);
        Alerts {
            open_tickets,
            in_progress: self.count(&[Status::InProgress], &[]),
            unassigned,
            has_alerts: open_tickets > 0 || unassigned > 0,
        }
    }
}

fn some_or_all<'a, T>(some: &'a [T], all: &'a [T]) -> &'a [T] {
    if some.is_empty() { all } else { some }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(version: u64, status: Status, unassigned: bool) -> Tally {
        Tally {
            version,
            status,
            priority: Priority::High,
            category: serde_json::from_str("\"payment\"").unwrap(),
            unassigned,
            response_seconds: None,
            resolution_seconds: None,
            rating: None,
        }
    }

    #[test]
    fn counters_are_the_sum_over_all_tickets_whatever_changes() {
        let mut statistics = Statistics::default();
        let opened = tally(1, Status::Open, true);
        let taken = Tally {
            response_seconds: Some(30),
            ..tally(2, Status::InProgress, false)
        };
        let resolved = Tally {
            resolution_seconds: Some(90),
            response_seconds: Some(30),
            rating: Some(4),
            ..tally(3, Status::Resolved, false)
        };
        statistics.add_change(None, &opened);
        statistics.add_change(None, &opened);
        assert_eq!((statistics.total(), statistics.unassigned(&[])), (2, 2));
        statistics.add_change(Some(&opened), &taken);
        let alerts = statistics.alerts();
        assert_eq!(
            (alerts.open_tickets, alerts.in_progress, alerts.unassigned),
            (1, 1, 1)
        );
        statistics.add_change(Some(&taken), &resolved);
        assert_eq!(statistics.count(&[Status::Resolved], &[Priority::High]), 1);
        assert_eq!(statistics.in_category("payment"), 2);
        assert_eq!(statistics.average_resolution_seconds(), Some(90.0));
        assert_eq!(statistics.average_first_response_seconds(), Some(30.0));
        assert_eq!(statistics.satisfaction(), (Some(4.0), 1));
        statistics.add_change(Some(&resolved), &taken);
        assert_eq!(statistics.average_resolution_seconds(), None);
        assert_eq!(statistics.satisfaction(), (None, 0));
    }

    #[test]
    fn a_change_that_is_not_counted_moves_no_counter() {
        let before = tally(1, Status::Open, true);
        assert!(Tally::change(Some(&before), &tally(2, Status::Open, true)).is_empty());
        let moved = Tally::change(Some(&before), &tally(2, Status::Closed, true));
        assert_eq!(moved.values().copied().sum::<i64>(), 0);
        assert_eq!(moved.len(), 4);
    }

    #[test]
    fn a_tally_reads_back_from_its_json() {
        let tally = tally(7, Status::Open, true);
        let json = serde_json::to_string(&tally).unwrap();
        assert_eq!(
            json,
            r#"{"v":7,"s":"open","p":"high","c":"payment","u":true}"#
        );
        assert_eq!(serde_json::from_str::<Tally>(&json).unwrap(), tally);
    }
}
