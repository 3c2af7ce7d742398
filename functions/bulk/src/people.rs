//! Whom rows name.

use crate::{BulkWork, Failure};
use registrar_domain::{
    account::Account,
    bulk::{
        RowError,
        row::{EMAIL, STUDENT_ID, Student, error},
        sheet::Raw,
    },
    id::AccountId,
};
use std::collections::{BTreeMap, BTreeSet};

/// The accounts that some rows name, asked for in one go.
#[derive(Debug, Default)]
pub(crate) struct People {
    accounts: BTreeMap<AccountId, Account>,
    /// Whose an address is, by its look-up form.
    owners: BTreeMap<String, AccountId>,
}

impl BulkWork {
    /// Reads the accounts that these rows name.
    pub(crate) async fn people<'a>(
        &self,
        students: impl Iterator<Item = &'a Student> + Clone,
    ) -> Result<People, Failure> {
        let table = &self.shell.table;
        let addresses: Vec<_> = students
            .clone()
            .filter_map(|student| student.email.as_ref())
            .collect();
        let owners = table.owners_of(&addresses).await?;
        let ids: BTreeSet<AccountId> = students
            .filter_map(|student| student.id)
            .chain(owners.values().copied())
            .collect();
        Ok(People {
            accounts: table.accounts(&ids).await?,
            owners,
        })
    }

    /// The account that a row names. Reading in one go may miss what was written a moment ago, so that whoever seems to be
    /// missing is asked for once more.
    pub(crate) async fn student(
        &self,
        people: &People,
        raw: &Raw,
        student: &Student,
    ) -> Result<Result<Account, RowError>, Failure> {
        let table = &self.shell.table;
        let mut found = None;
        if let Some(email) = &student.email {
            let owner = people.owners.get(&email.lookup_form());
            let known = owner.and_then(|id| people.accounts.get(id)).cloned();
            found = match known {
                Some(account) => Some(account),
                None => table.account_by_email(email).await?,
            };
            if found.is_none() {
                return Ok(Err(unknown(raw, EMAIL)));
            }
        }
        let Some(id) = student.id else {
            return Ok(found.ok_or_else(|| unknown(raw, EMAIL)));
        };
        if found.as_ref().is_some_and(|account| account.id != id) {
            let detail = "student_id and email are two different accounts";
            return Ok(Err(error(raw, Some(EMAIL), "student_mismatch", detail)));
        }
        if found.is_none() {
            found = match people.accounts.get(&id).cloned() {
                Some(account) => Some(account),
                None => table.account(id).await?,
            };
        }
        Ok(found.ok_or_else(|| unknown(raw, STUDENT_ID)))
    }
}

fn unknown(raw: &Raw, column: &str) -> RowError {
    error(
        raw,
        Some(column),
        "unknown_student",
        "there is no such student",
    )
}
