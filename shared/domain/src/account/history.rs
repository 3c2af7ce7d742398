//! What was done to an account: it names people by their ids only, and outlives the account.

use crate::{
    actor::Role,
    id::{AccountId, HistoryId},
    value::Reason,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id, which starts with its time.
    pub id: HistoryId,
    /// Whose account.
    pub account_id: AccountId,
    /// When.
    pub at: Timestamp,
    /// Who did it; [`AccountId::SYSTEM`] is whoever had the deployment's secret.
    pub by: AccountId,
    /// What.
    #[serde(flatten)]
    pub what: What,
    /// Why, where somebody said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum What {
    /// It was made.
    Created {
        /// As what.
        role: Role,
    },
    /// A link for a new password was sent.
    Invited,
    /// The link was used.
    PasswordSet,
    /// Another role.
    RoleChanged {
        /// What it was.
        from: Role,
        /// What it is.
        to: Role,
    },
    /// Nobody may sign in any more.
    Disabled,
    /// They may again.
    Enabled,
    /// It is gone.
    Deleted,
}
