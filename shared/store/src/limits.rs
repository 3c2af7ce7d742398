//! How often somebody may do something: a counter a window of time (checklist I-05).
//!
//! A window is an hour of the clock. Whoever uses up one at its end and the next at its beginning does twice as much in a
//! short time; what is limited here bears that.

use crate::{StoreError, Table, keys};
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use jiff::Timestamp;
use registrar_domain::id::AccountId;

/// Seconds of a window.
const WINDOW: i64 = 3600;

/// Too often: when it may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// In how many seconds.
    pub retry_after: u32,
}

impl Table {
    /// Counts that `person` does `what`, a name of the product's own, once more at `now`; refused when they have done it
    /// `most` times in this hour. A refusal counts nothing.
    pub async fn count_limited(
        &self,
        what: &'static str,
        person: AccountId,
        most: u32,
        now: Timestamp,
    ) -> Result<Result<(), TooOften>, StoreError> {
        let window = now.as_second().div_euclid(WINDOW);
        let end = (window + 1) * WINDOW;
        let key = keys::limit(what, person, window);
        let number = |value: i64| AttributeValue::N(value.to_string());
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
            .expression_attribute_values(":most", number(most.into()))
            .expression_attribute_values(":end", number(end))
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
                let left = u32::try_from(end - now.as_second()).unwrap_or(1);
                Ok(Err(TooOften {
                    retry_after: left.max(1),
                }))
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }
}
