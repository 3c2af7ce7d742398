//! What comes in: messages of phones, and reports on what went out to them.
//!
//! These travel on the queue `conversations` as JSON: `{"kind": "messages", "messages": [{"id", "from": {"phone"?, "user_id"?},
//! "name"?, "sent_at", "content": {"type": "text", "body"}}]}` and `{"kind": "report", "effect_key", "message_id", "state", "at", "error"?}`.
//! All messages of one webhook call from one phone travel together, because a queue keeps no order. What looks like a
//! message and cannot be read travels as it came, `{"kind": "unread", "why", "messages"}`, and ends in the dead-letter queue.

use super::{Choice, DeliveryState, Party};
use crate::value::PersonName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that a provider told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Incoming {
    /// One phone wrote, in this order.
    Messages {
        /// At least one, all from the same phone.
        messages: Vec<Inbound>,
    },
    /// Something is known of a message that went out.
    Report(Report),
    /// Messages that nobody can read: for people to look at.
    Unread {
        /// Why; without a word of theirs.
        why: String,
        /// As the provider told them.
        messages: Vec<serde_json::Value>,
    },
}

/// What became of a message that went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The key that went out with it ([`crate::delivery::Delivery::effect_key`]).
    pub effect_key: String,
    /// The provider's id of the message.
    pub message_id: WhatsappId,
    /// What became of it.
    pub state: DeliveryState,
    /// When, by the provider's clock.
    pub at: Timestamp,
    /// The provider's code of the failure, digits only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The provider's id of a message: 1–200 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WhatsappId(String);

impl WhatsappId {
    /// Takes what has the form of an id.
    pub fn new(text: &str) -> Option<Self> {
        let right = (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        right.then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WhatsappId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("must be 1-200 visible ASCII characters")
    }
}

impl From<WhatsappId> for String {
    fn from(id: WhatsappId) -> Self {
        id.0
    }
}

/// A message of a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// The provider's id: the same message always has the same.
    pub id: WhatsappId,
    /// Whose phone.
    pub from: Party,
    /// What its owner calls themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// When it was written, by the provider's clock.
    pub sent_at: Timestamp,
    /// What it says.
    pub content: Content,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text {
        /// Not empty.
        body: String,
    },
    /// A button or list row of the menu.
    Choice {
        /// Which.
        choice: Choice,
    },
    /// A file.
    Media {
        /// Where it can be fetched.
        media: MediaRef,
        /// Words sent along with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Something else that was said, in the words that stand for it: a place, a contact, an order, the answers of a form; or
    /// what says that something cannot be shown. It is no choice of a menu, whatever the words.
    Shown {
        /// Not empty.
        body: String,
    },
    /// Other words for a message of before.
    Edited {
        /// Which.
        original: WhatsappId,
        /// What it says now; not empty.
        body: String,
    },
    /// A message of before was taken back.
    Revoked {
        /// Which.
        original: WhatsappId,
    },
    /// A picture was put to a message, or taken away.
    Reaction {
        /// The picture; none when it was taken away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
    /// The provider itself tells something of the person, such as another number.
    System {
        /// In its words; not empty.
        body: String,
    },
}

/// A file at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRef {
    /// The provider's id of the file.
    pub id: WhatsappId,
    /// What the provider says it is, such as `image/jpeg`.
    pub mime_type: String,
    /// Its name, where the sender gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

impl Content {
    /// Whether it is an event beside the conversation: nobody said anything to us, so nothing is answered and the
    /// provider's window does not open.
    pub fn is_aside(&self) -> bool {
        match self {
            Self::Text { .. } | Self::Choice { .. } | Self::Media { .. } | Self::Shown { .. } => {
                false
            }
            Self::Edited { .. }
            | Self::Revoked { .. }
            | Self::Reaction { .. }
            | Self::System { .. } => true,
        }
    }

    /// The message of before that it is about.
    pub fn original(&self) -> Option<&WhatsappId> {
        match self {
            Self::Edited { original, .. } | Self::Revoked { original } => Some(original),
            Self::Text { .. }
            | Self::Choice { .. }
            | Self::Media { .. }
            | Self::Shown { .. }
            | Self::Reaction { .. }
            | Self::System { .. } => None,
        }
    }

    /// What stands in the ticket for it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Text { body } | Self::Shown { body } => body.clone(),
            Self::Choice { choice } => choice.label().to_owned(),
            Self::Media { media, caption } => match (caption, &media.filename) {
                (Some(caption), _) => caption.clone(),
                (None, Some(name)) => format!("📎 {name}"),
                (None, None) => format!("📎 {}", media.mime_type),
            },
            Self::Edited { body, .. } => format!("✏️ [edited a message] {body}"),
            Self::Revoked { .. } => {
                "🗑️ [deleted a message in WhatsApp; it is kept here]".to_owned()
            }
            Self::Reaction { emoji: Some(emoji) } => format!("[reacted with {emoji}]"),
            Self::Reaction { emoji: None } => "[took a reaction back]".to_owned(),
            Self::System { body } => format!("[WhatsApp: {body}]"),
        }
    }
}

impl Inbound {
    /// What its owner calls themselves, or the phone's number where nothing was told.
    pub(super) fn name_or_phone(&self) -> PersonName {
        self.name.clone().unwrap_or_else(|| self.from.name())
    }
}
