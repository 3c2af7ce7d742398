//! What lists show of a ticket; what all indexes project, and how its header is stored beside it.
//!
//! A header has its row as an attribute. What both say (number, requester, subject, times, the newest message) is stored in
//! the row alone, which is a third of an ordinary header: two write units less each time that it is written.

use crate::{
    StoreError,
    keys::Key,
    table::{Item, item},
};
use aws_sdk_dynamodb::types::AttributeValue;
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

/// A header as it is stored beside its row.
pub(crate) fn to_stored(
    key: &Key,
    mut ticket: Ticket,
    row: &TicketRow,
) -> Result<Item, StoreError> {
    ticket.kept.last_message = None;
    let row: Item = serde_dynamo::to_item(row)?;
    let mut stored = item(key, &ticket)?;
    stored.retain(|name, value| row.get(name) != Some(value));
    Ok(stored)
}

/// The header that an item holds.
pub(crate) fn from_stored(mut item: Item) -> Result<Ticket, StoreError> {
    let row = match item.remove("row") {
        Some(AttributeValue::M(row)) => row,
        _ => return Err(StoreError::Corrupt("a ticket has no row".to_owned())),
    };
    let last_message = row.get("last_message").cloned();
    for (name, value) in row {
        item.entry(name).or_insert(value);
    }
    let mut ticket: Ticket = serde_dynamo::from_item(item)?;
    ticket.kept.last_message = last_message
        .map(serde_dynamo::from_attribute_value)
        .transpose()?;
    Ok(ticket)
}
