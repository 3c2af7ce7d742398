//! The outbox: effects that are committed and not yet on their queue.
//!
//! An item is written in the transaction that decided its effects. The stream brings it to `relay`, which sends the effects
//! and deletes the item; `schedules` reads the shards and sends again what is older than a minute. Sending comes before
//! deleting, so an effect may reach its queue twice and never not at all.
//!
//! Each effect is read by itself, because one that this version does not know, as after a rollback, must hold up no other:
//!
//! | what is read | what is done |
//! |---|---|
//! | an effect | it is sent |
//! | anything else | it is parked as it is (`PARKED`), with the reason, in the transaction that deletes the item |
//!
//! What is parked is counted (`<stack>-parked`, with an alarm) and read again each hour by the schedule `redrive_parked`:
//! what the version that runs by then knows goes back into the outbox, as an item of its own. So after an upgrade nothing has
//! to be done; who does not want to wait invokes `schedules` with `{"task": "redrive_parked"}`. What no version can read stays
//! parked, and is counted each hour, until somebody looks at it and deletes it.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    table::{Item, LAST, Range, sort_key},
    transaction::UNLISTED,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{clock::Moment, effect::Effect, id::EffectId};
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

/// How many items are read of one partition at a time.
const AT_ONCE: usize = 100;
/// The most characters of a reason that are kept.
const REASON_CHARS: usize = 200;

/// An outbox item as far as this version can read it.
#[derive(Clone, Debug)]
pub struct Left {
    /// Where it lies.
    pub key: Key,
    /// When it was committed.
    pub at: Timestamp,
    /// What of it can be read.
    pub effects: Vec<Effect>,
    unread: Option<Unread>,
}

/// What cannot be read, as it is stored.
#[derive(Clone, Debug)]
struct Unread {
    effects: AttributeValue,
    count: usize,
    reason: String,
}

/// A page of a shard.
#[derive(Clone, Debug)]
pub struct LeftPage {
    /// The items, oldest first.
    pub items: Vec<Left>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// What reading again what is parked came to, in items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Those of which something went back.
    pub back: usize,
    /// Those of which nothing can be read yet.
    pub parked: usize,
}

impl Left {
    /// From the image that the stream brings.
    pub fn of(image: serde_dynamo::Item) -> Self {
        Self::read(image.into())
    }

    fn read(mut item: Item) -> Self {
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let key = Key {
            pk: text("PK").unwrap_or_default(),
            sk: text("SK").unwrap_or_default(),
        };
        // What does not say when it was committed has waited long enough.
        let at = text("at").and_then(|at| at.parse().ok());
        let (mut effects, mut unread, mut reason) = (Vec::new(), Vec::new(), None);
        let stored = item.remove("effects").unwrap_or(AttributeValue::Null(true));
        let unread = match stored {
            AttributeValue::L(stored) => {
                for effect in stored {
                    match serde_dynamo::from_attribute_value(effect.clone()) {
                        Ok(effect) => effects.push(effect),
                        Err(error) => {
                            reason.get_or_insert(error.to_string());
                            unread.push(effect);
                        }
                    }
                }
                reason.map(|reason| Unread {
                    count: unread.len(),
                    effects: AttributeValue::L(unread),
                    reason: reason.chars().take(REASON_CHARS).collect(),
                })
            }
            other => Some(Unread {
                effects: other,
                count: 1,
                reason: "not a list of effects".to_owned(),
            }),
        };
        Self {
            key,
            at: at.unwrap_or(Timestamp::UNIX_EPOCH),
            effects,
            unread,
        }
    }

    /// What cannot be read, as an item of its own.
    fn parked(&self, unread: &Unread, version: u64, now: Timestamp) -> Item {
        let Key { pk, sk } = keys::parked(&self.key.sk);
        let text = AttributeValue::S;
        Item::from([
            ("PK".to_owned(), text(pk)),
            ("SK".to_owned(), text(sk)),
            ("at".to_owned(), text(self.at.to_string())),
            ("parked_at".to_owned(), text(now.to_string())),
            ("reason".to_owned(), text(unread.reason.clone())),
            ("effects".to_owned(), unread.effects.clone()),
            ("version".to_owned(), AttributeValue::N(version.to_string())),
        ])
    }
}

impl Table {
    /// Takes an item away whose effects are on their queues, and parks what of it cannot be read.
    pub async fn outbox_done(&self, left: &Left, now: Timestamp) -> Result<(), StoreError> {
        if let Some(unread) = &left.unread {
            return self.park(left, unread, now).await;
        }
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(left.key.pk.clone()))
            .key("SK", AttributeValue::S(left.key.sk.clone()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    async fn park(&self, left: &Left, unread: &Unread, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .create_in(left.parked(unread, 1, now), UNLISTED, &[])?
            .delete(&left.key);
        match transaction.commit().await {
            // The stream and the sweep met at it; whoever was second has nothing to do.
            Err(StoreError::Conflict) => return Ok(()),
            committed => committed?,
        }
        tracing::error!(
            outbox.id = left.key.sk,
            parked = unread.count,
            reason = unread.reason,
            "effects are parked"
        );
        Ok(())
    }

    /// The items of a shard that were committed longer than `age` ago, a page of them.
    pub async fn outbox_left(
        &self,
        shard: u16,
        now: Timestamp,
        age: SignedDuration,
        after: Option<&str>,
    ) -> Result<LeftPage, StoreError> {
        let (items, next) = self.outbox_items(&keys::outbox_shard(shard), after).await?;
        let old = |left: &Left| left.at + age <= now;
        Ok(LeftPage {
            items: items.into_iter().map(Left::read).filter(old).collect(),
            next,
        })
    }

    async fn outbox_items(
        &self,
        pk: &str,
        after: Option<&str>,
    ) -> Result<(Vec<Item>, Option<String>), StoreError> {
        let range = Range {
            pk,
            from: after.unwrap_or("0"),
            to: &LAST.to_string(),
            oldest_first: true,
            limit: AT_ONCE,
        };
        let items = self.range(range).await?;
        let last = items.last().filter(|_| items.len() == AT_ONCE);
        let next = last.map(|item| format!("{}!", sort_key(item)));
        Ok((items, next))
    }

    /// Puts back into the outbox what this version can read of what is parked.
    pub async fn redrive_parked(&self, moment: Moment<'_>) -> Result<Redriven, StoreError> {
        let (mut found, mut after) = (Redriven::default(), None::<String>);
        loop {
            let (items, next) = self.outbox_items(keys::PARKED, after.as_deref()).await?;
            for item in items {
                let version = item.get("version").and_then(|v| v.as_n().ok());
                let version = version.and_then(|v| v.parse().ok()).unwrap_or(1);
                let left = Left::read(item);
                if left.effects.is_empty() {
                    found.parked += 1;
                    continue;
                }
                match self.put_back(&left, version, moment).await {
                    // Another run of the same task was first.
                    Ok(()) | Err(StoreError::Conflict) => found.back += 1,
                    Err(error) => return Err(error),
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        if found.parked > 0 {
            tracing::error!(parked = found.parked, "effects are parked");
        }
        Ok(found)
    }

    async fn put_back(
        &self,
        left: &Left,
        version: u64,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        match &left.unread {
            Some(unread) => {
                let rest = left.parked(unread, version + 1, moment.now);
                transaction.replace_in(version, rest, UNLISTED, &[])?;
            }
            None => {
                transaction.take(&left.key, version);
            }
        }
        transaction.effects(&left.effects, moment)?;
        transaction.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    fn stored(effects: &serde_json::Value) -> Left {
        let item = serde_json::json!({
            "PK": "OUTBOX#000", "SK": ID, "id": ID, "at": "2026-11-21T10:00:00Z", "effects": effects,
        });
        Left::read(serde_dynamo::to_item(item).expect("an item"))
    }

    #[test]
    fn an_effect_of_an_unknown_kind_leaves_the_others_to_be_read() {
        let left = stored(&serde_json::json!([
            {"kind": "send_by_pigeon", "pigeon": 7},
            {"kind": "publish_keys"},
        ]));
        assert_eq!(left.effects, [Effect::PublishKeys]);
        let unread = left.unread.expect("one cannot be read");
        assert!(
            unread.reason.contains("send_by_pigeon"),
            "{}",
            unread.reason
        );
        let AttributeValue::L(effects) = unread.effects else {
            panic!("a list");
        };
        assert_eq!((effects.len(), unread.count), (1, 1));
    }

    #[test]
    fn what_is_no_list_of_effects_is_kept_as_it_is() {
        let left = stored(&serde_json::json!("none"));
        assert!(left.effects.is_empty());
        let unread = left.unread.expect("it cannot be read");
        assert_eq!(unread.effects, AttributeValue::S("none".to_owned()));
        assert!(stored(&serde_json::json!([])).unread.is_none());
    }
}
