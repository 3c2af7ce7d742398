//! Files that people attach to tickets, messages and notes.
//!
//! ```text
//! begin ──▶ pending ──inspect──▶ visible ──attach──▶ bound to a ticket, a message or a note
//!              │                    └──────────remove──▶ removed
//!              └──not what it says──▶ quarantined
//! ```
//!
//! A client uploads to an address that is good for one object, one size and one type, in the part of the bucket that
//! nobody is served from ([`INCOMING`]) and that S3 empties after a day. [`Attachment::inspect`] looks at the bytes; the object
//! is then copied, as it was when it was looked at, to its own key
//! `ticket-attachments/{ticket_id}/{timestamp}_{filename}`, which no client can write to.
//!
//! A file may be uploaded before its ticket exists: a draft, which only its author knows. It is copied when a ticket or a message
//! takes it. What staff upload is among staff until a public message takes it; what a note takes stays there for ever.

mod attach;
mod begin;
mod content_type;
mod file_name;
mod inspect;
mod received;
mod remove;
mod sniff;
mod text;

pub use attach::{Copy, Placed};
pub use begin::Begin;
pub use content_type::ContentType;
pub use file_name::FileName;
pub use inspect::{Inspected, Stored};
pub use received::Received;
pub use remove::Removed;
pub use sniff::{HEAD_BYTES, sniff};

use crate::{
    actor::Actor,
    id::{AccountId, AttachmentId, MessageId, TicketId},
    ticket::Ticket,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where clients upload to; an object there is served to nobody, and S3 takes it away after a day.
pub const INCOMING: &str = "ticket-attachments/incoming/";
/// Where files stay, each below the id of its ticket.
pub const OBJECTS: &str = "ticket-attachments/";
/// For how long a draft, or an upload that nobody completes, is remembered: no longer than S3 keeps its object.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id; sorts by time.
    pub id: AttachmentId,
    /// Where it belongs, and who may know of it.
    pub place: Place,
    /// Who uploads it.
    pub author_id: AccountId,
    /// Its name.
    pub file_name: FileName,
    /// Its media type: as declared, and once it is visible as its bytes are.
    pub content_type: ContentType,
    /// Its size in bytes.
    pub size: u64,
    /// How it stands.
    pub state: State,
    /// The object's key in the bucket.
    pub object_key: String,
    /// When the upload was begun.
    pub created_at: Timestamp,
    /// When it is forgotten, in seconds since 1970, unless something takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Counts the changes, from 1; 0 for what was never stored.
    pub version: u64,
}

/// Where an attachment belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    /// To no ticket yet: its author alone knows of it.
    Draft {
        /// The author.
        owner: AccountId,
    },
    /// To a ticket.
    Ticket {
        /// Which.
        ticket_id: TicketId,
        /// Who knows of it.
        audience: Audience,
        /// What has taken it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bound: Option<Bound>,
    },
}

/// Who knows of a ticket's attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The requester and staff.
    Everyone,
    /// Staff, by every path.
    Staff,
}

/// What has taken an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Bound {
    /// The ticket, when it was opened.
    Ticket,
    /// A public message.
    Message {
        /// Which.
        message_id: MessageId,
    },
    /// An internal note.
    Note {
        /// Which.
        message_id: MessageId,
    },
}

/// How an attachment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The upload was begun and not completed.
    Pending,
    /// Its bytes are what it says.
    Visible {
        /// The object's `ETag` when its bytes were looked at.
        etag: String,
        /// When that was.
        at: Timestamp,
    },
    /// Its bytes are something else. The object is deleted.
    Quarantined {
        /// What they are.
        found: String,
        /// When they were looked at.
        at: Timestamp,
    },
    /// It was deleted.
    Removed {
        /// By whom.
        by: AccountId,
        /// When.
        at: Timestamp,
    },
}

/// What a message, a note or a ticket knows of its attachment, and what is shown of it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Its id.
    pub id: AttachmentId,
    /// The ticket it was attached to, by whose path it is downloaded; a message that is merged into another ticket keeps it.
    pub ticket_id: TicketId,
    /// Its name.
    pub file_name: FileName,
    /// Its media type.
    pub content_type: ContentType,
    /// Its size in bytes.
    pub size: u64,
}

/// Why something about an attachment is refused. Knows nothing of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not know that it exists.
    #[error("there is no such attachment")]
    NotFound,
    /// A type that the profile does not take.
    #[error("files of this type are not taken; there are: {}", allowed.join(", "))]
    Type {
        /// What is taken.
        allowed: Vec<String>,
    },
    /// A file without bytes, or one larger than the profile takes.
    #[error("a file has 1 to {max} bytes")]
    Size {
        /// The most bytes.
        max: u64,
    },
    /// Its bytes are not of the declared type.
    #[error("the file says it is {declared}, and its bytes are {found}")]
    NotWhatItSays {
        /// What was declared.
        declared: ContentType,
        /// What was found.
        found: String,
    },
    /// More attachments than a message may have.
    #[error("a message or a new ticket takes at most {max} attachments")]
    TooMany {
        /// The most.
        max: usize,
    },
    /// Nothing was uploaded yet.
    #[error("nothing was uploaded yet: send the file to the upload's address, then complete it")]
    NotUploaded,
    /// It is pending.
    #[error("the upload is not completed")]
    Pending,
    /// It is quarantined.
    #[error("the file is in quarantine: its bytes are not what it says")]
    Quarantined,
    /// A message, note or ticket has it already.
    #[error("the attachment is taken already; a file is uploaded once for each message")]
    Taken,
    /// It was deleted.
    #[error("the attachment was deleted")]
    Removed,
    /// Only staff take away what was said.
    #[error("what a message or a ticket has taken is deleted by staff")]
    Forbidden,
    /// One of several to attach is refused.
    #[error("{why}")]
    Unusable {
        /// Which, by its place in the list, from 0.
        index: usize,
        /// Why.
        why: Box<Refusal>,
    },
}

impl From<&Attachment> for AttachmentRef {
    /// Of what a ticket has taken; a draft has no ticket, and the nil id stands for it.
    fn from(attachment: &Attachment) -> Self {
        Self {
            id: attachment.id,
            ticket_id: attachment
                .ticket_id()
                .unwrap_or_else(|| uuid::Uuid::nil().into()),
            file_name: attachment.file_name.clone(),
            content_type: attachment.content_type.clone(),
            size: attachment.size,
        }
    }
}

impl Attachment {
    /// Whether an object of the bucket is this file, as people get it.
    pub fn serves(&self, object_key: &str) -> bool {
        matches!(self.state, State::Visible { .. }) && self.object_key == object_key
    }

    /// The ticket that it belongs to.
    pub fn ticket_id(&self) -> Option<TicketId> {
        match self.place {
            Place::Ticket { ticket_id, .. } => Some(ticket_id),
            Place::Draft { .. } => None,
        }
    }

    /// What has taken it.
    pub fn bound(&self) -> Option<Bound> {
        match self.place {
            Place::Ticket { bound, .. } => bound,
            Place::Draft { .. } => None,
        }
    }

    /// Whether it is forgotten by `now`, even if the table has not swept it yet.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now.as_second())
    }

    /// Checks that there is something to download.
    ///
    /// # Errors
    /// [`Refusal::Pending`], [`Refusal::Quarantined`], [`Refusal::Removed`].
    pub fn downloadable(&self) -> Result<(), Refusal> {
        match self.state {
            State::Visible { .. } => Ok(()),
            State::Pending => Err(Refusal::Pending),
            State::Quarantined { .. } => Err(Refusal::Quarantined),
            State::Removed { .. } => Err(Refusal::Removed),
        }
    }

    /// The key that it has for good: the time with its id's last digits behind it, so that two files of one name and one
    /// millisecond are two objects.
    fn final_key(&self, ticket: TicketId) -> String {
        let id = self.id.to_string();
        let digits = id.bytes().rev().fold(0u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let millis = self.created_at.as_millisecond().rem_euclid(1000);
        format!(
            "ticket-attachments/{ticket}/{}.{millis:03}{:06}Z_{}",
            self.created_at.strftime("%Y%m%dT%H%M%S"),
            digits % 1_000_000,
            self.file_name.in_key()
        )
    }
}

/// On which side of a ticket somebody uploads.
fn audience(actor: Actor, ticket: &Ticket) -> Audience {
    if actor.role.is_staff() && actor.id != ticket.requester.id {
        Audience::Staff
    } else {
        Audience::Everyone
    }
}

#[cfg(test)]
mod tests;
