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
    let Some(AttributeValue::M(row)) = item.remove("row") else {
        return Err(StoreError::Corrupt("a ticket has no row".to_owned()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::ticket::LastMessage;
    use serde_json::json;

    fn ticket(rest: &serde_json::Value) -> Ticket {
        let mut whole = json!({
            "id": "00000000-0000-7000-8000-000000000001", "number": "TKT-20261121-0001",
            "requester": {"kind": "student", "id": "00000000-0000-7000-8000-000000000002", "name": "Asha Rao"},
            "subject": "No recordings", "description": "They do not appear in my dashboard.",
            "category": "technical", "priority": "high", "status": "new",
            "message_count": 0, "opening": {"status": "new"},
            "created_at": "2026-11-21T10:00:00Z", "updated_at": "2026-11-21T10:00:00Z", "version": 1,
        });
        for (name, value) in rest.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        serde_json::from_value(whole).expect("a ticket")
    }

    #[test]
    fn a_header_is_read_as_it_was_stored_and_says_nothing_twice() {
        let assigned = json!({
            "assigned_to": "00000000-0000-7000-8000-000000000003",
            "resolved_at": "2026-11-21T11:00:00Z", "tags": ["billing"],
        });
        for rest in [json!({}), assigned] {
            let mut ticket = ticket(&rest);
            ticket.kept.last_message = Some(LastMessage::of_description(&ticket));
            let row = TicketRow::from(&ticket);
            let key = crate::keys::ticket(ticket.id);
            let mut stored = to_stored(&key, ticket.clone(), &row).expect("an item");
            for name in [
                "id",
                "number",
                "requester",
                "subject",
                "status",
                "updated_at",
            ] {
                assert!(!stored.contains_key(name), "{name} is in the row already");
            }
            assert!(stored.contains_key("description") && stored.contains_key("version"));
            let row = serde_dynamo::to_item(&row).expect("a row");
            stored.insert("row".to_owned(), AttributeValue::M(row));
            assert_eq!(from_stored(stored).expect("a ticket"), ticket);
        }
    }

    #[test]
    fn a_header_without_its_row_is_corrupt() {
        let key = crate::keys::ticket(ticket(&json!({})).id);
        let item = item(&key, &ticket(&json!({}))).expect("an item");
        assert!(matches!(from_stored(item), Err(StoreError::Corrupt(_))));
    }
}
