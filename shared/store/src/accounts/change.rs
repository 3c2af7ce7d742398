//! Changes of accounts.
//!
//! Account, address, number, password, link, history, effects and the count of super admins commit together. The count
//! moves on condition that one is left, so that two who demote each other do not both succeed.

use super::{AccountRow, Owner, Password};
use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    transaction::{Listing, Transaction, UNLISTED},
};
use registrar_domain::{
    account::{Account, Decision, PasswordHash},
    clock::Moment,
};
use serde::Serialize;

/// An item that says nothing beside its list row.
#[derive(Serialize)]
struct Bare {}

impl Table {
    /// Adds an account as it is, with its password if it has one; its address must be nobody's yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id or the address is taken.
    pub async fn create_account(
        &self,
        account: &Account,
        password: Option<&PasswordHash>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.add(&mut transaction, account)?;
        if let Some(hash) = password {
            let hash = hash.clone();
            transaction.set(&keys::password(account.id), &Password { hash }, UNLISTED)?;
        }
        count_super_admins(&mut transaction, None, Some(account), false);
        transaction.commit().await
    }

    /// Commits what was decided on an account that was read as `before`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the account changed since, its address is taken, its link was used, or no super admin
    /// would be left; [`StoreError::ClaimLost`].
    pub async fn commit_account(
        &self,
        before: Option<&Account>,
        decision: &Decision,
        kept: Option<(&Claim, &Answer)>,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let after = decision.account.as_ref();
        match (before, after) {
            (None, Some(account)) => self.add(&mut transaction, account)?,
            (Some(before), Some(account)) => {
                let listing = self.listing(account);
                let key = keys::account(account.id);
                transaction.replace(&key, before.version, account, listing)?;
            }
            (Some(before), None) => take_away(&mut transaction, before),
            (None, None) => {}
        }
        let id = decision.entry.account_id;
        if let Some(invitation) = &decision.invitation {
            transaction.set(&keys::invitation(id), invitation, UNLISTED)?;
        }
        let mut bootstrap = false;
        if let Some((invitation, hash)) = &decision.redeemed {
            bootstrap = invitation.bootstrap;
            let digest = invitation.token_sha256.clone();
            transaction.take_of(&keys::invitation(id), "token_sha256", digest);
            let hash = hash.clone();
            transaction.set(&keys::password(id), &Password { hash }, UNLISTED)?;
        }
        count_super_admins(&mut transaction, before, after, bootstrap);
        let listing = Listing {
            first: None,
            second: None,
            row: Some(&decision.entry),
        };
        let entry = keys::account_entry(id, decision.entry.id);
        transaction.create(&entry, &Bare {}, listing)?;
        transaction.effects(&decision.effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    fn listing(&self, account: &Account) -> Listing<AccountRow> {
        let works = account.is_staff();
        Listing {
            first: works.then(|| keys::staff(account.id)),
            second: Some(keys::account_in_all(account.id, self.shards)),
            row: Some(AccountRow::from(account)),
        }
    }

    fn add(&self, transaction: &mut Transaction<'_>, account: &Account) -> Result<(), StoreError> {
        let key = keys::account(account.id);
        transaction.create(&key, account, self.listing(account))?;
        let owner = Owner {
            account_id: account.id,
        };
        transaction.create(&keys::email(&account.email.lookup_form()), &owner, UNLISTED)?;
        if let Some(phone) = &account.phone {
            let key = keys::phone_of(phone, account.id);
            transaction.set(&key, &owner, UNLISTED)?;
        }
        Ok(())
    }
}

fn take_away(transaction: &mut Transaction<'_>, account: &Account) {
    transaction
        .take(&keys::account(account.id), account.version)
        .delete(&keys::email(&account.email.lookup_form()))
        .delete(&keys::password(account.id))
        .delete(&keys::invitation(account.id));
    if let Some(phone) = &account.phone {
        transaction.delete(&keys::phone_of(phone, account.id));
    }
}

/// Moves the count of super admins who can sign in; the first one of a deployment comes only where there is none.
fn count_super_admins(
    transaction: &mut Transaction<'_>,
    before: Option<&Account>,
    after: Option<&Account>,
    bootstrap: bool,
) {
    let was = before.is_some_and(Account::is_super_admin);
    let is = after.is_some_and(Account::is_super_admin);
    match (was, is) {
        (false, true) if bootstrap => {
            let none = Some("attribute_not_exists(#value) OR #value < :least");
            transaction.count_if(keys::SUPER_ADMINS, 1, none, 1);
        }
        (false, true) => {
            transaction.count_if(keys::SUPER_ADMINS, 1, None, 0);
        }
        (true, false) => {
            transaction.count_if(keys::SUPER_ADMINS, -1, Some("#value > :least"), 1);
        }
        (true, true) | (false, false) => {}
    }
}
