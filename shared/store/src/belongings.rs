//! What is a requester's and a ticket can be about: appointments, orders, sites.
//!
//! Whose it is never changes: tickets name these by their ids, and would show them to whoever had them before. So writing is
//! conditional on the owner, and reading names the owner.

use crate::{
    StoreError, Table, keys,
    lists::{Index, Listed},
    transaction::Listing,
};
use registrar_domain::{
    id::AccountId,
    page::{Limit, Page},
    ticket::Owned,
};
use serde::{Serialize, de::DeserializeOwned};

impl Table {
    /// Writes the copy of something that is a requester's, new or again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is somebody else's already, or is being written.
    pub async fn put_owned<T: Owned + Serialize>(&self, thing: &T) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let listing = Listing {
            first: None,
            second: Some(keys::owned_of_person(
                T::KIND,
                thing.owner(),
                thing.date(),
                &thing.id(),
            )),
            row: Some(thing),
        };
        let key = keys::owned(T::KIND, &thing.id());
        transaction.set_of(thing.owner(), &key, thing, listing)?;
        transaction.commit().await
    }

    /// Something of `owner`'s by its id; what is somebody else's is as good as absent.
    pub async fn owned<T: Owned + DeserializeOwned>(
        &self,
        owner: AccountId,
        id: impl std::fmt::Display,
    ) -> Result<Option<T>, StoreError> {
        let found: Option<T> = self.get(&keys::owned(T::KIND, &id.to_string())).await?;
        Ok(found.filter(|thing| thing.owner() == owner))
    }

    /// A page of what is a requester's, newest first.
    pub async fn owned_by<T: Owned + DeserializeOwned>(
        &self,
        owner: AccountId,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<T>, StoreError> {
        let listed = Listed {
            index: Index::Second,
            partitions: vec![keys::person(owner)],
            prefix: T::KIND,
            filter: None,
        };
        self.page(&listed, cursor, limit).await
    }
}
