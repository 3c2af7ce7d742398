//! Support tickets.
//!
//! A ticket is opened by a requester, answered by staff, and moved between statuses by the profile's table. Every change
//! leaves a history entry for staff. Public replies and internal notes are different types all the way down: a
//! [`Note`] has no path to a requester.
//!
//! | command | who | next state | effects |
//! |---|---|---|---|
//! | [`open`] | requester, or staff for them | the profile's initial status | confirmation to the requester, notice to all staff |
//! | [`Ticket::reply`] | requester, staff | by the profile's table of replies | to the other side |
//! | [`Ticket::note`] | staff | unchanged | none |
//! | [`Ticket::change_status`] | by the profile's table | the asked one | to the requester, when staff did it |

mod change_status;
mod message;
mod note;
mod open;
mod reply;
mod status;

pub use change_status::ChangeStatus;
pub use message::{Message, Note, Sender};
pub use open::{Open, open};
pub use status::{Category, Priority, Status};

use crate::{
    effect::Effect,
    id::{AccountId, HistoryId, TicketId},
    value::{Description, PersonName, Subject},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket's header: everything but its messages, notes and history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The number that people say, such as `TKT-20261121-0001`.
    pub number: String,
    /// Who asks.
    pub requester: Requester,
    /// What it is about.
    pub subject: Subject,
    /// The whole of it.
    pub description: Description,
    /// Its category, one of the profile's.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<AccountId>,
    /// How many public messages it has.
    pub message_count: u32,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// When staff first replied publicly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_at: Option<Timestamp>,
    /// When the requester last wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_customer_message_at: Option<Timestamp>,
    /// When staff last wrote publicly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_staff_message_at: Option<Timestamp>,
    /// When it was resolved; absent again once it is reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Who resolved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<AccountId>,
    /// When it was closed; absent again once it is reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// The person who asks, as the ticket remembers them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// Their account.
    pub id: AccountId,
    /// Their name when the ticket was opened.
    pub name: PersonName,
}

/// One change of a ticket, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its id; sorts by time.
    pub id: HistoryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The ticket was opened.
    Created {
        /// In this status.
        status: Status,
    },
    /// The status moved.
    Status {
        /// From here.
        from: Status,
        /// To there.
        to: Status,
        /// Why, where somebody said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// What a command decided: all of it is committed, or none.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The next header.
    pub ticket: Ticket,
    /// A public message to add.
    pub message: Option<Message>,
    /// An internal note to add.
    pub note: Option<Note>,
    /// What to remember.
    pub history: Vec<HistoryEntry>,
    /// What must follow.
    pub effects: Vec<Effect>,
}

impl Decision {
    fn of(ticket: Ticket) -> Self {
        Self {
            ticket,
            message: None,
            note: None,
            history: Vec::new(),
            effects: Vec::new(),
        }
    }
}

/// Why a command is refused. Knows nothing of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not know that it exists.
    #[error("there is no such ticket")]
    NotFound,
    /// The actor's role does not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The table has no such transition.
    #[error("a ticket cannot go from '{from}' to '{to}'", from = from.code(), to = to.code())]
    Transition {
        /// Where it stands.
        from: Status,
        /// What was asked for.
        to: Status,
        /// What this actor may ask for instead.
        allowed: Vec<Status>,
    },
    /// A reply to a closed ticket.
    #[error("the ticket is closed; open a new one")]
    Closed,
    /// Not one of the profile's categories.
    #[error("there is no such category")]
    UnknownCategory {
        /// The codes there are.
        known: Vec<String>,
    },
}

impl Ticket {
    /// The next header after a change at `now`.
    fn touched(&self, now: Timestamp) -> Self {
        Self {
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Moves to `to` and keeps the time stamps of T-08 true.
    fn moved(&mut self, to: Status, by: AccountId, now: Timestamp) {
        self.status = to;
        match to {
            Status::Resolved => {
                self.resolved_at = Some(now);
                self.resolved_by = Some(by);
                self.closed_at = None;
            }
            Status::Closed => self.closed_at = Some(now),
            Status::New
            | Status::Open
            | Status::InProgress
            | Status::WaitingCustomer
            | Status::WaitingAi => {
                self.resolved_at = None;
                self.resolved_by = None;
                self.closed_at = None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
