//! Runs of the reconciliation of the edge with the table, and what they walk over.

use crate::{
    StoreError, Table, keys,
    table::{LAST, Range, passed_over},
    transaction::UNLISTED,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use registrar_domain::{
    certificate::CertificateId, clock::Moment, effect::Effect, reconciliation::Reconciliation,
};

impl Table {
    /// A run, as far as it is.
    pub async fn reconciliation(
        &self,
        run: Timestamp,
    ) -> Result<Option<Reconciliation>, StoreError> {
        self.get(&keys::reconciliation(run)).await
    }

    /// The latest runs, newest first.
    pub async fn reconciliations(&self, limit: usize) -> Result<Vec<Reconciliation>, StoreError> {
        let to = LAST.to_string();
        let range = Range {
            pk: keys::RECONCILIATIONS,
            from: "0",
            to: &to,
            oldest_first: false,
            limit,
        };
        let items = self.range(range).await?;
        let runs = items.into_iter().map(serde_dynamo::from_item);
        Ok(runs.collect::<Result<_, _>>()?)
    }

    /// Commits a page of a run with the message of the next one; `version` is that of the run as it was read, `None` for a
    /// new run.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the same page was committed before.
    pub async fn commit_reconciliation(
        &self,
        version: Option<u64>,
        run: &Reconciliation,
        effects: &[Effect],
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let key = keys::reconciliation(run.run);
        let mut transaction = self.transaction();
        match version {
            Some(version) => transaction.replace(&key, version, run, UNLISTED)?,
            None => transaction.create(&key, run, UNLISTED)?,
        };
        transaction.effects(effects, moment)?;
        transaction.commit().await
    }

    /// The ids of certificates of a shard, oldest first, withdrawn ones too: at most `limit` after the place `after`, and the
    /// place to go on from. Eventually consistent.
    pub async fn certificates_after(
        &self,
        shard: u16,
        after: Option<&str>,
        limit: u16,
    ) -> Result<(Vec<CertificateId>, Option<String>), StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .index_name("GSI1")
            .key_condition_expression("GSI1PK = :pk AND GSI1SK > :after")
            .expression_attribute_values(":pk", AttributeValue::S(keys::certificates_shard(shard)))
            .expression_attribute_values(
                ":after",
                AttributeValue::S(after.unwrap_or("0").to_owned()),
            )
            .limit(i32::from(limit))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_read(answer.consumed_capacity());
        let places = answer.items().iter().map(|item| {
            let place = item.get("GSI1SK").and_then(|place| place.as_s().ok());
            place.map_or("", String::as_str)
        });
        let id = |place: &str| {
            let id = place.rsplit_once('#').and_then(|(_, id)| id.parse().ok());
            if id.is_none() {
                passed_over("CertificatePlace");
            }
            id
        };
        let ids = places.clone().filter_map(id).collect();
        // A page that ends early for its size goes on too.
        let more = answer.last_evaluated_key.is_some();
        let last = more.then(|| places.clone().next_back().unwrap_or("0").to_owned());
        Ok((ids, last))
    }
}
