//! Bulk issues: where each stands, what is wrong with its rows, and what its worker asks in one go.
//!
//! | what | `PK` | `SK` | `GSI1PK` / `GSI1SK` |
//! |---|---|---|---|
//! | bulk issue | `BULK#<id>` | `BULK` | `BULKS` / `<id>` |
//! | error of a row | `BULK#<id>` | `ERROR#<row>` | |
//!
//! | asked | answered by |
//! |---|---|
//! | one bulk issue | its item |
//! | all, newest first | `BULKS`, then their items in one call; the index holds the id alone and is written once |
//! | the errors in the file's order | a range of the partition |
//! | who rows name, by id or address | batches of 100 |
//! | which rows a worker that died has issued | their certificates by number, batches of 100 |
//!
//! Some rows are counted by one transaction: the item with cursor and counters, one item an error, and the outbox item that
//! has it gone on with. Nothing of a bulk issue is written once a row but the certificate itself. Status indexes are
//! drawn a block at a time, so that their one counter is written once a block; what a worker that dies had drawn stays
//! unused. `BULKS` is one partition: staff begins a few a day.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    lists::{Index, Listed},
    table::{Item, LAST, Range, readable},
    transaction::{Listing, UNLISTED},
};
use registrar_domain::{
    account::Account,
    bulk::{Bulk, Decision, RowError},
    certificate::CertificateId,
    clock::Moment,
    id::{AccountId, BulkId},
    page::{Limit, Page},
    value::Email,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the list shows of a bulk issue; the rest is read beside it.
#[derive(Serialize, Deserialize)]
struct BulkRow {
    id: BulkId,
}

impl Table {
    /// The bulk issue `id`.
    pub async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        self.get(&keys::bulk(id)).await
    }

    /// Commits a decision on a bulk issue: a new one, or the next version of the one that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one with this id, or it changed since it was read.
    pub async fn commit_bulk(
        &self,
        decision: &Decision,
        moment: Moment<'_>,
        kept: Option<(&Claim, &Answer)>,
    ) -> Result<(), StoreError> {
        let bulk = &decision.bulk;
        let key = keys::bulk(bulk.id);
        let listing = Listing {
            first: Some(keys::bulk_in_all(bulk.id)),
            second: None,
            row: Some(BulkRow { id: bulk.id }),
        };
        let mut transaction = self.transaction();
        if bulk.version == 1 {
            transaction.create(&key, bulk, listing)?;
        } else {
            transaction.replace(&key, bulk.version - 1, bulk, listing)?;
        }
        for error in &decision.errors {
            transaction.set(&keys::bulk_error(bulk.id, error.row), error, UNLISTED)?;
        }
        transaction.effects(&decision.effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    /// A page of all bulk issues, newest first.
    pub async fn bulks(
        &self,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Bulk>, StoreError> {
        let listed = Listed {
            index: Index::First,
            partitions: vec![keys::BULKS.to_owned()],
            prefix: "",
            filter: None,
        };
        let page: Page<BulkRow> = self.page(&listed, cursor, limit).await?;
        let wanted: Vec<_> = page.rows.iter().map(|row| keys::bulk(row.id)).collect();
        let read: Vec<Bulk> = readable(self.get_many(&wanted, &[]).await?);
        let mut read: BTreeMap<BulkId, Bulk> =
            read.into_iter().map(|bulk| (bulk.id, bulk)).collect();
        let rows = page.rows.iter().filter_map(|row| read.remove(&row.id));
        Ok(Page {
            rows: rows.collect(),
            next_cursor: page.next_cursor,
        })
    }

    /// A page of the errors of a bulk issue, in the file's order. The cursor is the last row's number.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor is not one that a page gave.
    pub async fn bulk_errors(
        &self,
        id: BulkId,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<RowError>, StoreError> {
        let after: u32 = cursor
            .map(|cursor| cursor.parse().map_err(|_| StoreError::Cursor))
            .transpose()?
            .unwrap_or(0);
        let from = keys::bulk_error(id, after.checked_add(1).ok_or(StoreError::Cursor)?);
        let range = Range {
            pk: &from.pk,
            from: &from.sk,
            to: &format!("{}{LAST}", keys::BULK_ERROR),
            oldest_first: true,
            // One more than the page tells whether there is another page.
            limit: limit.get() + 1,
        };
        let mut rows: Vec<RowError> = serde_dynamo::from_items(self.range(range).await?)?;
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let last = rows.last().filter(|_| more);
        Ok(Page {
            next_cursor: last.map(|error| error.row.to_string()),
            rows,
        })
    }

    /// Draws `count` status indexes that follow one another; gives the first. What is not used stays a gap.
    pub async fn reserve_status_indexes(&self, count: u32) -> Result<u32, StoreError> {
        let last = self.count_by(keys::STATUS_INDEX, count).await?;
        u32::try_from(last)
            .ok()
            .and_then(|last| last.checked_sub(count))
            .ok_or_else(|| StoreError::Corrupt("the status indexes are used up".to_owned()))
    }

    /// Those of these certificates that there are.
    pub async fn certificates_there(
        &self,
        ids: &[CertificateId],
    ) -> Result<BTreeSet<CertificateId>, StoreError> {
        #[derive(Deserialize)]
        struct Named {
            id: CertificateId,
        }
        let wanted: Vec<_> = ids.iter().map(keys::certificate).collect();
        let read: Vec<Named> = serde_dynamo::from_items(self.get_many(&wanted, &["id"]).await?)?;
        Ok(read.into_iter().map(|named| named.id).collect())
    }

    /// The accounts with these ids, those that there are. One that was made a moment ago may be missing.
    pub async fn accounts(
        &self,
        ids: &BTreeSet<AccountId>,
    ) -> Result<BTreeMap<AccountId, Account>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::account(*id)).collect();
        let read: Vec<Account> = readable(self.get_many(&wanted, &[]).await?);
        Ok(read
            .into_iter()
            .map(|account| (account.id, account))
            .collect())
    }

    /// Whose these addresses are, by their look-up form. One that was taken a moment ago may be missing.
    pub async fn owners_of(
        &self,
        addresses: &[&Email],
    ) -> Result<BTreeMap<String, AccountId>, StoreError> {
        #[derive(Deserialize)]
        struct Owner {
            account_id: AccountId,
        }
        let by_key: BTreeMap<String, String> = addresses
            .iter()
            .map(|address| address.lookup_form())
            .map(|form| (keys::email(&form).pk, form))
            .collect();
        let wanted: Vec<_> = by_key.values().map(|form| keys::email(form)).collect();
        let mut owners = BTreeMap::new();
        for item in self.get_many(&wanted, &[]).await? {
            let Some(form) = by_key.get(partition(&item)) else {
                continue;
            };
            let owner: Owner = serde_dynamo::from_item(item)?;
            owners.insert(form.clone(), owner.account_id);
        }
        Ok(owners)
    }
}

fn partition(item: &Item) -> &str {
    let key = item.get("PK").and_then(|value| value.as_s().ok());
    key.map_or("", String::as_str)
}
