//! Which certificates are revoked, and when that was last signed for the edge.
//!
//! A revoked index is an item of its own, written in the transaction of the revocation: the list that is signed is what
//! was committed, and signing costs as many reads as there are revocations, not certificates.

use crate::{
    StoreError, Table, keys,
    table::{Item, LAST, sort_key},
};
use registrar_domain::credential::LIST_BITS;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

impl Table {
    /// The revoked status indexes of a list, counted over all lists, strongly consistent.
    pub async fn revoked_indexes(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        let mut indexes = Vec::new();
        let mut start: Option<Item> = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(keys::status_list(list)))
                .expression_attribute_values(":from", AttributeValue::S(keys::REVOKED.to_owned()))
                .expression_attribute_values(":to", AttributeValue::S(format!("{}{LAST}", keys::REVOKED)))
                .projection_expression("SK")
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|e| StoreError::of("DynamoDB", &e))?;
            self.count_read(answer.consumed_capacity());
            for item in answer.items() {
                let index = sort_key(item).strip_prefix(keys::REVOKED).and_then(|index| index.parse().ok());
                let index: u32 = index.ok_or_else(|| StoreError::Corrupt("a revoked index is no number".to_owned()))?;
                indexes.push(list * LIST_BITS + index);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(indexes);
            }
        }
    }

    /// Announces that the list is about to be pushed as signed at `signed_at` (Unix seconds); refused when a later one
    /// was announced already.
    pub async fn announce_publication(&self, list: u32, signed_at: u64) -> Result<bool, StoreError> {
        let key = keys::publication(list);
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("SET signed_at = :at")
            .condition_expression("attribute_not_exists(signed_at) OR signed_at <= :at")
            .expression_attribute_values(":at", AttributeValue::N(signed_at.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match update {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(true)
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }

    /// When the list was last announced, in Unix seconds.
    pub async fn last_publication(&self, list: u32) -> Result<Option<u64>, StoreError> {
        #[derive(serde::Deserialize)]
        struct Publication {
            signed_at: u64,
        }
        Ok(self.get::<Publication>(&keys::publication(list)).await?.map(|publication| publication.signed_at))
    }
}
