//! The delivery ledger's entries; the states are [`registrar_domain::delivery`]'s.

use crate::{
    StoreError, Table, keys,
    lists::{Index, Listed},
    transaction::Listing,
};
use registrar_domain::{
    delivery::{Delivery, Entry, State},
    page::{Limit, Page},
};

impl Table {
    /// What is known of a delivery.
    pub async fn ledger_entry(&self, delivery: &Delivery) -> Result<Option<Entry>, StoreError> {
        self.get(&keys::ledger(delivery)).await
    }

    /// Writes an entry over the one of the version before, or as the first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another worker wrote in between.
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
        } else {
            transaction.replace(&key, entry.version - 1, entry, listing)?;
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
