//! Accounts: the people who can sign in, and whom the product writes to.
//!
//! ```text
//!   (none) ──create, invite──▶ invited ──link: password set──▶ active ⇄ disabled ──delete──▶ (none)
//! ```
//!
//! * Staff makes accounts; their people choose a password by the link of an [`Invitation`], which works once and for a day.
//!   Until then nobody can sign in to the account.
//! * An admin decides over students, customers and tutors; over staff, and who becomes staff, only a super admin. The last
//!   super admin who can sign in stays one: the store counts them in the transaction of the change.
//! * The first super admin is made by whoever has the deployment's secret, while there is none who can sign in.
//! * The password's hash is an item of its own, which one function may read.
//! * Every change leaves an [`Entry`]: who, when, what, why. It outlives the account.

mod change;
mod history;
mod invitation;

pub use change::{Decision, New, Refusal};
pub use history::{Entry, What};
pub use invitation::{BootstrapSecret, Invitation, InvitationKey, WeakSecret};

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
    /// When the account was made.
    pub created_at: Timestamp,
    /// When a password was first set; before that nobody can sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<Timestamp>,
    /// Since when nobody may sign in and no token counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// Counts the changes; what a conditional write compares.
    pub version: u64,
}

impl Account {
    /// The account as an actor.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            role: self.role,
        }
    }

    /// Whether this is staff that may work now: who has not chosen a password yet has not shown that the address is theirs.
    pub fn is_staff(&self) -> bool {
        self.role.is_staff() && self.activated_at.is_some() && self.disabled_at.is_none()
    }

    /// Whether this is a super admin who can sign in.
    pub fn is_super_admin(&self) -> bool {
        self.role == Role::SuperAdmin && self.activated_at.is_some() && self.disabled_at.is_none()
    }

    /// `invited`, `active` or `disabled`.
    pub fn status(&self) -> &'static str {
        match (self.disabled_at, self.activated_at) {
            (Some(_), _) => "disabled",
            (None, Some(_)) => "active",
            (None, None) => "invited",
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
