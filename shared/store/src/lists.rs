//! Lists over the indexes, newest first.
//!
//! The list of all rows of a kind is spread over `shards` partitions, so that no partition takes every write. A page asks
//! each shard for its share, merges by sort key, and asks again only the shards that ran out. The cursor holds the sort key
//! of the page's last row, and fits no other list.

mod cursor;

use crate::{StoreError, Table};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::future::try_join_all;
use registrar_domain::page::{Limit, Page};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;

/// Which index.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Index {
    First,
    Second,
}

impl Index {
    fn name(self) -> &'static str {
        match self {
            Self::First => "GSI1",
            Self::Second => "GSI2",
        }
    }
}

/// What to list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) index: Index,
    /// The partitions of the list.
    pub(crate) partitions: Vec<String>,
    /// What the sort keys start with; empty for all.
    pub(crate) prefix: &'static str,
    /// Keep only rows whose `row.<field>` equals the value.
    pub(crate) filter: Option<(&'static str, String)>,
}

impl Listed {
    /// What tells this list from others: a person has several in one partition.
    fn name(&self) -> String {
        let first = self.partitions.first().map_or("", String::as_str);
        format!("{first}/{}", self.prefix)
    }
}

struct Shard {
    partition: String,
    rows: VecDeque<(String, AttributeValue)>,
    /// Where to go on; `None` once the shard has no more.
    after: Option<String>,
}

impl Table {
    /// A page of a list, newest first.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        listed: &Listed,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<T>, StoreError> {
        let start = match cursor {
            Some(cursor) => cursor::decode(&listed.name(), cursor)?,
            None => format!("{}\u{7e}", listed.prefix),
        };
        let chunk = limit.get().div_ceil(listed.partitions.len()) + 1;
        let shards = listed.partitions.iter().map(|partition| {
            let shard = Shard {
                partition: partition.clone(),
                rows: VecDeque::new(),
                after: Some(start.clone()),
            };
            self.refill(listed, shard, chunk)
        });
        let mut shards = try_join_all(shards).await?;

        let mut rows = Vec::with_capacity(limit.get());
        let mut last = None;
        while rows.len() < limit.get() {
            // A shard that ran dry may hold the newest row that is left.
            while let Some(dry) = shards
                .iter()
                .position(|shard| shard.rows.is_empty() && shard.after.is_some())
            {
                let shard = shards.swap_remove(dry);
                shards.push(self.refill(listed, shard, chunk).await?);
            }
            let newest = shards
                .iter_mut()
                .filter(|shard| !shard.rows.is_empty())
                .max_by(|a, b| a.rows[0].0.cmp(&b.rows[0].0));
            let Some((sort_key, row)) = newest.and_then(|shard| shard.rows.pop_front()) else {
                break;
            };
            rows.push(serde_dynamo::from_attribute_value(row)?);
            last = Some(sort_key);
        }
        let more = shards
            .iter()
            .any(|shard| !shard.rows.is_empty() || shard.after.is_some());
        let next_cursor = last
            .filter(|_| more)
            .map(|sort_key| cursor::encode(&listed.name(), &sort_key));
        Ok(Page { rows, next_cursor })
    }

    /// Asks a shard for its next rows. A filter may leave none of them while the shard has more.
    async fn refill(
        &self,
        listed: &Listed,
        mut part: Shard,
        chunk: usize,
    ) -> Result<Shard, StoreError> {
        let Some(after) = part.after.take() else {
            return Ok(part);
        };
        let index = listed.index.name();
        let mut query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(index)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :after")
            .expression_attribute_names("#pk", format!("{index}PK"))
            .expression_attribute_names("#sk", format!("{index}SK"))
            .expression_attribute_values(":pk", AttributeValue::S(part.partition.clone()))
            .expression_attribute_values(":first", AttributeValue::S(first(listed.prefix)))
            .expression_attribute_values(":after", AttributeValue::S(after.clone()))
            .scan_index_forward(false)
            // One more than the chunk: BETWEEN includes the row that the cursor names.
            .limit(i32::try_from(chunk + 1).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let Some((field, value)) = &listed.filter {
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
        self.count_read(answer.consumed_capacity());
        let sort_key = format!("{index}SK");
        for mut item in answer.items.unwrap_or_default() {
            let (Some(AttributeValue::S(key)), Some(row)) =
                (item.remove(&sort_key), item.remove("row"))
            else {
                return Err(StoreError::Corrupt(format!(
                    "an item in {index} has no row"
                )));
            };
            if key != after {
                part.rows.push_back((key, row));
            }
        }
        part.after = match answer
            .last_evaluated_key
            .and_then(|mut key| key.remove(&sort_key))
        {
            Some(AttributeValue::S(key)) => Some(key),
            _ => None,
        };
        Ok(part)
    }
}

fn first(prefix: &str) -> String {
    // An index key must not be empty.
    if prefix.is_empty() {
        "!".to_owned()
    } else {
        prefix.to_owned()
    }
}
