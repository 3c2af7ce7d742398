//! The delivery ledger's entries; the states are [`registrar_domain::delivery`]'s.

use crate::{
    StoreError, Table, keys,
    lists::{Index, Listed},
    transaction::{Listing, Transaction},
};
use jiff::Timestamp;
use registrar_domain::{
    delivery::{Channel, Delivery, Entry, State},
    effect::Fact,
    id::NotificationId,
    page::{Limit, Page},
};

impl Table {
    /// What is known of a delivery.
    pub async fn ledger_entry(&self, delivery: &Delivery) -> Result<Option<Entry>, StoreError> {
        self.get(&keys::ledger(delivery)).await
    }

    /// What is known of the delivery that went out under an effect key.
    pub async fn ledger_entry_of(&self, effect_key: &str) -> Result<Option<Entry>, StoreError> {
        let Some(key) = keys::ledger_of(effect_key) else {
            return Ok(None);
        };
        self.get(&key).await
    }

    /// Writes an entry over the one of the version before, or as the first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another worker wrote in between, or what it is about was withdrawn.
    pub async fn write_ledger(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let key = keys::ledger(&entry.delivery);
        let looked_for = match entry.state {
            State::Uncertain { .. } | State::Failed { .. } => true,
            State::Claimed { .. }
            | State::Sent { .. }
            | State::Retrying { .. }
            | State::Suppressed { .. } => false,
        };
        let listing = Listing {
            first: looked_for.then(|| {
                keys::ledger_in_state(entry.state.code(), &entry.delivery, entry.updated_at)
            }),
            second: None,
            row: looked_for.then_some(entry),
        };
        if entry.version == 1 {
            transaction.create(&key, entry, listing)?;
            unless_withdrawn(&mut transaction, &entry.delivery.fact);
        } else {
            transaction.replace(&key, entry.version - 1, entry, listing)?;
        }
        transaction.commit().await
    }

    /// Takes an entry away, with the notification that it is about.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when either changed since it was read.
    pub async fn forget_entry(&self, entry: &Entry, now: Timestamp) -> Result<(), StoreError> {
        let person = entry.delivery.person;
        let mut transaction = self.transaction();
        transaction.take(&keys::ledger(&entry.delivery), entry.version);
        if let (
            Channel::InApp,
            State::Sent {
                provider_message_id,
            },
        ) = (entry.delivery.channel, &entry.state)
        {
            let id: NotificationId = provider_message_id
                .parse()
                .map_err(|_| StoreError::Corrupt("an entry names no notification".to_owned()))?;
            let inbox = self.inbox(person, now).await?;
            if let Some(notification) = self.notification(person, id, now).await? {
                self.take_notification(&mut transaction, &notification, &inbox);
            }
        }
        transaction.commit().await
    }

    /// A page of the entries in a state that somebody looks for (`uncertain`, `failed`), newest first.
    pub async fn ledger_in_state(
        &self,
        state: &str,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Entry>, StoreError> {
        let partitions = vec![keys::ledger_state(state)];
        self.page(
            &Listed {
                index: Index::First,
                partitions,
                prefix: "",
                filter: None,
            },
            cursor,
            limit,
        )
        .await
    }
}

/// Commits only while what the fact is about was not withdrawn: whoever takes its traces away then finds them all.
pub(crate) fn unless_withdrawn(transaction: &mut Transaction<'_>, fact: &Fact) {
    if let Fact::CertificateIssued { certificate_id } = fact {
        transaction.check(&keys::certificate(certificate_id), keys::NOT_WITHDRAWN);
    }
}
