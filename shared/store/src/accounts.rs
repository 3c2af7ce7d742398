//! Accounts: reading and listing them. Changes are in `change`.

mod change;

use crate::{
    StoreError, Table, keys,
    lists::{Index, Listed},
    table::{LAST, Range},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use registrar_domain::{
    account::{Account, Entry, Invitation, PasswordHash},
    actor::Role,
    id::AccountId,
    page::{Limit, Page},
    value::{Email, PersonName, Phone},
};
use serde::{Deserialize, Serialize};

/// Whose an address or a number is.
#[derive(Serialize, Deserialize)]
struct Owner {
    account_id: AccountId,
}

/// What the lists of accounts and of staff show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Whose.
    pub account_id: AccountId,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// Their address.
    pub email: Email,
    /// `invited`, `active` or `disabled`.
    pub status: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        Self {
            account_id: account.id,
            role: account.role,
            name: account.name.clone(),
            email: account.email.clone(),
            status: account.status().to_owned(),
            created_at: account.created_at,
        }
    }
}

/// What of an account decides what its tokens may do.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Standing {
    role: Role,
    #[serde(default)]
    activated_at: Option<Timestamp>,
    #[serde(default)]
    disabled_at: Option<Timestamp>,
}

/// The stored hash.
#[derive(Serialize, Deserialize)]
struct Password {
    hash: PasswordHash,
}

impl Table {
    /// The account `id`.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.get(&keys::account(id)).await
    }

    /// What an account's tokens may do now; nothing when it is gone, disabled or has no password. Eventually consistent.
    pub async fn standing(&self, id: AccountId) -> Result<Option<Role>, StoreError> {
        let key = keys::account(id);
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .projection_expression("#role, activated_at, disabled_at")
            .expression_attribute_names("#role", "role")
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_read(answer.consumed_capacity());
        let standing: Option<Standing> = answer.item.map(serde_dynamo::from_item).transpose()?;
        let may = |s: &Standing| s.activated_at.is_some() && s.disabled_at.is_none();
        Ok(standing.filter(may).map(|standing| standing.role))
    }

    /// The hash of an account's password.
    pub async fn password(&self, id: AccountId) -> Result<Option<PasswordHash>, StoreError> {
        let password: Option<Password> = self.get(&keys::password(id)).await?;
        Ok(password.map(|password| password.hash))
    }

    /// The invitation of an account, used by nobody yet.
    pub async fn invitation(&self, id: AccountId) -> Result<Option<Invitation>, StoreError> {
        self.get(&keys::invitation(id)).await
    }

    /// How many super admins can sign in.
    pub async fn super_admins(&self) -> Result<u64, StoreError> {
        self.count(keys::SUPER_ADMINS).await
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

    /// A page of the ids of all staff that may work.
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
        let page: Page<AccountRow> = self.page(&listed, cursor, limit).await?;
        Ok(page.map(|row| row.account_id))
    }

    /// A page of all accounts, or of those with a role, newest first.
    pub async fn list_accounts(
        &self,
        role: Option<Role>,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<AccountRow>, StoreError> {
        let listed = Listed {
            index: Index::Second,
            partitions: (0..self.shards).map(keys::accounts_shard).collect(),
            prefix: "",
            filter: role.map(|role| ("role", role.code().to_owned())),
        };
        self.page(&listed, cursor, limit).await
    }

    /// A page of what was done to an account, newest first; of one that is gone too.
    pub async fn account_history(
        &self,
        id: AccountId,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Entry>, StoreError> {
        let listed = Listed {
            index: Index::Table,
            partitions: vec![keys::account_history(id)],
            prefix: "",
            filter: None,
        };
        self.page(&listed, cursor, limit).await
    }
}
