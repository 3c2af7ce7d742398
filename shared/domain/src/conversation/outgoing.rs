//! What goes out to a phone: within 24 hours of its last message anything, later an approved template only.

use crate::ticket::{Decision, RequesterKind, Ticket};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long after a phone's last message free texts may be sent to it: the provider's rule.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// The approved template that carries a reply outside the window: `Hello {{1}}, our support team has replied on ticket
/// {{2}}: {{3}}`.
pub const REPLY_TEMPLATE: &str = "support_reply";

/// The approved template that asks to go on with a conversation: `Hello {{1}}, we have news on your support ticket {{2}}:
/// {{3}} Answer this message to go on.`
const UPDATE_TEMPLATE: &str = "support_update";

/// The approved template that says, outside the window, that a ticket is resolved: `Hello {{1}}, about your support ticket
/// {{2}}: {{3}}`.
pub const RESOLVED_TEMPLATE: &str = "support_resolved";

/// The templates that a reply may name. Each takes the requester's name, the ticket's number and the reply in one line.
pub const APPROVED_TEMPLATES: [&str; 2] = [REPLY_TEMPLATE, UPDATE_TEMPLATE];

/// The longest free text of a message: the provider's limit, which it states in characters. Longer ones are refused before
/// anything is stored, because staff would see as said what was not.
pub const LONGEST_TEXT: usize = 4096;

/// The longest reply within a template: what is left of the 1,024 characters of its whole text beside its own words, a name
/// of 120 characters and a ticket's number.
pub const LONGEST_IN_TEMPLATE: usize = 800;

/// Whether a text has at most so many characters.
pub fn fits(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_none()
}

/// The approved template of this name.
pub fn approved_template(name: &str) -> Option<&'static str> {
    APPROVED_TEMPLATES.into_iter().find(|known| *known == name)
}

/// Whether free texts may be sent at `now` to a phone that last wrote at `last_inbound`.
pub fn window_is_open(last_inbound: Option<Timestamp>, now: Timestamp) -> bool {
    last_inbound.is_some_and(|last| now.duration_since(last) < WINDOW)
}

/// How far a message has come on its way to a phone. A later one never gives way to an earlier one, in whatever order they
/// are told; having arrived outweighs having failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be sent.
    Queued,
    /// The provider took it.
    Sent,
    /// The provider gave it up.
    Failed,
    /// It is on the phone.
    Delivered,
    /// It was looked at.
    Read,
}

impl DeliveryState {
    /// Every state, in order.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Sent,
        Self::Failed,
        Self::Delivered,
        Self::Read,
    ];

    /// The state as it stands in items and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }

    /// The states that give way to this one.
    pub fn earlier(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other < self)
    }
}

/// A ticket's public message on its way to a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The approved template that it goes out with; a free text otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// How far it has come.
    pub state: DeliveryState,
    /// Since when.
    pub at: Timestamp,
    /// The provider's code of the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Outgoing {
    /// A message that was decided at `now`.
    pub fn queued(template: Option<String>, now: Timestamp) -> Self {
        Self {
            template,
            state: DeliveryState::Queued,
            at: now,
            error: None,
        }
    }
}

impl Ticket {
    /// Whether a free text may be sent at `now` to whoever asks: always where they are not reached by phone, else within
    /// the window that their last message opened, in this ticket or, as `chat_inbound` says, elsewhere in the chat.
    pub fn takes_free_text(&self, chat_inbound: Option<Timestamp>, now: Timestamp) -> bool {
        match self.requester.kind {
            RequesterKind::Student | RequesterKind::Customer => true,
            RequesterKind::Phone => {
                window_is_open(self.last_customer_message_at.max(chat_inbound), now)
            }
        }
    }
}

impl Decision {
    /// Sets when the requester wrote, by the provider's clock: a message that was long on its way opened its window when
    /// it was written, and an event beside the conversation (`None`) opens none. `before` is when they had last written
    /// until then.
    #[must_use]
    pub fn written_at(mut self, before: Option<Timestamp>, at: Option<Timestamp>) -> Self {
        self.ticket.last_customer_message_at = before.max(at);
        self
    }

    /// Has the message go out to the phone with an approved template.
    #[must_use]
    pub fn by_template(mut self, template: &'static str) -> Self {
        let message = self.message.as_mut();
        if let Some(outgoing) = message.and_then(|message| message.whatsapp.as_mut()) {
            outgoing.template = Some(template.to_owned());
        }
        self
    }
}
