//! What staff can look up later: every change of a ticket (checklist T-11).
//!
//! The first entry, that it was opened, is not an item of its own: the header knows it ([`Ticket::opened`]), which saves two
//! write units a ticket.

use super::{About, Category, LinkKind, Priority, Status, Ticket};
use crate::{
    attachment::{ContentType, FileName},
    id::{AccountId, AttachmentId, HistoryId, MessageId, TicketId},
    sla::{Level, Signal},
    value::Tag,
    visibility::ForStaff,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

/// How a ticket was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// In which status.
    pub status: Status,
    /// By whom, when it was not the requester.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AccountId>,
}

impl Ticket {
    /// The entry that its history begins with; has the ticket's own id.
    pub fn opened(&self) -> HistoryEntry {
        HistoryEntry {
            id: self.id.to_history(),
            at: self.created_at,
            by: self.opening.by.unwrap_or(self.requester.id),
            change: Change::Created {
                status: self.opening.status,
            },
        }
    }
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
        reason: Option<ForStaff<String>>,
    },
    /// Somebody else works on it now.
    Assigned {
        /// Who did before.
        from: Option<AccountId>,
        /// Who does now.
        to: Option<AccountId>,
    },
    /// It became more or less urgent.
    Priority {
        /// What it was.
        from: Priority,
        /// What it is.
        to: Priority,
    },
    /// It is of another category.
    Category {
        /// What it was.
        from: Category,
        /// What it is.
        to: Category,
    },
    /// It is about something else of the requester's.
    About {
        /// What it was about.
        from: About,
        /// What it is about.
        to: About,
    },
    /// Its tags changed.
    Tags {
        /// New ones.
        added: Vec<Tag>,
        /// Former ones.
        removed: Vec<Tag>,
    },
    /// A service level is nearly or wholly used up.
    Sla {
        /// Which service level.
        level: Level,
        /// Nearly or wholly.
        signal: Signal,
        /// By when it had to be met.
        due_at: Timestamp,
    },
    /// The requester said how it went.
    Rated {
        /// 1 to 5.
        rating: u8,
    },
    /// It was linked with another ticket.
    Linked {
        /// How.
        kind: LinkKind,
        /// With which.
        ticket_id: TicketId,
    },
    /// A link was taken away.
    Unlinked {
        /// How it was linked.
        kind: LinkKind,
        /// With which.
        ticket_id: TicketId,
    },
    /// It went into another ticket.
    MergedInto {
        /// Which.
        ticket_id: TicketId,
    },
    /// Another ticket went into it.
    MergedFrom {
        /// Which.
        ticket_id: TicketId,
        /// How many messages came with it.
        messages: usize,
        /// How many notes came with it.
        notes: usize,
    },
    /// A file was uploaded for it.
    AttachmentAdded {
        /// Which.
        attachment_id: AttachmentId,
        /// Its name.
        file_name: FileName,
    },
    /// A file's bytes were not what it said: nobody gets to see it.
    AttachmentQuarantined {
        /// Which.
        attachment_id: AttachmentId,
        /// Its name.
        file_name: FileName,
        /// What it said it was.
        declared: ContentType,
        /// What its bytes are.
        found: String,
    },
    /// A file was deleted.
    AttachmentRemoved {
        /// Which.
        attachment_id: AttachmentId,
        /// Its name.
        file_name: FileName,
    },
    /// A message of it became another ticket.
    SplitInto {
        /// Which ticket.
        ticket_id: TicketId,
        /// Which message.
        message_id: MessageId,
    },
    /// It was opened from a message of another ticket.
    SplitFrom {
        /// Which ticket.
        ticket_id: TicketId,
        /// Which message.
        message_id: MessageId,
    },
}
