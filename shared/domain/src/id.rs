//! Typed ids, so that a ticket's id is never taken for a message's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self { Self(value) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::try_parse(text).map(Self) }
        }
    )*};
}

ids! {
    /// A person who can sign in: student, customer, tutor or staff.
    AccountId
    /// A support ticket.
    TicketId
    /// A public reply or an internal note of a ticket.
    MessageId
    /// An entry of a ticket's or an account's history.
    HistoryId
    /// One outbox item.
    EffectId
    /// A file that somebody attached.
    AttachmentId
    /// An appointment that a ticket may be about.
    AppointmentId
    /// An order that a ticket may be about.
    OrderId
    /// A site that a ticket may be about.
    SiteId
    /// A reply template.
    TemplateId
    /// An endpoint of outgoing webhooks.
    WebhookId
    /// Many certificates issued from one list.
    BulkId
    /// A certificate's page before there is the certificate.
    PreviewId
    /// What the bell shows somebody.
    NotificationId
    /// A link by which somebody chooses a password.
    InvitationId
}

impl TicketId {
    /// The id of the first entry of the ticket's history.
    pub fn to_history(self) -> HistoryId {
        HistoryId(self.0)
    }
}

impl AccountId {
    /// The product itself: who did what nobody did. No account has this id.
    pub const SYSTEM: Self = Self(Uuid::nil());
}
