//! What answers show of an account.

use jiff::Timestamp;
use registrar_domain::{
    account::{Account, Locale},
    actor::Role,
    id::AccountId,
    value::{Email, PersonName, Phone},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct AccountView<'a> {
    id: AccountId,
    role: Role,
    name: &'a PersonName,
    email: &'a Email,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a Phone>,
    locale: Locale,
    /// `invited`, `active` or `disabled`.
    status: &'static str,
    created_at: Timestamp,
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: account.id,
            role: account.role,
            name: &account.name,
            email: &account.email,
            phone: account.phone.as_ref(),
            locale: account.locale,
            status: account.status(),
            created_at: account.created_at,
        }
    }
}
