//! What somebody looks for.

use crate::{keys, rows::TicketRow};
use jiff::Timestamp;
use registrar_domain::{
    id::AccountId,
    ticket::{Category, Priority, Statistics, Status},
};
use std::cmp::Ordering;

/// Who works on a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// Nobody yet.
    Nobody,
    /// This member of staff.
    Account(AccountId),
}

impl Assignee {
    /// The account, if it is somebody.
    pub(super) fn account(self) -> Option<AccountId> {
        match self {
            Self::Nobody => None,
            Self::Account(id) => Some(id),
        }
    }
}

/// By what a list is ordered; among equals by creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// When it was opened.
    #[default]
    Created,
    /// When it last changed.
    Updated,
    /// How urgent it is.
    Priority,
    /// Where it stands.
    Status,
}

/// Which tickets, in which order. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketQuery {
    /// Only this requester's own.
    pub requester: Option<AccountId>,
    /// In one of these statuses; empty = any.
    pub statuses: Vec<Status>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// Of this category.
    pub category: Option<Category>,
    /// Of this assignee, or nobody's.
    pub assignee: Option<Assignee>,
    /// Opened then or later.
    pub from: Option<Timestamp>,
    /// Opened then or earlier.
    pub until: Option<Timestamp>,
    /// With all of these words, as [`crate::search::asked`] gives them; a search is ordered by creation.
    pub words: Vec<String>,
    /// In this order.
    pub sort: Sort,
    /// From the newest, the most urgent, the last status on.
    pub descending: bool,
}

impl TicketQuery {
    /// Whether a ticket, its words aside, is asked for.
    pub(super) fn takes(&self, row: &TicketRow) -> bool {
        let assignee = self.assignee.map(Assignee::account);
        self.requester.is_none_or(|id| row.requester.id == id)
            && (self.statuses.is_empty() || self.statuses.contains(&row.status))
            && self
                .priority
                .is_none_or(|priority| row.priority == priority)
            && self
                .category
                .as_ref()
                .is_none_or(|category| row.category == *category)
            && assignee.is_none_or(|assignee| row.assigned_to == assignee)
            && self.from.is_none_or(|from| row.created_at >= from)
            && self.until.is_none_or(|until| row.created_at <= until)
    }

    /// What tells this query's cursors from others'.
    pub(super) fn name(&self) -> String {
        keys::digest(&["tickets", &format!("{self:?}")])
    }

    /// Whether no index has the asked order.
    pub(super) fn is_sorted_in_memory(&self) -> bool {
        self.requester.is_some() && self.words.is_empty() && self.sort != Sort::Created
    }

    /// A row's place in the asked order.
    pub(super) fn sort_key(&self, row: &TicketRow) -> String {
        let rank = match self.sort {
            Sort::Created => 0,
            Sort::Updated => row.updated_at.as_millisecond(),
            Sort::Priority => rank(Priority::ALL, &row.priority),
            Sort::Status => rank(Status::ALL, &row.status),
        };
        format!("{rank:014}#{}", row.id)
    }

    /// Which of two such places comes first. Among equals it is the newest.
    pub(super) fn compare(&self, one: &str, other: &str) -> Ordering {
        let (one, other) = (place(one), place(other));
        let by_rank = one.0.cmp(other.0);
        let by_rank = if self.descending {
            by_rank.reverse()
        } else {
            by_rank
        };
        by_rank.then(other.1.cmp(one.1))
    }

    /// How the counters say how many there are; nothing for a query that they do not know.
    pub(super) fn counted_by(&self) -> Option<fn(&Self, &Statistics) -> i64> {
        let uncounted = self.from.is_some() || self.until.is_some() || !self.words.is_empty();
        if uncounted {
            return None;
        }
        match (&self.assignee, &self.category, self.priority) {
            (None, None, None) => Some(|query, sums| sums.count(&query.statuses, &[])),
            (None, None, Some(_)) => {
                Some(|query, sums| sums.count(&query.statuses, query.priority.as_slice()))
            }
            (Some(Assignee::Nobody), None, None) => {
                Some(|query, sums| sums.unassigned(&query.statuses))
            }
            (None, Some(_), None) if self.statuses.is_empty() => Some(|query, sums| {
                query
                    .category
                    .as_ref()
                    .map_or(0, |category| sums.in_category(category.as_str()))
            }),
            _ => None,
        }
    }
}

fn rank<T: PartialEq>(all: &[T], one: &T) -> i64 {
    let rank = all.iter().position(|value| value == one);
    rank.and_then(|rank| i64::try_from(rank).ok()).unwrap_or(0)
}

/// Rank and id of a place.
fn place(key: &str) -> (&str, &str) {
    key.split_once('#').unwrap_or_default()
}
