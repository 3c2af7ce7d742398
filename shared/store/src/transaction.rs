//! One change, whole or not at all.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys::{self, Key, Place},
    table::item,
};
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update,
    builders::PutBuilder,
};
use registrar_domain::{clock::Moment, effect::Effect, id::EffectId};
use serde::Serialize;

/// Writes that commit together.
#[derive(Debug)]
pub struct Transaction<'a> {
    table: &'a Table,
    writes: Vec<TransactWriteItem>,
    /// Which of the writes completes the answer claim.
    claim: Option<usize>,
}

/// Where else an item is listed, and what the lists show of it.
#[derive(Debug, Default)]
pub struct Listing<R> {
    /// Its place in the first index.
    pub first: Option<Place>,
    /// Its place in the second index.
    pub second: Option<Place>,
    /// What the lists show.
    pub row: Option<R>,
}

/// An item that is listed nowhere.
pub const UNLISTED: Listing<()> = Listing {
    first: None,
    second: None,
    row: None,
};

impl<'a> Transaction<'a> {
    pub(crate) fn new(table: &'a Table) -> Self {
        Self {
            table,
            writes: Vec::new(),
            claim: None,
        }
    }

    fn put<R: Serialize>(
        &self,
        key: &Key,
        value: &impl Serialize,
        listing: Listing<R>,
    ) -> Result<PutBuilder, StoreError> {
        let mut item = item(key, value)?;
        for (index, place) in [("GSI1", listing.first), ("GSI2", listing.second)] {
            if let Some(place) = place {
                item.insert(format!("{index}PK"), AttributeValue::S(place.pk));
                item.insert(format!("{index}SK"), AttributeValue::S(place.sk));
            }
        }
        if let Some(row) = listing.row {
            item.insert(
                "row".to_owned(),
                AttributeValue::M(serde_dynamo::to_item(row)?),
            );
        }
        Ok(Put::builder()
            .table_name(&self.table.name)
            .set_item(Some(item)))
    }

    fn push_put(&mut self, put: PutBuilder) {
        let put = put.build().expect("table name and item are set");
        self.writes
            .push(TransactWriteItem::builder().put(put).build());
    }

    /// Adds an item that must not exist yet.
    pub fn create<R: Serialize>(
        &mut self,
        key: &Key,
        value: &impl Serialize,
        listing: Listing<R>,
    ) -> Result<&mut Self, StoreError> {
        let put = self
            .put(key, value, listing)?
            .condition_expression("attribute_not_exists(PK)");
        self.push_put(put);
        Ok(self)
    }

    /// Adds an item, or writes over it.
    pub fn set<R: Serialize>(
        &mut self,
        key: &Key,
        value: &impl Serialize,
        listing: Listing<R>,
    ) -> Result<&mut Self, StoreError> {
        let put = self.put(key, value, listing)?;
        self.push_put(put);
        Ok(self)
    }

    /// Writes over an item that must still have the `version` it was read with.
    pub fn replace<R: Serialize>(
        &mut self,
        key: &Key,
        version: u64,
        value: &impl Serialize,
        listing: Listing<R>,
    ) -> Result<&mut Self, StoreError> {
        let put = self
            .put(key, value, listing)?
            .condition_expression("version = :version")
            .expression_attribute_values(":version", AttributeValue::N(version.to_string()));
        self.push_put(put);
        Ok(self)
    }

    /// Takes an item away, if it is there.
    pub fn delete(&mut self, key: &Key) -> &mut Self {
        let delete = Delete::builder()
            .table_name(&self.table.name)
            .key("PK", AttributeValue::S(key.pk.clone()))
            .key("SK", AttributeValue::S(key.sk.clone()))
            .build()
            .expect("table name and key are set");
        self.writes
            .push(TransactWriteItem::builder().delete(delete).build());
        self
    }

    /// Adds the effects as one outbox item.
    pub fn effects(
        &mut self,
        effects: &[Effect],
        moment: Moment<'_>,
    ) -> Result<&mut Self, StoreError> {
        if effects.is_empty() {
            return Ok(self);
        }
        let id: EffectId = moment.id();
        let outbox = crate::outbox::OutboxItem {
            id,
            at: moment.now,
            effects: effects.to_vec(),
        };
        self.create(&keys::outbox(id, self.table.shards), &outbox, UNLISTED)
    }

    /// Keeps the answer for whoever sends the same `Idempotency-Key` again. Without a claim there is nothing to keep.
    pub fn answer(&mut self, claim: Option<&Claim>, answer: &Answer) -> &mut Self {
        let Some(claim) = claim else { return self };
        let update = claim.completion(&self.table.name, answer, Update::builder());
        self.claim = Some(self.writes.len());
        self.writes
            .push(TransactWriteItem::builder().update(update).build());
        self
    }

    /// Commits.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an item changed or exists; [`StoreError::ClaimLost`].
    pub async fn commit(self) -> Result<(), StoreError> {
        let answer = self
            .table
            .client
            .transact_write_items()
            .set_transact_items(Some(self.writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of_transaction(&e, self.claim))?;
        for capacity in answer.consumed_capacity() {
            self.table.count_write(Some(capacity));
        }
        Ok(())
    }
}
