//! Accounts: the people who can sign in, and whom the product writes to.

use crate::{
    actor::{Actor, Role},
    id::AccountId,
    value::{Email, PersonName, Phone},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The languages that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// French as in Canada.
    Fr,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr-CA",
        }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Their id, the `sub` of their tokens.
    pub id: AccountId,
    /// What they may do.
    pub role: Role,
    /// Their name, as it goes onto certificates.
    pub name: PersonName,
    /// Where they get e-mail.
    pub email: Email,
    /// Where they get WhatsApp, if they gave a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The language that they are written to in.
    #[serde(default)]
    pub locale: Locale,
    /// Argon2id, PHC string format.
    pub password_hash: PasswordHash,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl Account {
    /// The account as an actor.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            role: self.role,
        }
    }
}

/// A password's hash: opaque here, and never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a PHC string.
    pub fn from_phc(text: String) -> Self {
        Self(text)
    }

    /// The PHC string.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
