//! Entries of several partitions in one order.

use crate::{StoreError, Table, lists::Index};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::future::try_join_all;
use std::collections::VecDeque;

/// Which entries, in which order.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) index: Index,
    pub(crate) partitions: Vec<String>,
    /// The least sort key, included.
    pub(crate) from: String,
    /// The greatest sort key, included.
    pub(crate) to: String,
    /// From the greatest sort key down, or from the least up.
    pub(crate) descending: bool,
    /// Keep only entries whose `row.<field>` equals the value.
    pub(crate) filter: Option<(&'static str, String)>,
}

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its sort key.
    pub(crate) key: String,
    /// What lists show of it; nothing in the table itself.
    pub(crate) row: Option<AttributeValue>,
}

/// A walk over a span. It asks each partition for its share, and again only those that ran out.
#[derive(Debug)]
pub(crate) struct Merge<'a> {
    table: &'a Table,
    span: Span,
    parts: Vec<Part>,
    /// How many entries are asked of a partition at a time.
    chunk: usize,
}

#[derive(Debug)]
struct Part {
    partition: String,
    entries: VecDeque<Entry>,
    next: Next,
}

/// Where a partition goes on.
#[derive(Clone, Debug)]
enum Next {
    /// At its end of the span.
    Start,
    /// Behind this sort key.
    After(String),
    /// Nowhere: it has no more.
    End,
}

impl<'a> Merge<'a> {
    /// A walk over `span` that goes on after the sort key `after`, prepared for about `expected` entries.
    pub(crate) async fn start(
        table: &'a Table,
        span: Span,
        after: Option<&str>,
        expected: usize,
    ) -> Result<Self, StoreError> {
        let next = after.map_or(Next::Start, |after| Next::After(after.to_owned()));
        let parts = span.partitions.iter().map(|partition| Part {
            partition: partition.clone(),
            entries: VecDeque::new(),
            next: next.clone(),
        });
        let mut merge = Self {
            table,
            chunk: expected.div_ceil(span.partitions.len().max(1)) + 1,
            parts: parts.collect(),
            span,
        };
        let parts = std::mem::take(&mut merge.parts);
        merge.parts = try_join_all(parts.into_iter().map(|part| merge.refill(part))).await?;
        Ok(merge)
    }

    /// The next entry.
    pub(crate) async fn next(&mut self) -> Result<Option<Entry>, StoreError> {
        // A partition that ran dry may hold the next entry. A filter may leave none of what it gives.
        while self.parts.iter().any(Part::is_dry) {
            let (dry, rest): (Vec<Part>, Vec<Part>) = std::mem::take(&mut self.parts)
                .into_iter()
                .partition(Part::is_dry);
            let filled = try_join_all(dry.into_iter().map(|part| self.refill(part))).await?;
            self.parts = rest.into_iter().chain(filled).collect();
        }
        let filled = self
            .parts
            .iter_mut()
            .filter(|part| !part.entries.is_empty());
        let next = if self.span.descending {
            filled.max_by(|a, b| a.entries[0].key.cmp(&b.entries[0].key))
        } else {
            filled.min_by(|a, b| a.entries[0].key.cmp(&b.entries[0].key))
        };
        Ok(next.and_then(|part| part.entries.pop_front()))
    }

    /// Whether there may be more entries.
    pub(crate) fn may_have_more(&self) -> bool {
        self.parts
            .iter()
            .any(|part| !part.entries.is_empty() || part.is_dry())
    }

    /// Asks a partition for its next entries.
    async fn refill(&self, mut part: Part) -> Result<Part, StoreError> {
        let (after, from, to) = match std::mem::replace(&mut part.next, Next::End) {
            Next::End => return Ok(part),
            Next::Start => (None, self.span.from.clone(), self.span.to.clone()),
            Next::After(key) if self.span.descending => {
                (Some(key.clone()), self.span.from.clone(), key)
            }
            Next::After(key) => (Some(key.clone()), key, self.span.to.clone()),
        };
        if from > to {
            return Ok(part);
        }
        let names = self.span.index.key_names();
        let mut query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .set_index_name(self.span.index.index_name())
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", &names.0)
            .expression_attribute_names("#sk", &names.1)
            .expression_attribute_values(":pk", AttributeValue::S(part.partition.clone()))
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":to", AttributeValue::S(to))
            .scan_index_forward(!self.span.descending)
            // BETWEEN includes the entry that it goes on after.
            .limit(i32::try_from(self.chunk + usize::from(after.is_some())).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let Some((field, value)) = &self.span.filter {
            query = query
                .filter_expression("#row.#field = :value")
                .expression_attribute_names("#row", "row")
                .expression_attribute_names("#field", *field)
                .expression_attribute_values(":value", AttributeValue::S(value.clone()));
        }
        let answer = query
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.table.count_read(answer.consumed_capacity());
        for mut item in answer.items.unwrap_or_default() {
            let Some(AttributeValue::S(key)) = item.remove(&names.1) else {
                return Err(StoreError::Corrupt("an entry has no sort key".to_owned()));
            };
            if after.as_ref() != Some(&key) {
                let row = item.remove("row");
                part.entries.push_back(Entry { key, row });
            }
        }
        let more = answer
            .last_evaluated_key
            .and_then(|mut key| key.remove(&names.1));
        part.next = match more {
            Some(AttributeValue::S(key)) => Next::After(key),
            _ => Next::End,
        };
        Ok(part)
    }
}

impl Part {
    fn is_dry(&self) -> bool {
        self.entries.is_empty() && !matches!(self.next, Next::End)
    }
}
