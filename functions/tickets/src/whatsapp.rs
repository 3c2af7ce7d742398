//! What the requester's phone takes now, and `GET /api/admin/support/chats?phone_number=…`: where the chat with a phone
//! stands.

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use registrar_domain::{
    conversation::{
        APPROVED_TEMPLATES, Conversation, REPLY_TEMPLATE, State as ChatState, WINDOW,
        approved_template, contact_id, window_is_open,
    },
    id::{AccountId, TicketId},
    ticket::{Author, RequesterKind, Ticket},
    value::{PersonName, Phone},
};
use registrar_runtime::{
    Shell,
    extract::{Params, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The approved template that a public reply of `author` goes out with, if it names one that goes to a phone. Without
/// one, the reply is a free text, which a phone takes within 24 hours of its last message.
///
/// # Errors
/// 409 `whatsapp_window_closed` once that time is over, with the templates to use; 422 `unknown_whatsapp_template`.
pub(crate) async fn approved(
    shell: &Shell,
    ticket: &Ticket,
    author: &Author,
    template: Option<&str>,
    now: Timestamp,
) -> Result<Option<&'static str>, Problem> {
    let to_phone = ticket.requester.kind == RequesterKind::Phone
        && author.role.is_staff()
        && author.id != ticket.requester.id;
    match (template, to_phone) {
        (None, false) => Ok(None),
        (Some(_), false) => Err(unknown_template(
            "only a staff reply to a requester who wrote from a phone goes out with a template",
        )),
        (Some(name), true) => match approved_template(name) {
            Some(template) => Ok(Some(template)),
            None => Err(unknown_template("this is not an approved template")),
        },
        (None, true) if ticket.takes_free_text(None, now) => Ok(None),
        (None, true) => {
            let chat = match &ticket.requester.phone {
                Some(phone) => shell.table.chat(contact_id(phone)).await?,
                None => None,
            };
            let last_inbound = chat.map(|chat| chat.last_inbound_at);
            if ticket.takes_free_text(last_inbound, now) {
                Ok(None)
            } else {
                Err(window_closed(
                    ticket.last_customer_message_at.max(last_inbound),
                ))
            }
        }
    }
}

fn window_closed(last_inbound: Option<Timestamp>) -> Problem {
    let detail = "the requester last wrote more than 24 hours ago: send the reply again with \"template\", one of the approved templates, or wait until they write";
    Problem::new(StatusCode::CONFLICT, "whatsapp_window_closed")
        .detail(detail)
        .with("template", json!(REPLY_TEMPLATE))
        .with("templates", json!(APPROVED_TEMPLATES))
        .with("last_customer_message_at", json!(last_inbound))
}

fn unknown_template(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unknown_whatsapp_template",
    )
    .detail(detail)
    .field(
        "/template",
        "unknown_whatsapp_template",
        format!("must be one of: {}", APPROVED_TEMPLATES.join(", ")),
    )
    .with("templates", json!(APPROVED_TEMPLATES))
}

/// Which chat.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    phone_number: Phone,
}

/// A chat as staff sees it.
#[derive(Debug, Serialize)]
struct ChatView {
    phone_number: Phone,
    sender_name: PersonName,
    state: ChatState,
    /// The account that has the number, where exactly one has.
    student_id: Option<AccountId>,
    /// Whose tickets to list: the account, or the number's own id.
    requester_id: AccountId,
    tickets: String,
    /// The ticket that the next message is added to, unless it is done by then.
    ticket_id: Option<TicketId>,
    last_customer_message_at: Timestamp,
    /// Until when free texts can be sent.
    window_open_until: Timestamp,
    window_open: bool,
}

#[tracing::instrument(name = "tickets.chat", skip_all)]
pub(crate) async fn chat(
    State(shell): State<Shell>,
    _: Staff,
    Params(Wanted { phone_number }): Params<Wanted>,
) -> ApiResult {
    let contact = contact_id(&phone_number);
    let chat = shell.table.chat(contact).await?;
    let Conversation {
        phone,
        name,
        state,
        ticket_id,
        last_inbound_at,
        ..
    } = chat.ok_or_else(Problem::not_found)?;
    let student_id = shell.table.account_by_phone(&phone).await?;
    let requester_id = student_id.unwrap_or(contact);
    Ok(Reply::ok(&ChatView {
        phone_number: phone,
        sender_name: name,
        state,
        student_id,
        requester_id,
        tickets: format!("/api/admin/support/students/{requester_id}/tickets"),
        ticket_id,
        last_customer_message_at: last_inbound_at,
        window_open_until: last_inbound_at + WINDOW,
        window_open: window_is_open(Some(last_inbound_at), shell.now()),
    }))
}
