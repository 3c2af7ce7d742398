//! Which index a query is answered from.

use super::{Assignee, Sort, TicketQuery};
use crate::{
    StoreError, Table, keys,
    lists::{Index, merge::Span},
    search::Facet,
    table::LAST,
};
use jiff::Timestamp;
use registrar_domain::ticket::{Priority, Status};

/// What is walked, one span after the other.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) stages: Vec<Span>,
    /// Whether some of what is walked may not be asked for.
    pub(super) filters: bool,
    /// Whether entries carry no row, or too little of the ticket to decide.
    pub(super) reads_headers: bool,
}

impl Table {
    pub(super) async fn plan(&self, query: &TicketQuery) -> Result<Plan, StoreError> {
        let others = Others {
            priority: query.priority.is_some(),
            category: query.category.is_some(),
        };
        if let Some(requester) = query.requester {
            let filters = others.any()
                || query.assignee.is_some()
                || !query.statuses.is_empty()
                || !query.words.is_empty();
            let own = span(query, Index::Second, vec![keys::person(requester)]);
            return Ok(Plan {
                stages: vec![own],
                filters,
                reads_headers: !query.words.is_empty(),
            });
        }
        if !query.words.is_empty() {
            let word = self.rarest(&query.words).await?;
            return Ok(self.postings(query, &[word]));
        }
        Ok(match query.sort {
            Sort::Updated => self.by_change(query, &others),
            Sort::Status => self.by_status(query, &others),
            Sort::Priority => self.by_priority(query),
            Sort::Created => self.by_creation(query, &others),
        })
    }

    fn by_creation(&self, query: &TicketQuery, others: &Others) -> Plan {
        let active = query.statuses.iter().all(|status| status.is_active());
        let (index, partitions, filters) = if let Some(assignee) = query.assignee {
            let partitions = self.assigned(assignee, &query.statuses);
            let filters = others.any() || !query.statuses.is_empty();
            (Index::Fourth, partitions, filters)
        } else if !query.statuses.is_empty() && (active || !others.any()) {
            let statuses = query.statuses.iter();
            let partitions = statuses.flat_map(|status| self.in_status(*status));
            (Index::Third, partitions.collect(), others.any())
        } else if let Some(priority) = query.priority {
            let facets = states(&query.statuses).map(|active| Facet::priority(priority, active));
            return self.postings(query, &facets.collect::<Vec<_>>());
        } else if let Some(category) = &query.category {
            let facets = states(&query.statuses).map(|active| Facet::category(category, active));
            return self.postings(query, &facets.collect::<Vec<_>>());
        } else {
            let partitions = (0..self.shards).map(keys::tickets_shard).collect();
            (Index::First, partitions, false)
        };
        Plan {
            stages: vec![span(query, index, partitions)],
            filters,
            reads_headers: false,
        }
    }

    fn by_change(&self, query: &TicketQuery, others: &Others) -> Plan {
        let dates = query.from.is_some() || query.until.is_some();
        let span = Span {
            index: Index::Fifth,
            partitions: (0..self.shards).map(keys::tickets_updated).collect(),
            from: "!".to_owned(),
            to: LAST.to_string(),
            descending: query.descending,
            filter: None,
        };
        Plan {
            stages: vec![span],
            filters: others.any()
                || dates
                || query.assignee.is_some()
                || !query.statuses.is_empty(),
            reads_headers: false,
        }
    }

    fn by_status(&self, query: &TicketQuery, others: &Others) -> Plan {
        let asked = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
        let stages = Status::ALL.iter().copied().filter(asked).map(|status| {
            let newest_first = TicketQuery {
                descending: true,
                ..query.clone()
            };
            span(&newest_first, Index::Third, self.in_status(status))
        });
        Plan {
            stages: in_order(stages.collect(), query.descending),
            filters: others.any() || query.assignee.is_some(),
            reads_headers: false,
        }
    }

    fn by_priority(&self, query: &TicketQuery) -> Plan {
        let newest_first = TicketQuery {
            descending: true,
            ..query.clone()
        };
        let asked = |priority: &Priority| query.priority.is_none_or(|asked| asked == *priority);
        let stages = Priority::ALL.iter().copied().filter(asked).map(|priority| {
            let facets = states(&query.statuses).map(|active| Facet::priority(priority, active));
            self.postings(&newest_first, &facets.collect::<Vec<_>>())
                .stages
        });
        let stages = in_order(stages.collect(), query.descending);
        Plan {
            stages: stages.into_iter().flatten().collect(),
            filters: true,
            reads_headers: true,
        }
    }

    /// Tickets that have a posting of any of these terms. What is read of them are their headers.
    fn postings(&self, query: &TicketQuery, terms: &[String]) -> Plan {
        let shards = |term: &String| {
            let term = term.clone();
            (0..self.shards).map(move |shard| keys::postings(&term, shard))
        };
        let partitions = terms.iter().flat_map(shards).collect();
        Plan {
            stages: vec![span(query, Index::Table, partitions)],
            filters: true,
            reads_headers: true,
        }
    }

    fn in_status(&self, status: Status) -> Vec<String> {
        (0..self.shards)
            .map(|shard| keys::tickets_in(status, shard))
            .collect()
    }

    fn assigned(&self, assignee: Assignee, statuses: &[Status]) -> Vec<String> {
        let shards = |active| {
            (0..self.shards)
                .map(move |shard| keys::tickets_assigned(assignee.account(), active, shard))
        };
        states(statuses).flat_map(shards).collect()
    }
}

/// The part of an index by creation that lies in the query's range of dates.
fn span(query: &TicketQuery, index: Index, partitions: Vec<String>) -> Span {
    let prefix = match index {
        Index::Second => keys::PERSONS_TICKETS,
        Index::Table
        | Index::First
        | Index::Third
        | Index::Fourth
        | Index::Fifth
        | Index::Sixth => "",
    };
    let bound = |time: Timestamp, after| format!("{prefix}{}", keys::ids_at(time, after));
    let first = || crate::lists::first(prefix);
    let last = || format!("{prefix}{LAST}");
    Span {
        index,
        partitions,
        from: query.from.map_or_else(first, |time| bound(time, false)),
        to: query.until.map_or_else(last, |time| bound(time, true)),
        descending: query.descending || query.is_sorted_in_memory(),
        filter: None,
    }
}

/// The filters that no index of the table has.
struct Others {
    priority: bool,
    category: bool,
}

impl Others {
    fn any(&self) -> bool {
        self.priority || self.category
    }
}

/// Whether the active tickets, the done ones or both can be in these statuses; empty = any.
fn states(statuses: &[Status]) -> impl Iterator<Item = bool> {
    let any = |active| statuses.is_empty() || statuses.iter().any(|s| s.is_active() == active);
    let states = [true, false].map(|active| any(active).then_some(active));
    states.into_iter().flatten()
}

/// Stages, the last one first when descending.
fn in_order<T>(mut stages: Vec<T>, descending: bool) -> Vec<T> {
    if descending {
        stages.reverse();
    }
    stages
}
