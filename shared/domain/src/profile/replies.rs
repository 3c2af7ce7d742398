//! What a reply does (checklist T-07, T-13).

use crate::ticket::Status;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// What a reply does to the status.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replies {
    /// Where a public staff reply moves a ticket that is not resolved or closed.
    pub staff: Status,
    /// Where a requester's reply moves a ticket that waits for them.
    pub requester: Status,
    /// What a requester's reply to a resolved ticket does.
    pub on_resolved: Afterwards,
    /// What a requester's reply to a closed ticket does.
    pub on_closed: Afterwards,
}

/// What a requester's reply does to a ticket that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "then", rename_all = "snake_case", deny_unknown_fields)]
pub enum Afterwards {
    /// The ticket goes on.
    Reopen {
        /// In this status.
        to: Status,
        /// For so many days after it was done; for ever when absent. Later, a linked ticket is opened.
        #[serde(default)]
        within_days: Option<u16>,
    },
    /// The reply is added and nothing moves.
    Stay {},
    /// The reply opens another ticket.
    OpenTicket {
        /// Whether both tickets say that they belong together.
        linked: bool,
    },
    /// The reply is refused.
    Refuse {},
}

impl Afterwards {
    /// The most days that a profile may say.
    pub(crate) const MOST_DAYS: u16 = 365;

    /// What holds `now` for a ticket that was done at `done`.
    #[must_use]
    pub fn at(self, done: Timestamp, now: Timestamp) -> Self {
        match self {
            Self::Reopen {
                within_days: Some(days),
                ..
            } if now.duration_since(done) > SignedDuration::from_hours(24 * i64::from(days)) => {
                Self::OpenTicket { linked: true }
            }
            Self::Reopen { .. } | Self::Stay {} | Self::OpenTicket { .. } | Self::Refuse {} => self,
        }
    }
}
