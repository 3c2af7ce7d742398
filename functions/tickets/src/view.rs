//! What is shown of a ticket, and to whom.
//!
//! A requester's view is made from types that hold nothing internal; staff's view adds the rest.

use jiff::Timestamp;
use registrar_domain::{
    actor::Actor,
    id::{AccountId, MessageId, TicketId},
    page::Page,
    ticket::{Category, HistoryEntry, Message, Note, Priority, Requester, Sender, Status, Ticket},
    value::{Description, MessageBody, PersonName, Subject},
};
use registrar_store::tickets::{Conversation, Internals, TicketRow};
use serde::Serialize;

/// A ticket as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct TicketView<'a> {
    id: TicketId,
    /// The same as `id`: what clients of the chat documents read.
    ticket_id: TicketId,
    ticket_number: &'a str,
    requester: &'a Requester,
    /// The same as `requester.id`.
    student_id: AccountId,
    subject: &'a Subject,
    description: &'a Description,
    category: &'a Category,
    priority: Priority,
    status: Status,
    assigned_to: Option<AccountId>,
    message_count: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
    first_response_at: Option<Timestamp>,
    last_customer_message_at: Option<Timestamp>,
    last_staff_message_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    resolved_by: Option<AccountId>,
    closed_at: Option<Timestamp>,
}

impl<'a> From<&'a Ticket> for TicketView<'a> {
    fn from(ticket: &'a Ticket) -> Self {
        Self {
            id: ticket.id,
            ticket_id: ticket.id,
            ticket_number: &ticket.number,
            requester: &ticket.requester,
            student_id: ticket.requester.id,
            subject: &ticket.subject,
            description: &ticket.description,
            category: &ticket.category,
            priority: ticket.priority,
            status: ticket.status,
            assigned_to: ticket.assigned_to,
            message_count: ticket.message_count,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            first_response_at: ticket.first_response_at,
            last_customer_message_at: ticket.last_customer_message_at,
            last_staff_message_at: ticket.last_staff_message_at,
            resolved_at: ticket.resolved_at,
            resolved_by: ticket.resolved_by,
            closed_at: ticket.closed_at,
        }
    }
}

/// A public message or, for staff, an internal note.
#[derive(Debug, Serialize)]
pub(crate) struct MessageView<'a> {
    id: MessageId,
    message_id: MessageId,
    sender_type: Sender,
    author_id: AccountId,
    author_name: &'a PersonName,
    message: &'a MessageBody,
    is_internal_note: bool,
    created_at: Timestamp,
}

impl<'a> From<&'a Message> for MessageView<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id,
            message_id: message.id,
            sender_type: message.sender,
            author_id: message.author_id,
            author_name: &message.author_name,
            message: &message.body,
            is_internal_note: false,
            created_at: message.created_at,
        }
    }
}

impl<'a> From<&'a Note> for MessageView<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            id: note.id,
            message_id: note.id,
            sender_type: Sender::Staff,
            author_id: note.author_id,
            author_name: &note.author_name,
            message: &note.body,
            is_internal_note: true,
            created_at: note.created_at,
        }
    }
}

/// One ticket with its conversation; `history` for staff only.
#[derive(Debug, Serialize)]
pub(crate) struct ConversationView<'a> {
    #[serde(flatten)]
    ticket: TicketView<'a>,
    messages: Vec<MessageView<'a>>,
    /// Where older messages go on.
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'a [HistoryEntry]>,
}

impl<'a> ConversationView<'a> {
    /// What both sides see.
    pub(crate) fn public(conversation: &'a Conversation) -> Self {
        Self {
            ticket: (&conversation.ticket).into(),
            messages: conversation
                .messages
                .iter()
                .map(MessageView::from)
                .collect(),
            next_cursor: conversation.next_cursor.as_deref(),
            history: None,
        }
    }

    /// With what only staff sees of the same time, in the order in which it was written.
    pub(crate) fn for_staff(conversation: &'a Conversation, internals: &'a Internals) -> Self {
        let mut view = Self::public(conversation);
        view.messages
            .extend(internals.notes.iter().map(MessageView::from));
        view.messages.sort_by_key(|message| message.id);
        view.history = Some(&internals.history);
        view
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    tickets: Vec<RowView>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    ticket_id: TicketId,
    ticket_number: String,
    #[serde(flatten)]
    row: TicketRow,
}

impl From<Page<TicketRow>> for ListView {
    fn from(page: Page<TicketRow>) -> Self {
        let view = |row: TicketRow| RowView {
            ticket_id: row.id,
            ticket_number: row.number.clone(),
            row,
        };
        Self {
            tickets: page.rows.into_iter().map(view).collect(),
            next_cursor: page.next_cursor,
        }
    }
}

/// Whether an actor may see a ticket at all.
pub(crate) fn visible(actor: Actor, ticket: &Ticket) -> bool {
    actor.may_see(ticket.requester.id)
}
