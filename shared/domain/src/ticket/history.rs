//! What staff can look up later: every change of a ticket (checklist T-11).

use super::{LinkKind, Priority, Status};
use crate::{
    attachment::{ContentType, FileName},
    id::{AccountId, AttachmentId, HistoryId, MessageId, TicketId},
    sla::{Level, Signal},
    value::Tag,
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
