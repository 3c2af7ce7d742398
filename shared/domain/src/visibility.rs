//! Who may see a field: said once, by the field's type.
//!
//! A field of [`ForStaff`] gives its value to no one but a [`Reader`] on staff, so every projection (page, mail, webhook,
//! notification, search) must say for whom it reads. As a whole it is only stored, and shown among staff.

use crate::actor::Actor;
use serde::{Deserialize, Serialize};

/// For whom something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Requesters, holders, the public, and integrations that did not opt in to what is among staff.
    Everyone,
    /// Staff, and integrations that opted in.
    Staff,
}

impl Reader {
    /// Whoever signed in.
    pub fn of(actor: Actor) -> Self {
        if actor.role.is_staff() {
            Self::Staff
        } else {
            Self::Everyone
        }
    }
}

/// What only staff sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ForStaff<T>(T);

impl<T> ForStaff<T> {
    /// Keeps a value among staff.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for a reader who may see it.
    pub fn shown_to(&self, reader: Reader) -> Option<&T> {
        match reader {
            Reader::Staff => Some(&self.0),
            Reader::Everyone => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_staff_is_shown_to_nobody_else_and_stored_as_it_is() {
        let kept = ForStaff::new("owes fees");
        assert_eq!(kept.shown_to(Reader::Staff), Some(&"owes fees"));
        assert_eq!(kept.shown_to(Reader::Everyone), None);
        assert_eq!(serde_json::to_string(&kept).unwrap(), "\"owes fees\"");
    }
}
