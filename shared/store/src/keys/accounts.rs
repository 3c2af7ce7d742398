//! Keys of accounts.

use super::{Key, Place, digest, key, shard};
use registrar_domain::{
    id::{AccountId, HistoryId},
    value::Phone,
};

/// An account.
pub fn account(id: AccountId) -> Key {
    key(format!("ACCOUNT#{id}"), "ACCOUNT")
}

/// The list of staff, in the first index.
pub const STAFF: &str = "STAFF";

/// A member of staff's place in that list.
pub fn staff(id: AccountId) -> Place {
    Place {
        pk: STAFF.to_owned(),
        sk: id.to_string(),
    }
}

/// A shard of the list of all accounts, in the second index.
pub fn accounts_shard(shard: u16) -> String {
    format!("ACCOUNTS#{shard:03}")
}

/// An account's place in the list of all.
pub fn account_in_all(id: AccountId, shards: u16) -> Place {
    let id = id.to_string();
    Place {
        pk: accounts_shard(shard(&id, shards)),
        sk: id,
    }
}

/// The hash of an account's password, in a partition that one function alone may read.
pub fn password(id: AccountId) -> Key {
    key(format!("PASSWORD#{id}"), "PASSWORD")
}

/// The link by which an account's password is chosen.
pub fn invitation(id: AccountId) -> Key {
    key(format!("INVITATION#{id}"), "INVITATION")
}

/// The partition of what was done to an account.
pub fn account_history(id: AccountId) -> String {
    format!("ACCOUNTHISTORY#{id}")
}

/// An entry of it; its id starts with its time.
pub fn account_entry(id: AccountId, entry: HistoryId) -> Key {
    key(account_history(id), entry.to_string())
}

/// The name of the counter of super admins who can sign in.
pub const SUPER_ADMINS: &str = "superadmins";

/// The account that has an e-mail address, given in its look-up form.
pub fn email(lookup_form: &str) -> Key {
    key(format!("EMAIL#{}", digest(&[lookup_form])), "EMAIL")
}

/// The accounts that have a phone, by any number that reaches it: more than one where a family shares it.
pub fn phone(number: &Phone) -> String {
    format!("PHONE#{}", digest(&[&number.lookup_form()]))
}

/// That an account has a phone number.
pub fn phone_of(number: &Phone, account: AccountId) -> Key {
    key(phone(number), account.to_string())
}
