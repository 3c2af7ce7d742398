//! What the requester's phone takes now, and `GET /api/admin/support/chats?phone_number=…` (or `whatsapp_user_id=…`): where
//! the chat with a phone stands.

use crate::{Deps, problem::refused};
use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use registrar_domain::{
    conversation::{
        APPROVED_TEMPLATES, Conversation, LONGEST_IN_TEMPLATE, LONGEST_TEXT, Party, REPLY_TEMPLATE,
        State as ChatState, UserId, WINDOW, approved_template, fits, window_is_open,
    },
    id::{AccountId, TicketId},
    ticket::{Author, Refusal, RequesterKind, Ticket},
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
/// one, the reply is a free text, which a phone takes within 24 hours of its last message. Whatever goes to a phone fits
/// into one message there: nothing is cut behind the backs of those who wrote it.
///
/// # Errors
/// 409 `whatsapp_window_closed` once that time is over, with the templates to use; 422 `unknown_whatsapp_template` and
/// `whatsapp_too_long`.
pub(crate) async fn approved(
    Deps {
        shell,
        longest_to_phone,
        ..
    }: &Deps,
    ticket: &Ticket,
    author: &Author,
    template: Option<&str>,
    text: &str,
    now: Timestamp,
) -> Result<Option<&'static str>, Problem> {
    let whole = |text: &str, most: usize| {
        if fits(text, most) {
            Ok(())
        } else {
            Err(refused(&Refusal::TooLongForPhone { most }))
        }
    };
    let to_phone = ticket.requester.kind == RequesterKind::Phone
        && author.role.is_staff()
        && author.id != ticket.requester.id;
    match (template, to_phone) {
        (None, false) => Ok(None),
        (Some(_), false) => Err(unknown_template(
            "only a staff reply to a requester who wrote from a phone goes out with a template",
        )),
        (Some(name), true) => match approved_template(name) {
            Some(template) => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                whole(&line, LONGEST_IN_TEMPLATE).map(|()| Some(template))
            }
            None => Err(unknown_template("this is not an approved template")),
        },
        (None, true) if ticket.takes_free_text(None, now) => {
            whole(text, *longest_to_phone).map(|()| None)
        }
        (None, true) => {
            let chat = match ticket.requester.party() {
                Some(party) => shell.table.chat(party.contact()).await?,
                None => None,
            };
            let last_inbound = chat.map(|chat| chat.last_inbound_at);
            if ticket.takes_free_text(last_inbound, now) {
                whole(text, *longest_to_phone).map(|()| None)
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

/// The longest free text to a phone by the provider that `WHATSAPP_VIA` names; a campaign's text has its own words too.
pub(crate) fn longest(via: Option<&str>) -> Option<usize> {
    match via {
        None | Some("aisensy") => Some(1000),
        Some("cloud") => Some(LONGEST_TEXT),
        Some(_) => None,
    }
}

/// Which chat: by its number, or by the provider's id of who writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    phone_number: Option<Phone>,
    #[serde(default)]
    whatsapp_user_id: Option<UserId>,
}

/// A chat as staff sees it.
#[derive(Debug, Serialize)]
struct ChatView {
    phone_number: Option<Phone>,
    whatsapp_user_id: Option<UserId>,
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
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let party = Party::of(wanted.phone_number, wanted.whatsapp_user_id).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
            .detail("phone_number or whatsapp_user_id must be given")
    })?;
    let (contact, chat) = shell.table.chat_at(party.contact()).await?;
    let Conversation {
        with,
        name,
        state,
        ticket_id,
        last_inbound_at,
        ..
    } = chat.ok_or_else(Problem::not_found)?;
    let student_id = match with.phone() {
        Some(phone) => shell.table.account_by_phone(phone).await?,
        None => None,
    };
    let requester_id = student_id.unwrap_or(contact);
    Ok(Reply::ok(&ChatView {
        phone_number: with.phone().cloned(),
        whatsapp_user_id: with.user_id().cloned(),
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
