//! The outbox: effects that are committed and not yet on their queue.
//!
//! An item is written in the transaction that decided its effects. The stream brings it to `relay`, which sends the effects
//! and deletes the item; `schedules` reads the shards and sends again what is older than a minute. Sending comes before
//! deleting, so an effect may reach its queue twice and never not at all.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    table::{LAST, Range},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{effect::Effect, id::EffectId};
use serde::{Deserialize, Serialize};

/// What one commit wants done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Its id; sorts by time.
    pub id: EffectId,
    /// When it was committed.
    pub at: Timestamp,
    /// What to do.
    pub effects: Vec<Effect>,
}

/// How many items a sweep takes of one shard at a time.
const SWEEP: usize = 100;

impl Table {
    /// Takes an item away whose effects are on their queues.
    pub async fn outbox_done(&self, id: EffectId) -> Result<(), StoreError> {
        let Key { pk, sk } = keys::outbox(id, self.shards);
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(pk))
            .key("SK", AttributeValue::S(sk))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    /// The items of a shard that were committed longer than `age` ago, oldest first, at most 100.
    pub async fn outbox_left(
        &self,
        shard: u16,
        now: Timestamp,
        age: SignedDuration,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let pk = keys::outbox_shard(shard);
        let range = Range {
            pk: &pk,
            from: "0",
            to: &LAST.to_string(),
            oldest_first: true,
            limit: SWEEP,
        };
        let items = self.range(range).await?;
        let items: Vec<OutboxItem> = serde_dynamo::from_items(items)?;
        Ok(items
            .into_iter()
            .filter(|item| item.at + age <= now)
            .collect())
    }
}
