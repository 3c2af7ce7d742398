//! Atomic counters: gaps are allowed, duplicates are not.

use crate::{StoreError, Table, keys};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

impl Table {
    /// Counts one up and gives the new value, from 1. A retried request may leave a gap.
    pub async fn count_up(&self, name: &str) -> Result<u64, StoreError> {
        self.count_by(name, 1).await
    }

    /// Counts `step` up and gives the new value. A retried request may leave a gap.
    pub(crate) async fn count_by(&self, name: &str, step: u32) -> Result<u64, StoreError> {
        let key = keys::counter(name);
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("ADD #value :step")
            .expression_attribute_names("#value", "value")
            .expression_attribute_values(":step", AttributeValue::N(step.to_string()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        answer
            .attributes()
            .and_then(|attributes| attributes.get("value"))
            .and_then(|value| value.as_n().ok())
            .and_then(|value| value.parse().ok())
            .ok_or_else(|| StoreError::Corrupt(format!("counter {name} has no value")))
    }

    /// The counter's value; 0 before the first count.
    pub async fn count(&self, name: &str) -> Result<u64, StoreError> {
        #[derive(serde::Deserialize)]
        struct Counter {
            value: u64,
        }
        Ok(self
            .get::<Counter>(&keys::counter(name))
            .await?
            .map_or(0, |counter| counter.value))
    }
}
