//! Whom a chat is with.
//!
//! The provider names people by their phone number, by an id that is good for one business (`BSUID`, such as
//! `NG.1234567890123456`), or by both. Whoever has taken a user name and has not exchanged messages for a while comes with
//! the id alone. The id is as good an address as the number; who changes their number gets another one.

use crate::{
    id::AccountId,
    ticket::Requester,
    value::{PersonName, Phone, ValueError},
};
use serde::{Deserialize, Serialize};

/// A business-scoped user id: two capital letters, a dot, and 1–133 letters, digits, dots, dashes or underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

impl UserId {
    /// Takes what has the form of one.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let formed = text.split_once('.').is_some_and(|(country, id)| {
            country.len() == 2
                && country.bytes().all(|b| b.is_ascii_uppercase())
                && (1..=133).contains(&id.len())
                && id.bytes().all(known)
        });
        if formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::Form(
                "a business-scoped user id, such as NG.1234567890123456",
            ))
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whom a chat is with: a number, a user id, or both.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Parts", try_from = "Parts")]
pub enum Party {
    /// A number, and the user id that came with it.
    Phone(Phone, Option<UserId>),
    /// A user id whose number nobody knows.
    User(UserId),
}

/// A party in items and messages.
#[derive(Clone, Serialize, Deserialize)]
struct Parts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
}

impl From<Party> for Parts {
    fn from(party: Party) -> Self {
        Self {
            phone: party.phone().cloned(),
            user_id: party.user_id().cloned(),
        }
    }
}

impl TryFrom<Parts> for Party {
    type Error = &'static str;
    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        Self::of(parts.phone, parts.user_id).ok_or("must have a phone or a user_id")
    }
}

impl Party {
    /// Whoever has these; nobody has neither.
    pub fn of(phone: Option<Phone>, user_id: Option<UserId>) -> Option<Self> {
        match (phone, user_id) {
            (Some(phone), user_id) => Some(Self::Phone(phone, user_id)),
            (None, Some(user_id)) => Some(Self::User(user_id)),
            (None, None) => None,
        }
    }

    /// The number, where it is known.
    pub fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Phone(phone, _) => Some(phone),
            Self::User(_) => None,
        }
    }

    /// The user id, where it is known.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::Phone(_, user_id) => user_id.as_ref(),
            Self::User(user_id) => Some(user_id),
        }
    }

    /// The id of whoever it is, as far as no account is known to have the number: that of the number, else of the user id.
    pub fn contact(&self) -> AccountId {
        Requester::of_party(self, self.name(), None).id
    }

    /// What they are called who told no name: their number or id.
    pub fn name(&self) -> PersonName {
        let text = match self {
            Self::Phone(phone, _) => phone.as_str(),
            Self::User(user_id) => user_id.as_str(),
        };
        PersonName::new(text).expect("a number or an id is a line of text")
    }

    /// With what another message told of the same person: a number stays known.
    #[must_use]
    pub fn known_as(&self, newer: &Self) -> Self {
        let phone = newer.phone().or(self.phone()).cloned();
        let user_id = newer.user_id().or(self.user_id()).cloned();
        Self::of(phone, user_id).unwrap_or_else(|| newer.clone())
    }
}

impl From<Phone> for Party {
    fn from(phone: Phone) -> Self {
        Self::Phone(phone, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_has_the_providers_form() {
        for right in ["NG.1234567890123456", "US.ENT.11815799212886844830"] {
            assert_eq!(UserId::new(right).unwrap().as_str(), right);
        }
        let long = format!("NG.{}", "1".repeat(134));
        for wrong in ["", "NG.", "ng.1", "NGA.1", "+2348", "NG.1 2", "NG.é", &long] {
            assert!(UserId::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_has_a_number_is_known_by_it_and_others_by_their_user_id() {
        let phone = || Phone::new("+234812345678").unwrap();
        let id = || UserId::new("NG.1234567890123456").unwrap();
        let both = Party::Phone(phone(), Some(id()));
        assert_eq!(both.contact(), Party::from(phone()).contact());
        assert_ne!(both.contact(), Party::User(id()).contact());
        assert_eq!(Party::User(id()).known_as(&both), both);
        assert_eq!(both.known_as(&Party::User(id())), both);
        for party in [both, Party::User(id()), phone().into()] {
            let json = serde_json::to_string(&party).unwrap();
            assert_eq!(serde_json::from_str::<Party>(&json).unwrap(), party);
        }
        assert!(serde_json::from_str::<Party>("{}").is_err());
    }
}
