//! What happened, named by ids: the payload is composed from the rows when it is sent.

use crate::{
    certificate::{self, CertificateId},
    effect::Effect,
    id::{HistoryId, MessageId, TicketId},
    ticket::{self, Change, HistoryEntry},
    value::ValueError,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an endpoint can ask for; the `type` of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Topic {
    /// A ticket was opened.
    #[serde(rename = "ticket.created")]
    TicketCreated,
    /// A ticket's status moved, by hand or by a reply.
    #[serde(rename = "ticket.status_changed")]
    TicketStatusChanged,
    /// A public message was added; an internal note only where the endpoint opted in.
    #[serde(rename = "ticket.message_added")]
    TicketMessageAdded,
    /// A ticket was assigned, reassigned or unassigned.
    #[serde(rename = "ticket.assigned")]
    TicketAssigned,
    /// A ticket's priority changed.
    #[serde(rename = "ticket.priority_changed")]
    TicketPriorityChanged,
    /// A certificate was issued.
    #[serde(rename = "certificate.issued")]
    CertificateIssued,
    /// A certificate was revoked.
    #[serde(rename = "certificate.revoked")]
    CertificateRevoked,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 7] = [
        Self::TicketCreated,
        Self::TicketStatusChanged,
        Self::TicketMessageAdded,
        Self::TicketAssigned,
        Self::TicketPriorityChanged,
        Self::CertificateIssued,
        Self::CertificateRevoked,
    ];

    /// The topic as it stands in payloads and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TicketCreated => "ticket.created",
            Self::TicketStatusChanged => "ticket.status_changed",
            Self::TicketMessageAdded => "ticket.message_added",
            Self::TicketAssigned => "ticket.assigned",
            Self::TicketPriorityChanged => "ticket.priority_changed",
            Self::CertificateIssued => "certificate.issued",
            Self::CertificateRevoked => "certificate.revoked",
        }
    }
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was decided.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// A ticket was opened.
    TicketCreated {
        /// Which.
        ticket_id: TicketId,
        /// The history entry that says so.
        history_id: HistoryId,
    },
    /// A ticket's status moved.
    TicketStatusChanged {
        /// Of which.
        ticket_id: TicketId,
        /// The history entry that says how.
        history_id: HistoryId,
    },
    /// A ticket has another assignee, or none.
    TicketAssigned {
        /// Which.
        ticket_id: TicketId,
        /// The history entry that says whom.
        history_id: HistoryId,
    },
    /// A ticket's priority changed.
    TicketPriorityChanged {
        /// Of which.
        ticket_id: TicketId,
        /// The history entry that says how.
        history_id: HistoryId,
    },
    /// A public message was added.
    TicketMessageAdded {
        /// To which ticket.
        ticket_id: TicketId,
        /// The message.
        message_id: MessageId,
    },
    /// An internal note was added: the topic is that of messages, the endpoint must have opted in.
    TicketNoteAdded {
        /// To which ticket.
        ticket_id: TicketId,
        /// The note.
        message_id: MessageId,
    },
    /// A certificate was issued.
    CertificateIssued {
        /// Which.
        certificate_id: CertificateId,
    },
    /// A certificate was revoked.
    CertificateRevoked {
        /// Which.
        certificate_id: CertificateId,
    },
    /// Somebody tries an endpoint.
    Test {
        /// This trial.
        test_id: Uuid,
    },
}

/// An event's name: the same for the same event always. It sorts by time, and the header `webhook-id` is `msg_` and it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId(String);

impl EventId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The header `webhook-id`.
    pub fn header(&self) -> String {
        format!("msg_{}", self.0)
    }
}

impl std::str::FromStr for EventId {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let known = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        let formed = text.split_once('_').is_some_and(|(millis, name)| {
            millis.len() == 14
                && millis.bytes().all(|c| c.is_ascii_digit())
                && (1..=80).contains(&name.len())
                && name.bytes().all(known)
        });
        if formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::Form("the id of an event"))
        }
    }
}

impl TryFrom<String> for EventId {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Event {
    /// The event's name.
    pub fn id(&self) -> EventId {
        let name = match &self.what {
            What::TicketCreated { history_id, .. }
            | What::TicketStatusChanged { history_id, .. }
            | What::TicketAssigned { history_id, .. }
            | What::TicketPriorityChanged { history_id, .. } => history_id.to_string(),
            What::TicketMessageAdded { message_id, .. }
            | What::TicketNoteAdded { message_id, .. } => message_id.to_string(),
            What::CertificateIssued { certificate_id } => format!("{certificate_id}-issued"),
            What::CertificateRevoked { certificate_id } => format!("{certificate_id}-revoked"),
            What::Test { test_id } => test_id.to_string(),
        };
        EventId(format!("{:014}_{name}", self.at.as_millisecond()))
    }

    /// What an endpoint must ask for to get it; a trial needs nothing.
    pub fn topic(&self) -> Option<Topic> {
        match &self.what {
            What::TicketCreated { .. } => Some(Topic::TicketCreated),
            What::TicketStatusChanged { .. } => Some(Topic::TicketStatusChanged),
            What::TicketAssigned { .. } => Some(Topic::TicketAssigned),
            What::TicketPriorityChanged { .. } => Some(Topic::TicketPriorityChanged),
            What::TicketMessageAdded { .. } | What::TicketNoteAdded { .. } => {
                Some(Topic::TicketMessageAdded)
            }
            What::CertificateIssued { .. } => Some(Topic::CertificateIssued),
            What::CertificateRevoked { .. } => Some(Topic::CertificateRevoked),
            What::Test { .. } => None,
        }
    }

    /// The `type` of the payload.
    pub fn kind(&self) -> &'static str {
        self.topic().map_or("webhook.test", Topic::code)
    }

    /// What a decision on a ticket tells the world: one event for each history entry that has a topic, one for a message
    /// or a note.
    pub fn of_ticket(decision: &ticket::Decision) -> Vec<Self> {
        let ticket_id = decision.ticket.id;
        let of_entry = |entry: &HistoryEntry| Self::of_entry(ticket_id, entry);
        let message = decision.message.iter().map(|message| Self {
            at: message.created_at,
            what: What::TicketMessageAdded {
                ticket_id,
                message_id: message.id,
            },
        });
        let note = decision.note.iter().map(|note| Self {
            at: note.created_at,
            what: What::TicketNoteAdded {
                ticket_id,
                message_id: note.id,
            },
        });
        let entries = decision.history.iter().filter_map(of_entry);
        entries.chain(message).chain(note).collect()
    }

    fn of_entry(ticket_id: TicketId, entry: &HistoryEntry) -> Option<Self> {
        let history_id = entry.id;
        let what = if let Change::Created { .. } = entry.change {
            What::TicketCreated {
                ticket_id,
                history_id,
            }
        } else if let Change::Status { .. } = entry.change {
            What::TicketStatusChanged {
                ticket_id,
                history_id,
            }
        } else if let Change::Assigned { .. } = entry.change {
            What::TicketAssigned {
                ticket_id,
                history_id,
            }
        } else if let Change::Priority { .. } = entry.change {
            What::TicketPriorityChanged {
                ticket_id,
                history_id,
            }
        } else {
            // Nobody outside asks for tags, links and ratings.
            return None;
        };
        Some(Self { at: entry.at, what })
    }

    /// What a decision on a certificate tells the world.
    pub fn of_certificate(decision: &certificate::Decision) -> Vec<Self> {
        let certificate = &decision.certificate;
        let certificate_id = certificate.id.clone();
        match &certificate.revocation {
            Some(revocation) if decision.revokes() => vec![Self {
                at: revocation.at,
                what: What::CertificateRevoked { certificate_id },
            }],
            None if decision.was.is_none() => vec![Self {
                at: certificate.issued_at,
                what: What::CertificateIssued { certificate_id },
            }],
            Some(_) | None => Vec::new(),
        }
    }
}

/// A decision's effects, and those that tell its events to whoever asked for them.
pub fn with_events(effects: &[Effect], events: Vec<Event>) -> Vec<Effect> {
    let told = events.into_iter().map(|event| Effect::Webhook { event });
    effects.iter().cloned().chain(told).collect()
}

#[cfg(test)]
mod tests;
