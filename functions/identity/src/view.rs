//! What answers show of an account.

use registrar_domain::{
    account::Account,
    actor::Role,
    id::AccountId,
    value::{Email, PersonName},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct AccountView<'a> {
    id: AccountId,
    role: Role,
    name: &'a PersonName,
    email: &'a Email,
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: account.id,
            role: account.role,
            name: &account.name,
            email: &account.email,
        }
    }
}
