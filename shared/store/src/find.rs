//! Finding tickets: filters, sorts, text, page by page.
//!
//! A query is answered from the index that leaves the least to filter, in this order:
//!
//! | asked | walked | filtered |
//! |---|---|---|
//! | text | the postings of its rarest word; a requester's own tickets | the other words, and every filter |
//! | a requester's own | their partition of `GSI2` | the rest |
//! | sorted by change | `GSI5` | everything |
//! | sorted by status | `GSI3`, one status after the other | the rest |
//! | sorted by priority | the postings of each priority, one after the other | the rest |
//! | an assignee, or nobody | `GSI4`, only the active or only the done ones where a status says so | the rest |
//! | a status that is active | `GSI3` | the rest |
//! | a priority, a category | its postings | the rest |
//! | any other status | `GSI3` | nothing |
//! | nothing, or a range of dates | `GSI1` | nothing |
//!
//! What is walked and filtered out costs reads, so a page looks at no more than [`LOOKED_AT`] entries: one that found too
//! few by then is short, possibly empty, and carries a cursor that goes on. Within a status or a priority, and in a search,
//! the newest come first. A requester's own tickets in another order than by creation are sorted in memory, the newest
//! [`OWN`] of them.
//!
//! Postings are written by a worker behind the outbox, seconds after the ticket; whatever they say is checked against the
//! ticket's header, so that an old one costs a read and shows nothing wrong.

mod plan;
mod position;
mod query;

pub use query::{Assignee, Sort, TicketQuery};

use crate::{
    StoreError, Table, keys,
    lists::{
        cursor,
        merge::{Entry, Merge},
    },
    rows::TicketRow,
    search,
    table::{Item, readable_row},
};
use aws_sdk_dynamodb::types::AttributeValue;
use plan::Plan;
use position::Position;
use registrar_domain::{
    id::TicketId,
    page::{Limit, Page},
    ticket::Statistics,
};
use serde::Deserialize;
use std::collections::HashMap;

/// The most entries that one page looks at, besides those that the client skips.
pub const LOOKED_AT: usize = 600;
/// The most of a requester's own tickets that are sorted in memory.
pub const OWN: usize = 500;
/// The most entries that are looked at in one go when some may be filtered out.
const BATCH: usize = 60;

/// What a found ticket is checked by.
#[derive(Deserialize)]
struct Found {
    row: TicketRow,
    #[serde(default)]
    description: String,
}

impl Table {
    /// A page of the tickets that a query asks for, `skip` of them left out.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another query.
    pub async fn find_tickets(
        &self,
        query: &TicketQuery,
        cursor: Option<&str>,
        limit: Limit,
        skip: usize,
    ) -> Result<Page<TicketRow>, StoreError> {
        let name = query.name();
        let at = match cursor {
            Some(cursor) => Position::parse(&cursor::decode(&name, cursor)?)?,
            None => Position::first(skip),
        };
        let found = if query.is_sorted_in_memory() {
            self.own_sorted(query, at, limit).await?
        } else {
            self.walk(query, at, limit).await?
        };
        let (rows, next) = found;
        Ok(Page {
            rows,
            next_cursor: next.map(|at| cursor::encode(&name, &at.to_string())),
        })
    }

    /// How many tickets a query asks for, where counters know: any statuses and priorities, a category, nobody's.
    pub async fn count_tickets(&self, query: &TicketQuery) -> Result<Option<u64>, StoreError> {
        let count: fn(&TicketQuery, &Statistics) -> i64 = match query.counted_by() {
            Some(count) => count,
            None => return Ok(None),
        };
        let statistics = match query.requester {
            Some(requester) => self.statistics_of(requester).await?,
            None => self.statistics().await?,
        };
        Ok(u64::try_from(count(query, &statistics)).ok())
    }

    /// Walks the index of the query's plan from a position on.
    async fn walk(
        &self,
        query: &TicketQuery,
        mut at: Position,
        limit: Limit,
    ) -> Result<(Vec<TicketRow>, Option<Position>), StoreError> {
        let plan: Plan = self.plan(query).await?;
        let wanted = limit.get() + at.skip;
        // Where nothing is filtered out, one batch is the page; else they grow, because many may be.
        let mut batch = if plan.filters {
            wanted.min(BATCH)
        } else {
            wanted
        };
        let (mut found, mut looked_at) = (Vec::with_capacity(limit.get()), 0);
        let budget = LOOKED_AT + at.skip;
        let stages = plan.stages.len();
        for (stage, span) in plan.stages.into_iter().enumerate().skip(at.stage) {
            let mut merge = Merge::start(self, span, at.after.as_deref(), batch).await?;
            loop {
                let mut entries = Vec::with_capacity(batch);
                while entries.len() < batch.min(budget - looked_at) {
                    match merge.next().await? {
                        Some(entry) => entries.push(entry),
                        None => break,
                    }
                }
                if entries.is_empty() {
                    break;
                }
                if plan.filters {
                    batch = (2 * batch).min(BATCH);
                }
                let rows = self.rows_of(entries, query, plan.reads_headers).await?;
                let mut rows = rows.into_iter().peekable();
                while let Some((key, row)) = rows.next() {
                    looked_at += 1;
                    at.after = Some(key);
                    if let Some(row) = row.filter(|row| query.takes(row)) {
                        if at.skip > 0 {
                            at.skip -= 1;
                        } else {
                            found.push(row);
                        }
                    }
                    if found.len() == limit.get() || looked_at == budget {
                        let more =
                            rows.peek().is_some() || merge.may_have_more() || stage + 1 < stages;
                        return Ok((found, more.then_some(at)));
                    }
                }
            }
            at = Position {
                stage: stage + 1,
                after: None,
                ..at
            };
        }
        Ok((found, None))
    }

    /// The rows of entries, in their order; nothing for one that does not have the words, or is no more.
    async fn rows_of(
        &self,
        entries: Vec<Entry>,
        query: &TicketQuery,
        reads_headers: bool,
    ) -> Result<Vec<(String, Option<TicketRow>)>, StoreError> {
        if !reads_headers {
            let row = |entry: Entry| (entry.key, readable_row(entry.row));
            return Ok(entries.into_iter().map(row).collect());
        }
        let ids: Vec<Option<TicketId>> =
            entries.iter().map(|entry| ticket_id(&entry.key)).collect();
        let wanted: Vec<_> = ids.iter().flatten().map(|id| keys::ticket(*id)).collect();
        let attributes: &[&str] = if query.words.is_empty() {
            &["PK", "row"]
        } else {
            &["PK", "row", "description"]
        };
        let mut headers: HashMap<String, Item> = HashMap::new();
        for item in self.get_many(&wanted, attributes).await? {
            if let Some(AttributeValue::S(pk)) = item.get("PK") {
                headers.insert(pk.clone(), item);
            }
        }
        let row = |(entry, id): (Entry, Option<TicketId>)| {
            let header = id.and_then(|id| headers.remove(&keys::ticket(id).pk));
            let found: Option<Found> = header.map(serde_dynamo::from_item).transpose()?;
            let found = found.filter(|found| {
                let (number, subject) = (&found.row.number, found.row.subject.as_str());
                search::has_all(number, subject, &found.description, &query.words)
            });
            Ok((entry.key, found.map(|found| found.row)))
        };
        entries.into_iter().zip(ids).map(row).collect()
    }

    /// A requester's own tickets in another order than by creation.
    async fn own_sorted(
        &self,
        query: &TicketQuery,
        mut at: Position,
        limit: Limit,
    ) -> Result<(Vec<TicketRow>, Option<Position>), StoreError> {
        let plan = self.plan(query).await?;
        let mut rows: Vec<(String, TicketRow)> = Vec::new();
        for span in plan.stages {
            let mut merge = Merge::start(self, span, None, OWN).await?;
            while rows.len() < OWN {
                let Some(entry) = merge.next().await? else {
                    break;
                };
                let read = self.rows_of(vec![entry], query, false).await?;
                let read = read.into_iter().filter_map(|(_, row)| row);
                rows.extend(read.map(|row| (query.sort_key(&row), row)));
            }
        }
        rows.retain(|(_, row)| query.takes(row));
        rows.sort_by(|(a, _), (b, _)| query.compare(a, b));
        if let Some(after) = &at.after {
            rows.retain(|(key, _)| query.compare(after, key).is_lt());
        }
        let more = rows.len() > at.skip + limit.get();
        let page: Vec<_> = rows.into_iter().skip(at.skip).take(limit.get()).collect();
        at = Position {
            skip: 0,
            after: page.last().map(|(key, _)| key.clone()),
            ..at
        };
        let found = page.into_iter().map(|(_, row)| row).collect();
        Ok((found, more.then_some(at)))
    }
}

/// The ticket that a sort key ends with.
fn ticket_id(key: &str) -> Option<TicketId> {
    key.rsplit('#').next()?.parse().ok()
}
