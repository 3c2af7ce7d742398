//! How often somebody may do something: a counter a window of time (checklist I-05).
//!
//! A window is a part of the clock's time, such as an hour. Whoever uses up one at its end and the next at its beginning does
//! twice as much in a short time; what is limited here bears that.
//!
//! | | counted | costs |
//! |---|---|---|
//! | [`Table::count_limited`] | before it is done, on condition that there is room | a write unit |
//! | [`Table::count_step`] | by a process, many times at once | a write unit a step |
//! | [`Opening`] | in the transaction of the ticket, in the item of the person's statistics | half a read unit |
//!
//! `Opening` has to know whether the hour that was counted last is over, since an update cannot ask: it is read first, and
//! the update holds only where that is still so. Two tickets of a person at once make one of them ask again.

use crate::{
    StoreError, Table, keys,
    table::{Item, item},
};
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnConsumedCapacity, ReturnValue},
};
use jiff::Timestamp;
use registrar_domain::id::AccountId;
use serde::{Deserialize, Serialize};

/// Seconds of an hour.
pub const HOUR: i64 = 3600;

/// The hour that is counted in a person's statistics, and how many tickets they opened in it. Neither is a counter of tickets.
pub(crate) const OPENED_IN: &str = "opened_in";
pub(crate) const OPENED: &str = "opened";

/// Too often: when it may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// In how many seconds.
    pub retry_after: u32,
}

impl TooOften {
    /// Until the window of `now` is over.
    pub fn until_the_next(window: i64, now: Timestamp) -> Self {
        let left = window - now.as_second().rem_euclid(window);
        Self {
            retry_after: u32::try_from(left).unwrap_or(1).max(1),
        }
    }
}

/// What is limited, of whom, and to how many times in how many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limit<'a> {
    /// A name of the product's own.
    pub what: &'static str,
    /// An id, or a digest.
    pub whose: &'a str,
    /// How often.
    pub most: u32,
    /// Seconds.
    pub window: i64,
}

impl Limit<'_> {
    fn key(&self, now: Timestamp) -> keys::Key {
        keys::limit(
            self.what,
            self.whose,
            now.as_second().div_euclid(self.window),
        )
    }

    fn end(&self, now: Timestamp) -> AttributeValue {
        let end = (now.as_second().div_euclid(self.window) + 1) * self.window;
        AttributeValue::N(end.to_string())
    }
}

#[derive(Serialize, Deserialize)]
struct Known {
    expires_at: i64,
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

impl Table {
    /// Counts that something is done once more at `now`; refused when that was done as often as it may be. A refusal counts
    /// nothing.
    pub async fn count_limited(
        &self,
        limit: Limit<'_>,
        now: Timestamp,
    ) -> Result<Result<(), TooOften>, StoreError> {
        let key = limit.key(now);
        let counted = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("ADD #count :one SET expires_at = :end")
            .condition_expression("attribute_not_exists(#count) OR #count < :most")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(limit.most.into()))
            .expression_attribute_values(":end", limit.end(now))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match counted {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(Ok(()))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Err(TooOften::until_the_next(limit.window, now)))
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }

    /// Takes back one that [`Self::count_limited`] counted at `now`, because it was none of those that are limited.
    pub async fn uncount_limited(
        &self,
        limit: Limit<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.add_to(limit, -1, now).await.map(|_| ())
    }

    /// Counts `step` more, whether or not there is room, and gives how many that makes in this window.
    pub async fn count_step(
        &self,
        limit: Limit<'_>,
        step: u32,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.add_to(limit, step.into(), now).await
    }

    async fn add_to(&self, limit: Limit<'_>, step: i64, now: Timestamp) -> Result<i64, StoreError> {
        let key = limit.key(now);
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("ADD #count :step SET expires_at = :end")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":step", number(step))
            .expression_attribute_values(":end", limit.end(now))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        let attributes = answer.attributes();
        attributes
            .and_then(|attributes| number_of(attributes, "count"))
            .ok_or_else(|| StoreError::Corrupt("a limit has no count".to_owned()))
    }

    /// Forgets what was counted of a limit in the window of `now`.
    pub async fn forget_limited(&self, limit: Limit<'_>, now: Timestamp) -> Result<(), StoreError> {
        let key = limit.key(now);
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    /// Until when a network is known to an address that signs in; both are keyed digests.
    pub async fn known_network(
        &self,
        address: &str,
        network: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let known: Option<Known> = self.get(&keys::network(address, network)).await?;
        Ok(known.and_then(|known| Timestamp::from_second(known.expires_at).ok()))
    }

    /// Notes that somebody signed in from a network.
    pub async fn know_network(
        &self,
        address: &str,
        network: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let known = Known {
            expires_at: until.as_second(),
        };
        let answer = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(&keys::network(address, network), &known)?))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    /// Whether `person` may open a ticket more in this hour, and if so how that is counted.
    pub async fn opening(
        &self,
        person: AccountId,
        most: u32,
        now: Timestamp,
    ) -> Result<Result<Opening, TooOften>, StoreError> {
        let item = self.get_item(&keys::statistics_of(person)).await?;
        let item = item.unwrap_or_default();
        let hour = now.as_second().div_euclid(HOUR);
        // Another process's clock may be ahead: what it counted stays counted.
        let counted = number_of(&item, OPENED_IN).filter(|counted| *counted >= hour);
        let opened = number_of(&item, OPENED).unwrap_or(0);
        if counted.is_some() && opened >= most.into() {
            return Ok(Err(TooOften::until_the_next(HOUR, now)));
        }
        Ok(Ok(Opening {
            person,
            hour: counted.unwrap_or(hour),
            most,
            first: counted.is_none(),
        }))
    }

    /// The same table, whose next transaction with a ticket of the person counts that they opened it.
    ///
    /// Its commit fails with [`StoreError::LimitReached`] when the person opened another one meanwhile and there may be no
    /// room, or the hour was begun: [`Self::opening`] tells.
    #[must_use]
    pub fn counting(&self, opening: Opening) -> Self {
        let mut table = self.clone();
        table.opening = Some(opening);
        table
    }
}

/// How a ticket that a person opens is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub(crate) person: AccountId,
    hour: i64,
    most: u32,
    /// Whether it is the first of its hour.
    first: bool,
}

impl Opening {
    /// What the update of the person's statistics adds to its terms `ADD …`, and on what condition.
    pub(crate) fn terms(self) -> Terms {
        let values = vec![(":hour", number(self.hour)), (":one", number(1))];
        if self.first {
            Terms {
                update: format!("SET {OPENED_IN} = :hour, {OPENED} = :one"),
                condition: format!("attribute_not_exists({OPENED_IN}) OR {OPENED_IN} < :hour"),
                values,
            }
        } else {
            let mut values = values;
            values.push((":most", number(self.most.into())));
            Terms {
                update: format!("SET {OPENED} = {OPENED} + :one"),
                condition: format!("{OPENED_IN} = :hour AND {OPENED} < :most"),
                values,
            }
        }
    }
}

/// What an update has beside its counters.
pub(crate) struct Terms {
    pub(crate) update: String,
    pub(crate) condition: String,
    pub(crate) values: Vec<(&'static str, AttributeValue)>,
}

fn number_of(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}
