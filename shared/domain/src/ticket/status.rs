//! Status, priority and category.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The value as it stands in keys and answers.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self { value.code() }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            /// Any letter case is accepted.
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.code().eq_ignore_ascii_case(text)).ok_or_else(|| {
                    format!("must be one of: {}", Self::ALL.iter().map(|v| v.code()).collect::<Vec<_>>().join(", "))
                })
            }
        }
    };
}

codes! {
    /// Where a ticket stands (checklist T-06).
    Status {
        /// Nobody has looked at it.
        New = "new",
        /// It waits for staff.
        Open = "open",
        /// Staff work on it.
        InProgress = "in_progress",
        /// It waits for the requester.
        WaitingCustomer = "waiting_customer",
        /// It waits for triage.
        WaitingAi = "waiting_ai",
        /// Done, as staff see it.
        Resolved = "resolved",
        /// Done.
        Closed = "closed",
    }
}

impl Status {
    /// Whether somebody still has to do something: neither resolved nor closed.
    pub fn is_active(self) -> bool {
        match self {
            Self::New | Self::Open | Self::InProgress | Self::WaitingCustomer | Self::WaitingAi => {
                true
            }
            Self::Resolved | Self::Closed => false,
        }
    }
}

codes! {
    /// How urgent a ticket is (checklist T-05).
    Priority {
        /// Can wait.
        Low = "low",
        /// The usual.
        Medium = "medium",
        /// Before others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

/// A category's code; [`crate::profile::Profile::category`] says which there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Category(String);

impl Category {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
