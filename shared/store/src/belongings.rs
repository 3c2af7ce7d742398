//! What is a requester's and a ticket can be about: appointments, orders, sites.

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
        transaction.set(&keys::owned(T::KIND, &thing.id()), thing, listing)?;
        transaction.commit().await
    }

    /// Something that is a requester's, by its id.
    pub async fn owned<T: Owned + DeserializeOwned>(
        &self,
        id: impl std::fmt::Display,
    ) -> Result<Option<T>, StoreError> {
        self.get(&keys::owned(T::KIND, &id.to_string())).await
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
