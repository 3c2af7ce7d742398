//! One change, whole or not at all.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys::{self, Key, Place},
    lists::Index,
    table::{Item, item},
};
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnConsumedCapacity,
        TransactWriteItem, Update, builders::PutBuilder,
    },
};
use registrar_domain::{
    clock::Moment,
    effect::Effect,
    id::{AccountId, EffectId, TemplateId},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// How often a transaction is sent whose counters another one was just moving.
const TRIES: u16 = 8;

/// Writes that commit together.
#[derive(Debug)]
pub struct Transaction<'a> {
    table: &'a Table,
    writes: Vec<TransactWriteItem>,
    /// What is added to which counters, each set one item.
    counters: BTreeMap<Counted, BTreeMap<String, i64>>,
    /// How high a counter may come.
    ceilings: BTreeMap<Counted, usize>,
    /// The shard of the counters that are sharded.
    shard: u16,
    /// Which of the writes completes the answer claim.
    claim: Option<usize>,
}

/// Whose tickets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// Everybody's, in any of the shards.
    All,
    /// A requester's.
    Of(AccountId),
    /// Those that a member of staff has and that are not done.
    Load(AccountId),
    /// Of a reply template, how often it was used.
    Uses(TemplateId),
    /// Certificates by their standing, in any of the shards.
    Certificates,
    /// Those of a student.
    CertificatesOf(AccountId),
    /// What there may only be so many of.
    Few(&'static str),
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
            counters: BTreeMap::new(),
            ceilings: BTreeMap::new(),
            shard: 0,
            claim: None,
        }
    }

    fn put<R: Serialize>(
        &self,
        mut item: Item,
        listing: Listing<R>,
        more: &[(Index, Place)],
    ) -> Result<PutBuilder, StoreError> {
        let first = listing.first.map(|place| (Index::First, place));
        let second = listing.second.map(|place| (Index::Second, place));
        for (index, place) in first.into_iter().chain(second).chain(more.iter().cloned()) {
            let index = index.name();
            item.insert(format!("{index}PK"), AttributeValue::S(place.pk));
            item.insert(format!("{index}SK"), AttributeValue::S(place.sk));
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
        self.create_in(item(key, value)?, listing, &[])
    }

    /// As [`Self::create`], an item listed in `more` indexes too.
    pub(crate) fn create_in<R: Serialize>(
        &mut self,
        item: Item,
        listing: Listing<R>,
        more: &[(Index, Place)],
    ) -> Result<&mut Self, StoreError> {
        let put = self
            .put(item, listing, more)?
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
        let put = self.put(item(key, value)?, listing, &[])?;
        self.push_put(put);
        Ok(self)
    }

    /// Adds an item of `owner`'s, or writes over one that is theirs already.
    pub(crate) fn set_of<R: Serialize>(
        &mut self,
        owner: AccountId,
        key: &Key,
        value: &impl Serialize,
        listing: Listing<R>,
    ) -> Result<&mut Self, StoreError> {
        let put = self
            .put(item(key, value)?, listing, &[])?
            .condition_expression("attribute_not_exists(PK) OR student_id = :owner")
            .expression_attribute_values(":owner", AttributeValue::S(owner.to_string()));
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
        self.replace_in(version, item(key, value)?, listing, &[])
    }

    /// As [`Self::replace`], an item listed in `more` indexes too.
    pub(crate) fn replace_in<R: Serialize>(
        &mut self,
        version: u64,
        item: Item,
        listing: Listing<R>,
        more: &[(Index, Place)],
    ) -> Result<&mut Self, StoreError> {
        let put = self
            .put(item, listing, more)?
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

    /// Moves counters. Those of all tickets may stand in any shard; `shard` is tried first.
    pub(crate) fn count(
        &mut self,
        whose: Counted,
        shard: u16,
        change: &BTreeMap<String, i64>,
    ) -> &mut Self {
        self.shard = shard;
        let sums = self.counters.entry(whose).or_default();
        for (counter, value) in change {
            *sums.entry(counter.clone()).or_default() += value;
        }
        self
    }

    /// Counts a use of a reply template.
    pub(crate) fn use_template(&mut self, id: TemplateId) -> &mut Self {
        let sums = self.counters.entry(Counted::Uses(id)).or_default();
        *sums.entry("value".to_owned()).or_default() += 1;
        self
    }

    /// Counts something that there may be at most `most` of: the commit fails with [`StoreError::LimitReached`] when there
    /// are as many.
    pub(crate) fn count_few(&mut self, name: &'static str, most: Option<usize>) -> &mut Self {
        *self.few(name) += 1;
        if let Some(most) = most {
            self.ceilings.insert(Counted::Few(name), most);
        }
        self
    }

    /// Counts that there is one less of them.
    pub(crate) fn count_one_less(&mut self, name: &'static str) -> &mut Self {
        *self.few(name) -= 1;
        self
    }

    fn few(&mut self, name: &'static str) -> &mut i64 {
        let sums = self.counters.entry(Counted::Few(name)).or_default();
        sums.entry("value".to_owned()).or_default()
    }

    /// The writes of the counters, the sharded ones `further` shards on.
    fn counter_writes(&self, further: u16) -> impl Iterator<Item = TransactWriteItem> {
        let shard = (self.shard + further) % self.table.shards;
        self.counters.iter().filter_map(move |(whose, sums)| {
            let key = match whose {
                Counted::All => keys::statistics(shard),
                Counted::Of(person) => keys::statistics_of(*person),
                Counted::Uses(template) => keys::counter(&keys::template_uses(*template)),
                Counted::Load(member) => keys::roster_member(*member),
                Counted::Certificates => keys::certificate_counts(shard),
                Counted::CertificatesOf(student) => keys::certificate_counts_of(*student),
                Counted::Few(name) => keys::counter(name),
            };
            let mut update = Update::builder()
                .table_name(&self.table.name)
                .key("PK", AttributeValue::S(key.pk))
                .key("SK", AttributeValue::S(key.sk));
            let mut terms = Vec::new();
            for (n, (counter, value)) in sums.iter().filter(|(_, value)| **value != 0).enumerate() {
                terms.push(format!("#c{n} :v{n}"));
                update = update
                    .expression_attribute_names(format!("#c{n}"), counter)
                    .expression_attribute_values(
                        format!(":v{n}"),
                        AttributeValue::N(value.to_string()),
                    );
            }
            let mut expression = format!("ADD {}", terms.join(", "));
            if let Some(most) = self.ceilings.get(whose) {
                update = update
                    .condition_expression("attribute_not_exists(#c0) OR #c0 < :most")
                    .expression_attribute_values(":most", AttributeValue::N(most.to_string()));
            }
            let opening = self
                .table
                .opening
                .filter(|by| *whose == Counted::Of(by.person));
            if let Some(opening) = opening {
                let more = opening.terms();
                expression = format!("{expression} {}", more.update);
                update = update.condition_expression(more.condition);
                for (name, value) in more.values {
                    update = update.expression_attribute_values(name, value);
                }
            }
            let update = update.update_expression(expression).build();
            let update = update.expect("table name, key and expression are set");
            (!terms.is_empty()).then(|| TransactWriteItem::builder().update(update).build())
        })
    }

    /// Takes an item away that must still have the `version` it was read with.
    pub fn take(&mut self, key: &Key, version: u64) -> &mut Self {
        let delete = Delete::builder()
            .table_name(&self.table.name)
            .key("PK", AttributeValue::S(key.pk.clone()))
            .key("SK", AttributeValue::S(key.sk.clone()))
            .condition_expression("version = :version")
            .expression_attribute_values(":version", AttributeValue::N(version.to_string()))
            .build()
            .expect("table name and key are set");
        self.writes
            .push(TransactWriteItem::builder().delete(delete).build());
        self
    }

    /// Takes an item away whose attribute must still be this text.
    pub(crate) fn take_of(&mut self, key: &Key, attribute: &str, text: String) -> &mut Self {
        let delete = Delete::builder()
            .table_name(&self.table.name)
            .key("PK", AttributeValue::S(key.pk.clone()))
            .key("SK", AttributeValue::S(key.sk.clone()))
            .condition_expression("#attribute = :text")
            .expression_attribute_names("#attribute", attribute)
            .expression_attribute_values(":text", AttributeValue::S(text))
            .build()
            .expect("table name and key are set");
        self.writes
            .push(TransactWriteItem::builder().delete(delete).build());
        self
    }

    /// Moves a counter by `by` on a condition on what it was: `#value`, absent before the first count, and `:least`.
    pub(crate) fn count_if(
        &mut self,
        name: &str,
        by: i64,
        condition: Option<&str>,
        least: i64,
    ) -> &mut Self {
        let key = keys::counter(name);
        let number = |value: i64| AttributeValue::N(value.to_string());
        let mut update = Update::builder()
            .table_name(&self.table.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("ADD #value :by")
            .expression_attribute_names("#value", "value")
            .expression_attribute_values(":by", number(by));
        if let Some(condition) = condition {
            update = update
                .condition_expression(condition)
                .expression_attribute_values(":least", number(least));
        }
        let update = update
            .build()
            .expect("table name, key and expression are set");
        self.update(update)
    }

    /// Commits only where `condition` holds of an item that is not written.
    pub(crate) fn check(&mut self, key: &Key, condition: &str) -> &mut Self {
        let check = ConditionCheck::builder()
            .table_name(&self.table.name)
            .key("PK", AttributeValue::S(key.pk.clone()))
            .key("SK", AttributeValue::S(key.sk.clone()))
            .condition_expression(condition)
            .build()
            .expect("table name, key and condition are set");
        self.writes
            .push(TransactWriteItem::builder().condition_check(check).build());
        self
    }

    /// Adds an update as it is.
    pub(crate) fn update(&mut self, update: Update) -> &mut Self {
        self.writes
            .push(TransactWriteItem::builder().update(update).build());
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
        if let Some(body) = claim.body(answer) {
            let put = Put::builder().table_name(&self.table.name);
            self.push_put(put.set_item(Some(body)));
        }
        let update = claim.completion(&self.table.name, answer, Update::builder());
        self.claim = Some(self.writes.len());
        self.writes
            .push(TransactWriteItem::builder().update(update).build());
        self
    }

    /// Commits. When nothing but a counter was being moved by somebody else, it is sent again, and counts in another
    /// shard.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an item changed or exists; [`StoreError::ClaimLost`]; [`StoreError::LimitReached`].
    pub async fn commit(self) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            let mut writes = self.writes.clone();
            writes.extend(self.counter_writes(tries));
            tries += 1;
            let sent = self
                .table
                .client
                .transact_write_items()
                .set_transact_items(Some(writes))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await;
            match sent {
                Ok(answer) => {
                    for capacity in answer.consumed_capacity() {
                        self.table.count_write(Some(capacity));
                    }
                    return Ok(());
                }
                Err(error) if tries < TRIES && counters_only(&error, self.writes.len()) => {}
                Err(error) => {
                    return Err(StoreError::of_transaction(
                        &error,
                        self.claim,
                        self.writes.len(),
                    ));
                }
            }
        }
    }
}

/// Whether a transaction failed for nothing but another one that was moving its counters, which are its last writes.
fn counters_only<R>(error: &SdkError<TransactWriteItemsError, R>, others: usize) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return false;
    };
    let failed = |reason: &CancellationReason| reason.code().is_some_and(|code| code != "None");
    let reasons = cancelled.cancellation_reasons();
    reasons.len() > others
        && !reasons[..others].iter().any(failed)
        && reasons[others..]
            .iter()
            .all(|reason| !failed(reason) || reason.code() == Some("TransactionConflict"))
}
