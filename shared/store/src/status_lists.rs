//! Which certificates are revoked or suspended, and who pushed that to the edge last.
//!
//! A set bit is an item of its own, written in the transaction of the change: the list that is signed is what was
//! committed, and signing costs as many reads as there are set bits, not certificates. A suspension that is lifted takes
//! its item with it.

use crate::{
    StoreError, Table, keys,
    table::{Item, LAST, sort_key},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use registrar_domain::credential::{LIST_BITS, Purpose};

impl Table {
    /// The set status indexes of a list, counted over all lists, strongly consistent.
    pub async fn set_indexes(&self, list: u32, purpose: Purpose) -> Result<Vec<u32>, StoreError> {
        let (partition, prefix) = match purpose {
            Purpose::Revocation => (keys::status_list(list), keys::REVOKED),
            Purpose::Suspension => (keys::suspensions(list), keys::SUSPENDED),
        };
        let mut indexes = Vec::new();
        let mut start: Option<Item> = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(partition.clone()))
                .expression_attribute_values(":from", AttributeValue::S(prefix.to_owned()))
                .expression_attribute_values(":to", AttributeValue::S(format!("{prefix}{LAST}")))
                .projection_expression("SK")
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|e| StoreError::of("DynamoDB", &e))?;
            self.count_read(answer.consumed_capacity());
            for item in answer.items() {
                let index = sort_key(item)
                    .strip_prefix(prefix)
                    .and_then(|index| index.parse().ok());
                let index: u32 = index
                    .ok_or_else(|| StoreError::Corrupt("a set index is no number".to_owned()))?;
                indexes.push(list * LIST_BITS + index);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(indexes);
            }
        }
    }

    /// Announces that the list is about to be read and pushed; gives the announcement's number.
    pub async fn announce_publication(&self, list: u32) -> Result<u64, StoreError> {
        self.count_up(&keys::publications(list)).await
    }

    /// The number of the list's latest announcement.
    pub async fn last_publication(&self, list: u32) -> Result<u64, StoreError> {
        self.count(&keys::publications(list)).await
    }
}
