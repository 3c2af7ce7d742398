//! Payloads: `{"type", "timestamp", "data"}`, with the fields that the integrations of old expect in `data`.

use crate::HookDeliveries;
use jiff::Timestamp;
use registrar_domain::{
    account::Account,
    certificate::{Certificate, CertificateId},
    id::{AccountId, HistoryId, MessageId, TicketId},
    ticket::{Change, HistoryEntry, Sender, Ticket},
    visibility::Reader,
    webhook::{Event, What},
};
use registrar_store::StoreError;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The bytes that a payload stays below.
const LARGEST: usize = 20_000;

#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'a str,
    timestamp: Timestamp,
    data: Map<String, Value>,
}

impl HookDeliveries {
    /// The payload of an event as the rows have it now and as `reader` may see it; `None` when there is nothing to tell.
    pub(crate) async fn compose(
        &self,
        event: &Event,
        reader: Reader,
    ) -> Result<Option<String>, StoreError> {
        let at = event.at;
        let data = match &event.what {
            What::TicketCreated {
                ticket_id,
                history_id,
            }
            | What::TicketStatusChanged {
                ticket_id,
                history_id,
            }
            | What::TicketAssigned {
                ticket_id,
                history_id,
            }
            | What::TicketPriorityChanged {
                ticket_id,
                history_id,
            } => self.change(*ticket_id, *history_id, reader).await?,
            What::TicketMessageAdded {
                ticket_id,
                message_id,
            } => self.message(*ticket_id, *message_id).await?,
            What::TicketNoteAdded {
                ticket_id,
                message_id,
            } => self.note(*ticket_id, *message_id, reader).await?,
            What::CertificateIssued { certificate_id } => {
                self.certificate(certificate_id, None).await?
            }
            What::CertificateRevoked { certificate_id } => {
                self.certificate(certificate_id, Some(reader)).await?
            }
            What::Test { test_id } => Some(json!({"test_id": test_id, "timestamp": at})),
        };
        Ok(data.map(|data| payload(event, data)))
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<(Ticket, Value)>, StoreError> {
        let Some(ticket) = self.shell.table.ticket(id).await? else {
            return Ok(None);
        };
        let account = self.shell.table.account(ticket.requester.id).await?;
        let whose = json!({
            "ticket_id": ticket.id,
            "ticket_number": ticket.number,
            "user_id": ticket.requester.id,
            "user_email": account.map(|account| account.email),
        });
        Ok(Some((ticket, whose)))
    }

    async fn change(
        &self,
        id: TicketId,
        entry: HistoryId,
        reader: Reader,
    ) -> Result<Option<Value>, StoreError> {
        let Some((ticket, whose)) = self.ticket(id).await? else {
            return Ok(None);
        };
        let entry = self.shell.table.history_entry(id, entry).await?;
        Ok(entry.and_then(|entry| changed(&ticket, &entry, reader).map(|own| merged(whose, own))))
    }

    async fn message(&self, id: TicketId, message: MessageId) -> Result<Option<Value>, StoreError> {
        let Some((_, whose)) = self.ticket(id).await? else {
            return Ok(None);
        };
        let message = self.shell.table.message(id, message).await?;
        Ok(message.map(|message| {
            let own = said(
                message.id,
                message.author_id,
                message.sender,
                message.body.as_str(),
                message.created_at,
            );
            merged(whose, merged(own, json!({"is_internal": false})))
        }))
    }

    async fn note(
        &self,
        id: TicketId,
        note: MessageId,
        reader: Reader,
    ) -> Result<Option<Value>, StoreError> {
        let Some((_, whose)) = self.ticket(id).await? else {
            return Ok(None);
        };
        let note = self.shell.table.internal_note(id, note).await?;
        let note = note.as_ref().and_then(|note| note.shown_to(reader));
        Ok(note.map(|note| {
            let (by, at) = (note.author_id, note.created_at);
            let sender = if by == AccountId::SYSTEM {
                Sender::System
            } else {
                Sender::Staff
            };
            let own = said(note.id, by, sender, note.body.as_str(), at);
            merged(whose, merged(own, json!({"is_internal": true})))
        }))
    }

    /// A certificate; its revocation beside it for whoever reads of that.
    async fn certificate(
        &self,
        id: &CertificateId,
        revoked: Option<Reader>,
    ) -> Result<Option<Value>, StoreError> {
        let Some(certificate) = self.shell.table.certificate(id).await? else {
            return Ok(None);
        };
        let holder = self.shell.table.account(certificate.student_id).await?;
        let verify_url = format!("{}/verify/{id}", self.shell.verify_base_url);
        let whose = attested(&certificate, holder.as_ref(), &verify_url);
        let Some(reader) = revoked else {
            return Ok(Some(whose));
        };
        Ok(certificate.revocation.map(|revocation| {
            let own = json!({
                "revoked_by": revocation.by,
                "reason": revocation.reason_for(reader),
                "timestamp": revocation.at,
            });
            merged(whose, own)
        }))
    }
}

fn changed(ticket: &Ticket, entry: &HistoryEntry, reader: Reader) -> Option<Value> {
    let (by, at) = (entry.by, entry.at);
    Some(match &entry.change {
        Change::Created { status } => json!({
            "subject": ticket.subject,
            "category": ticket.category,
            "priority": ticket.priority,
            "status": status,
            "created_by": by,
            "created_at": ticket.created_at,
        }),
        Change::Status { from, to, reason } => json!({
            "old_status": from, "new_status": to, "changed_by": by, "timestamp": at,
            "reason": reason.as_ref().and_then(|reason| reason.shown_to(reader)),
        }),
        Change::Assigned { from, to, .. } => json!({
            "old_assigned_to": from, "assigned_to": to, "assigned_by": by, "timestamp": at,
        }),
        Change::Priority { from, to, .. } => json!({
            "old_priority": from, "new_priority": to, "changed_by": by, "timestamp": at,
        }),
        _ => return None,
    })
}

fn said(id: MessageId, by: AccountId, sender: Sender, text: &str, at: Timestamp) -> Value {
    json!({
        "message_id": id, "author_id": by, "sender_role": sender, "message": text, "timestamp": at,
    })
}

fn attested(certificate: &Certificate, holder: Option<&Account>, verify_url: &str) -> Value {
    json!({
        "certificate_id": certificate.id,
        "user_id": certificate.student_id,
        "user_email": holder.map(|holder| &holder.email),
        "holder": certificate.holder,
        "course_name": certificate.course,
        "completion_date": certificate.completion_date,
        "grade": certificate.grade,
        "issued_at": certificate.issued_at,
        "issued_by": certificate.issued_by,
        "expires_on": certificate.expires_on,
        "verify_url": verify_url,
    })
}

/// The members of both.
fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, _) => one,
    }
}

/// The JSON, its message cut where the whole would be larger than a payload may be; `truncated` says so.
fn payload(event: &Event, data: Value) -> String {
    let Value::Object(data) = data else {
        return String::new();
    };
    let mut payload = Payload {
        r#type: event.kind(),
        timestamp: event.at,
        data,
    };
    let write = |payload: &Payload<'_>| {
        serde_json::to_string(payload).expect("texts and JSON values are JSON")
    };
    let mut text = write(&payload);
    while text.len() >= LARGEST {
        let Some(Value::String(message)) = payload.data.get("message") else {
            break;
        };
        // In JSON a character takes up to six times its bytes: cut by the share that is too much, and by at least one.
        let kept = message.len() * LARGEST / (text.len() + 64);
        let kept = kept.min(message.len().saturating_sub(1));
        let cut = message.floor_char_boundary(kept);
        let message = message[..cut].to_owned();
        payload.data.insert("message".to_owned(), message.into());
        payload.data.insert("truncated".to_owned(), true.into());
        text = write(&payload);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            at: "2026-11-21T10:00:00Z".parse().unwrap(),
            what: What::TicketMessageAdded {
                ticket_id: "0193a5e0-0000-7000-8000-000000000001".parse().unwrap(),
                message_id: "0193a5e0-0000-7000-8000-000000000002".parse().unwrap(),
            },
        }
    }

    #[test]
    fn a_payload_has_a_type_a_time_and_data() {
        let text = payload(&event(), json!({"message": "hello"}));
        assert_eq!(
            text,
            r#"{"type":"ticket.message_added","timestamp":"2026-11-21T10:00:00Z","data":{"message":"hello"}}"#
        );
    }

    #[test]
    fn a_payload_is_always_smaller_than_twenty_kilobytes_and_still_json() {
        for character in ["a", "é", "💥", "\u{1}", "\"", "अ"] {
            let text = payload(&event(), json!({"message": character.repeat(5000)}));
            assert!(text.len() < LARGEST, "{character:?}: {}", text.len());
            let read: Value = serde_json::from_str(&text).unwrap();
            let kept = read["data"]["message"].as_str().unwrap();
            assert!(kept.len() >= 2500 && kept.starts_with(character));
            let whole = kept.len() == character.len() * 5000;
            assert_eq!(read["data"]["truncated"].is_null(), whole, "{character:?}");
        }
    }
}
