//! Who acts: resolved once at the door, asked everywhere else.

use crate::id::AccountId;
use serde::{Deserialize, Serialize};

/// What an account may be (checklist I-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Learns; sees only what is their own.
    Student,
    /// Bought something; sees only what is their own.
    Customer,
    /// Teaches; no access to tickets.
    Tutor,
    /// Staff.
    Admin,
    /// Staff that may also decide over staff.
    SuperAdmin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Student,
        Self::Customer,
        Self::Tutor,
        Self::Admin,
        Self::SuperAdmin,
    ];

    /// The role with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether this role works on other people's tickets and certificates.
    pub fn is_staff(self) -> bool {
        match self {
            Self::Admin | Self::SuperAdmin => true,
            Self::Student | Self::Customer | Self::Tutor => false,
        }
    }

    /// Whether this role opens tickets and uploads for them.
    pub fn has_tickets(self) -> bool {
        match self {
            Self::Student | Self::Customer | Self::Admin | Self::SuperAdmin => true,
            Self::Tutor => false,
        }
    }

    /// The role as it stands in tokens and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Customer => "customer",
            Self::Tutor => "tutor",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
        }
    }
}

/// A signed-in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Their account, the token's subject.
    pub id: AccountId,
    /// Their role, as their account has it now.
    pub role: Role,
}

impl Actor {
    /// Whether a row that belongs to `owner` may be seen: by its owner and by staff. A foreign row is as good as absent.
    pub fn may_see(&self, owner: AccountId) -> bool {
        self.role.is_staff() || self.id == owner
    }
}
