//! The table: reading, and counting what reading and writing cost.

use crate::{StoreError, aws::Aws, keys::Key, transaction::Transaction};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ConsumedCapacity, KeysAndAttributes, ReturnConsumedCapacity},
};
use registrar_domain::profile::Profile;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// An item as DynamoDB holds it.
pub type Item = HashMap<String, AttributeValue>;

/// The most items of one batch.
const BATCH: usize = 100;
/// How often what was left of a batch is asked for.
const ROUNDS: usize = 8;

/// The table, and how its lists and outbox are sharded.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) shards: u16,
    /// Whose service levels and assignment every ticket that is written follows.
    pub(crate) profile: Option<Arc<Profile>>,
    /// What the next transaction with a ticket counts of whoever opens it.
    pub(crate) opening: Option<crate::limits::Opening>,
    units: Arc<Units>,
}

/// Request units consumed so far, in tenths (DynamoDB bills halves).
#[derive(Debug, Default)]
pub struct Units {
    read: AtomicU64,
    write: AtomicU64,
}

/// Request units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Consumed {
    /// Read request units.
    pub read: f64,
    /// Write request units, index writes included.
    pub write: f64,
}

impl Table {
    /// The table `name`, its lists in `shards` partitions.
    pub fn new(aws: &Aws, name: &str, shards: u16) -> Self {
        Self {
            client: aws.dynamodb(),
            name: name.to_owned(),
            shards: shards.max(1),
            profile: None,
            opening: None,
            units: Arc::default(),
        }
    }

    /// The same table, whose tickets follow a profile: their clocks agree with them, and new ones find somebody to work on
    /// them. This is done where tickets are written, so that no command can leave it out.
    #[must_use]
    pub fn following(self, profile: Arc<Profile>) -> Self {
        Self {
            profile: Some(profile),
            ..self
        }
    }

    /// The number of partitions of each list and of the outbox.
    pub fn shards(&self) -> u16 {
        self.shards
    }

    /// A transaction with nothing in it.
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction::new(self)
    }

    /// What was consumed through this table since the process started.
    pub fn consumed(&self) -> Consumed {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of request units is far below 2^52"
        )]
        let units = |tenths: &AtomicU64| tenths.load(Ordering::Relaxed) as f64 / 10.0;
        Consumed {
            read: units(&self.units.read),
            write: units(&self.units.write),
        }
    }

    pub(crate) fn count_read(&self, capacity: Option<&ConsumedCapacity>) {
        count(&self.units.read, capacity);
    }

    pub(crate) fn count_write(&self, capacity: Option<&ConsumedCapacity>) {
        count(&self.units.write, capacity);
    }

    /// Opens the connection before the first request needs it, in the free part of a cold start. A failure shows on
    /// that first request, so it is not reported here.
    pub async fn warm(&self) {
        let key = crate::keys::counter("WARM");
        if let Err(error) = self.get::<serde_json::Value>(&key).await {
            tracing::debug!(%error, "warming the table's connection failed");
        }
    }

    /// Reads one item, strongly consistent.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        let item = self.get_item(key).await?;
        Ok(item.map(serde_dynamo::from_item).transpose()?)
    }

    /// As [`Self::get`], as it is stored.
    pub(crate) async fn get_item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk.clone()))
            .key("SK", AttributeValue::S(key.sk.clone()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_read(answer.consumed_capacity());
        Ok(answer.item)
    }

    /// Reads items by their keys, eventually consistent, in any order; those that are not there are left out. Of each item
    /// these attributes; without any, all.
    pub(crate) async fn get_many(
        &self,
        keys: &[Key],
        attributes: &[&str],
    ) -> Result<Vec<Item>, StoreError> {
        // Some names are reserved words.
        let names: Option<HashMap<String, String>> = (!attributes.is_empty()).then(|| {
            let named = |(n, name): (usize, &&str)| (format!("#a{n}"), (*name).to_owned());
            attributes.iter().enumerate().map(named).collect()
        });
        let projection = names
            .as_ref()
            .map(|names| names.keys().cloned().collect::<Vec<_>>().join(", "));
        let mut items = Vec::with_capacity(keys.len());
        for batch in keys.chunks(BATCH) {
            let mut left: Vec<Item> = batch
                .iter()
                .map(|key| {
                    let text = |text: &String| AttributeValue::S(text.clone());
                    Item::from([
                        ("PK".to_owned(), text(&key.pk)),
                        ("SK".to_owned(), text(&key.sk)),
                    ])
                })
                .collect();
            // What one answer has no room for is asked again.
            for _ in 0..ROUNDS {
                let wanted = KeysAndAttributes::builder()
                    .set_keys(Some(std::mem::take(&mut left)))
                    .set_projection_expression(projection.clone())
                    .set_expression_attribute_names(names.clone())
                    .build()
                    .expect("the keys are set");
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.name, wanted)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await
                    .map_err(|e| StoreError::of("DynamoDB", &e))?;
                for capacity in answer.consumed_capacity() {
                    self.count_read(Some(capacity));
                }
                items.extend(
                    answer
                        .responses
                        .into_iter()
                        .flatten()
                        .flat_map(|(_, found)| found),
                );
                left = answer
                    .unprocessed_keys
                    .into_iter()
                    .flatten()
                    .flat_map(|(_, wanted)| wanted.keys)
                    .collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Unavailable {
                    service: "DynamoDB",
                    cause: "unprocessed keys".to_owned(),
                });
            }
        }
        Ok(items)
    }

    /// Reads a range of a partition, strongly consistent, `limit` items unless there are fewer. One answer of DynamoDB
    /// ends at 1 MB, which a page of long texts passes.
    pub(crate) async fn range(&self, range: Range<'_>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let limit = range.limit - items.len();
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(range.pk.to_owned()))
                .expression_attribute_values(":from", AttributeValue::S(range.from.to_owned()))
                .expression_attribute_values(":to", AttributeValue::S(range.to.to_owned()))
                .consistent_read(true)
                .scan_index_forward(range.oldest_first)
                .limit(i32::try_from(limit).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|e| StoreError::of("DynamoDB", &e))?;
            self.count_read(answer.consumed_capacity());
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() || items.len() >= range.limit {
                return Ok(items);
            }
        }
    }
}

/// A range of one partition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range<'a> {
    pub(crate) pk: &'a str,
    /// The least sort key, included.
    pub(crate) from: &'a str,
    /// The greatest sort key, included.
    pub(crate) to: &'a str,
    pub(crate) oldest_first: bool,
    pub(crate) limit: usize,
}

/// Sorts after every character that keys are made of.
pub(crate) const LAST: char = '\u{7e}';

/// The sort key of an item.
pub(crate) fn sort_key(item: &Item) -> &str {
    item.get("SK")
        .and_then(|value| value.as_s().ok())
        .map_or("", String::as_str)
}

/// The items that can be read. One that cannot, such as a newer version's, is passed over and told: it hides no other.
pub(crate) fn readable<T: DeserializeOwned>(items: Vec<Item>) -> Vec<T> {
    let read = |item| told(serde_dynamo::from_item(item));
    items.into_iter().filter_map(read).collect()
}

/// The row of an index entry, if there is one that can be read; as [`readable`].
pub(crate) fn readable_row<T: DeserializeOwned>(row: Option<AttributeValue>) -> Option<T> {
    let row = row.unwrap_or(AttributeValue::Null(true));
    told(serde_dynamo::from_attribute_value(row))
}

fn told<T>(read: Result<T, serde_dynamo::Error>) -> Option<T> {
    if read.is_err() {
        passed_over(std::any::type_name::<T>());
    }
    read.ok()
}

/// Tells that something of a kind was passed over; not what it holds, which may be people's.
pub(crate) fn passed_over(kind: &str) {
    let kind = kind.rsplit("::").next().unwrap_or_default();
    tracing::error!(kind, parked = 1, "an entry cannot be read");
}

/// An item made of `value`'s fields and the key's.
pub(crate) fn item(key: &Key, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value)?;
    item.insert("PK".to_owned(), AttributeValue::S(key.pk.clone()));
    item.insert("SK".to_owned(), AttributeValue::S(key.sk.clone()));
    Ok(item)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "units are small and not negative"
)]
fn count(units: &AtomicU64, capacity: Option<&ConsumedCapacity>) {
    let consumed = capacity
        .and_then(ConsumedCapacity::capacity_units)
        .unwrap_or(0.0);
    units.fetch_add((consumed * 10.0).round() as u64, Ordering::Relaxed);
}
