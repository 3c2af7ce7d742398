//! Who asks, and who writes.

use crate::{
    account::Account,
    actor::{Actor, Role},
    conversation::{Party, UserId},
    id::AccountId,
    value::{PersonName, Phone},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How a requester came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequesterKind {
    /// With a student's account.
    #[default]
    Student,
    /// With a customer's account.
    Customer,
    /// From a phone, in a chat.
    Phone,
}

/// The person who asks, as the ticket remembers them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// Their account; for a phone number that no account has, an id made from the number, or from the provider's id.
    pub id: AccountId,
    /// Their name when the ticket was opened.
    pub name: PersonName,
    /// How they came.
    #[serde(default)]
    pub kind: RequesterKind,
    /// The number that they wrote from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The provider's id of who wrote, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp_user_id: Option<UserId>,
    /// The account, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
}

impl Requester {
    /// Somebody who has an account.
    pub fn of_account(account: &Account) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            kind: match account.role {
                Role::Customer => RequesterKind::Customer,
                Role::Student | Role::Tutor | Role::Admin | Role::SuperAdmin => {
                    RequesterKind::Student
                }
            },
            phone: None,
            whatsapp_user_id: None,
            account_id: Some(account.id),
        }
    }

    /// Somebody who writes from a phone number; `account` is the one that is known to have it.
    pub fn of_phone(phone: Phone, name: PersonName, account: Option<AccountId>) -> Self {
        Self::of_party(&phone.into(), name, account)
    }

    /// Somebody who writes in a chat; `account` is the one that is known to have their number.
    pub fn of_party(party: &Party, name: PersonName, account: Option<AccountId>) -> Self {
        Self {
            id: account.unwrap_or_else(|| person_of(party)),
            name,
            kind: RequesterKind::Phone,
            phone: party.phone().cloned(),
            whatsapp_user_id: party.user_id().cloned(),
            account_id: account,
        }
    }

    /// Whom their chat is with, where they came from one.
    pub fn party(&self) -> Option<Party> {
        Party::of(self.phone.clone(), self.whatsapp_user_id.clone())
    }
}

/// The id of whoever has a phone number, or an id of the provider, and no account: always the same for all numbers of the
/// same phone (`UUIDv8`, RFC 9562, of the SHA-256 of its [`Phone::lookup_form`]), so that it is no account's id and all their
/// tickets are found together.
fn person_of(party: &Party) -> AccountId {
    let mut hash = Sha256::new();
    match party {
        Party::Phone(phone, _) => {
            hash.update(b"registrar-person-of-phone-v1\0");
            hash.update(phone.lookup_form().as_bytes());
        }
        Party::User(user_id) => {
            hash.update(b"registrar-person-of-whatsapp-user-v1\0");
            hash.update(user_id.as_str().as_bytes());
        }
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
}

/// Who writes a message.
#[derive(Clone, Debug)]
pub struct Author {
    /// Their account, or the id of a requester without one.
    pub id: AccountId,
    /// Their name.
    pub name: PersonName,
    /// What they may do.
    pub role: Role,
}

impl Author {
    /// The requester, speaking by a channel that vouches for them.
    pub fn of_requester(requester: &Requester) -> Self {
        Self {
            id: requester.id,
            name: requester.name.clone(),
            role: Role::Customer,
        }
    }

    /// The author as an actor.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            role: self.role,
        }
    }
}

impl From<&Account> for Author {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            role: account.role,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_is_always_the_same_person_and_never_an_account() {
        let of = |phone: &str| {
            let name = PersonName::new("John Doe").unwrap();
            Requester::of_phone(Phone::new(phone).unwrap(), name, None)
        };
        assert_eq!(of("+234812345678").id, of("+234812345678").id);
        assert_eq!(of("+5511987654321").id, of("+551187654321").id);
        assert_ne!(of("+234812345678").id, of("+234812345679").id);
        let id: uuid::Uuid = of("+234812345678").id.to_string().parse().unwrap();
        assert_eq!(id.get_version_num(), 8);
    }
}
