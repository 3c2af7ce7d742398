//! Accounts.

use crate::{
    StoreError, Table, keys,
    lists::{Index, Listed},
    table::{LAST, Range},
    transaction::{Listing, UNLISTED},
};
use registrar_domain::{
    account::Account,
    id::AccountId,
    page::{Limit, Page},
    value::{Email, Phone},
};
use serde::{Deserialize, Serialize};

/// Whose an address or a number is.
#[derive(Serialize, Deserialize)]
struct Owner {
    account_id: AccountId,
}

/// What the list of staff shows.
#[derive(Serialize, Deserialize)]
struct StaffRow {
    account_id: AccountId,
}

impl Table {
    /// Adds an account; its address must be nobody's yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id or the address is taken.
    pub async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let staff = account.role.is_staff();
        let listing = Listing {
            first: staff.then(|| keys::staff(account.id)),
            second: None,
            row: staff.then_some(StaffRow {
                account_id: account.id,
            }),
        };
        transaction.create(&keys::account(account.id), account, listing)?;
        let owner = Owner {
            account_id: account.id,
        };
        transaction.create(&keys::email(&account.email.lookup_form()), &owner, UNLISTED)?;
        if let Some(phone) = &account.phone {
            let key = keys::phone_of(phone, account.id);
            transaction.set(&key, &owner, UNLISTED)?;
        }
        transaction.commit().await
    }

    /// The account `id`.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.get(&keys::account(id)).await
    }

    /// The account that has an address.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        match self
            .get::<Owner>(&keys::email(&email.lookup_form()))
            .await?
        {
            Some(owner) => self.account(owner.account_id).await,
            None => Ok(None),
        }
    }

    /// The account that has a phone number; `None` too when several have it, because nobody knows who of them writes.
    pub async fn account_by_phone(&self, phone: &Phone) -> Result<Option<AccountId>, StoreError> {
        let range = Range {
            pk: &keys::phone(phone),
            from: "0",
            to: &LAST.to_string(),
            oldest_first: true,
            limit: 2,
        };
        let owners: Vec<Owner> = serde_dynamo::from_items(self.range(range).await?)?;
        Ok(match owners.as_slice() {
            [owner] => Some(owner.account_id),
            _ => None,
        })
    }

    /// A page of the ids of all staff.
    pub async fn staff(
        &self,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<AccountId>, StoreError> {
        let listed = Listed {
            index: Index::First,
            partitions: vec![keys::STAFF.to_owned()],
            prefix: "",
            filter: None,
        };
        let page: Page<StaffRow> = self.page(&listed, cursor, limit).await?;
        Ok(page.map(|row| row.account_id))
    }
}
