//! What lists show of a ticket; what all indexes project.

use jiff::Timestamp;
use registrar_domain::{
    id::{AccountId, TicketId},
    sla::{Outlook, Sla},
    ticket::{Category, LastMessage, Priority, Requester, Status, Ticket},
    value::Subject,
};
use serde::{Deserialize, Serialize};

/// A ticket in a list. What of it is for staff only is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Its id.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// Who asks.
    pub requester: Requester,
    /// What it is about.
    pub subject: Subject,
    /// Its category.
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
    /// The newest public message, or the beginning of the description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<LastMessage>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How its service levels stand: for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Outlook>,
}

impl From<&Ticket> for TicketRow {
    fn from(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id,
            number: ticket.number.clone(),
            requester: ticket.requester.clone(),
            subject: ticket.subject.clone(),
            category: ticket.category.clone(),
            priority: ticket.priority,
            status: ticket.status,
            assigned_to: ticket.assigned_to,
            message_count: ticket.message_count,
            last_message: ticket.kept.last_message.clone(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            sla: ticket.kept.sla.as_ref().map(Sla::outlook),
        }
    }
}
