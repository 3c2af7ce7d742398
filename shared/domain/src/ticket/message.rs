//! What is said in a ticket: public messages, and notes among staff.

use crate::{
    attachment::AttachmentRef,
    conversation::Outgoing,
    id::{AccountId, MessageId},
    value::{MessageBody, PersonName},
    visibility::Reader,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// On whose behalf a public message speaks (checklist T-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The requester.
    Customer,
    /// A member of staff.
    Staff,
    /// The triage model.
    Ai,
    /// The product itself.
    System,
}

/// A public message: both sides see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; sorts by time.
    pub id: MessageId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// Their name when they wrote it.
    pub author_name: PersonName,
    /// For which side.
    pub sender: Sender,
    /// The text.
    pub body: MessageBody,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentRef>,
    /// How far it has come on its way to the requester's phone; absent when it does not go to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp: Option<Outgoing>,
    /// When.
    pub created_at: Timestamp,
}

/// An internal note: staff only, by every path. It is no [`Message`], so nothing that shows messages can show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id; sorts by time.
    pub id: MessageId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// Their name when they wrote it.
    pub author_name: PersonName,
    /// The text.
    pub body: MessageBody,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentRef>,
    /// When.
    pub created_at: Timestamp,
}

impl Note {
    /// The note, for a reader who may see it.
    pub fn shown_to(&self, reader: Reader) -> Option<&Self> {
        match reader {
            Reader::Staff => Some(self),
            Reader::Everyone => None,
        }
    }
}
