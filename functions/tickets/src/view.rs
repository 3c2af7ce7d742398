//! What is shown of a ticket, and to whom.
//!
//! A requester's view is made from types that hold nothing internal; staff's view adds the rest.

use crate::{attachments::FileView, belongings::Context, levels::SlaView};
use jiff::Timestamp;
use registrar_domain::{
    actor::Actor,
    conversation::Outgoing,
    id::{AccountId, AppointmentId, MessageId, OrderId, SiteId, TicketId},
    profile::{Profile, Side},
    ticket::{
        Category, HistoryEntry, Link, LinkKind, Message, Note, Priority, Requester, Sender, Stars,
        Status, Ticket,
    },
    triage::Suggestion,
    value::{Description, MessageBody, PersonName, Phone, RatingComment, Subject, Tag},
};
use registrar_store::tickets::{Conversation, Internals};
use serde::Serialize;

/// A ticket as it is shown: the members of every document that asks for it.
#[derive(Debug, Serialize)]
pub(crate) struct TicketView<'a> {
    id: TicketId,
    /// The same as `id`: what clients of the chat documents read.
    ticket_id: TicketId,
    ticket_number: &'a str,
    requester: &'a Requester,
    /// The requester's account; null for a phone number that no account has.
    student_id: Option<AccountId>,
    /// The same as `student_id`.
    user_id: Option<AccountId>,
    phone_number: Option<&'a Phone>,
    sender_name: &'a PersonName,
    subject: &'a Subject,
    description: &'a Description,
    /// The same as `description`.
    issue_description: &'a Description,
    category: &'a Category,
    /// Absent where the profile hides it from requesters.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    status: Status,
    /// Whether somebody works on it: what a requester may know where staff stays unnamed.
    is_assigned: bool,
    assigned_to: Option<AccountId>,
    /// The same as `assigned_to`.
    assigned_admin_id: Option<AccountId>,
    /// The same as `assigned_to`.
    assigned_to_admin_id: Option<AccountId>,
    assigned_at: Option<Timestamp>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a [Tag]>,
    links: Vec<&'a Link>,
    appointment_id: Option<AppointmentId>,
    order_id: Option<OrderId>,
    site_id: Option<SiteId>,
    /// What was attached when it was opened.
    attachments: Vec<FileView<'a>>,
    message_count: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
    first_response_at: Option<Timestamp>,
    last_customer_message_at: Option<Timestamp>,
    last_staff_message_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    resolved_by: Option<AccountId>,
    closed_at: Option<Timestamp>,
    customer_satisfaction_rating: Option<Stars>,
    customer_satisfaction_comment: Option<&'a RatingComment>,
    /// Where the person who asks may move it.
    allowed_statuses: &'a [Status],
}

impl<'a> TicketView<'a> {
    /// The ticket as `actor` is shown it.
    pub(crate) fn new(profile: &'a Profile, actor: Actor, ticket: &'a Ticket) -> Self {
        let staff = actor.role.is_staff();
        let named = profile.shows_staff(actor);
        let side = if staff { Side::Staff } else { Side::Requester };
        let assigned_to = ticket.assigned_to.filter(|_| named);
        // A resolver who is the requester is no secret.
        let own = |by: &AccountId| named || *by == ticket.requester.id;
        // A related ticket may be another person's.
        let shown = |link: &&Link| staff || link.kind != LinkKind::Related;
        Self {
            id: ticket.id,
            ticket_id: ticket.id,
            ticket_number: &ticket.number,
            requester: &ticket.requester,
            student_id: ticket.requester.account_id,
            user_id: ticket.requester.account_id,
            phone_number: ticket.requester.phone.as_ref(),
            sender_name: &ticket.requester.name,
            subject: &ticket.subject,
            description: &ticket.description,
            issue_description: &ticket.description,
            category: &ticket.category,
            priority: profile.shown_priority(actor, ticket.priority),
            status: ticket.status,
            is_assigned: ticket.assigned_to.is_some(),
            assigned_to,
            assigned_admin_id: assigned_to,
            assigned_to_admin_id: assigned_to,
            assigned_at: ticket.assigned_at,
            tags: staff.then_some(&ticket.tags),
            links: ticket.links.iter().filter(shown).collect(),
            appointment_id: ticket.appointment_id,
            order_id: ticket.order_id,
            site_id: ticket.site_id,
            attachments: ticket.attachments.iter().map(FileView::from).collect(),
            message_count: ticket.message_count,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            first_response_at: ticket.first_response_at,
            last_customer_message_at: ticket.last_customer_message_at,
            last_staff_message_at: ticket.last_staff_message_at,
            resolved_at: ticket.resolved_at,
            resolved_by: ticket.resolved_by.filter(own),
            closed_at: ticket.closed_at,
            customer_satisfaction_rating: ticket.rating.as_ref().map(|rating| rating.stars),
            customer_satisfaction_comment: ticket
                .rating
                .as_ref()
                .and_then(|rating| rating.comment.as_ref()),
            allowed_statuses: profile.allowed(side, ticket.status),
        }
    }
}

/// A public message or, for staff, an internal note.
#[derive(Debug, Serialize)]
pub(crate) struct MessageView<'a> {
    id: MessageId,
    message_id: MessageId,
    sender_type: Sender,
    /// Null where the profile hides from requesters who on the staff it was.
    author_id: Option<AccountId>,
    author_name: &'a PersonName,
    /// The same as `author_name`.
    sender_name: &'a PersonName,
    message: &'a MessageBody,
    is_internal_note: bool,
    /// The same as `is_internal_note`.
    is_internal: bool,
    /// Whether a model wrote it (checklist P-06).
    ai_generated: bool,
    /// How far it has come on its way to the requester's phone; null when it does not go to one.
    delivery: Option<&'a Outgoing>,
    attachments: Vec<FileView<'a>>,
    created_at: Timestamp,
}

impl<'a> MessageView<'a> {
    /// A message as `actor` is shown it.
    pub(crate) fn new(profile: &'a Profile, actor: Actor, message: &'a Message) -> Self {
        let by_staff = message.sender == Sender::Staff;
        let author_name = if by_staff {
            profile.staff_name(actor, &message.author_name)
        } else {
            &message.author_name
        };
        let named = !by_staff || profile.shows_staff(actor);
        Self {
            id: message.id,
            message_id: message.id,
            sender_type: message.sender,
            author_id: named.then_some(message.author_id),
            author_name,
            sender_name: author_name,
            message: &message.body,
            is_internal_note: false,
            is_internal: false,
            ai_generated: message.sender == Sender::Ai,
            delivery: message.whatsapp.as_ref(),
            attachments: message.attachments.iter().map(FileView::from).collect(),
            created_at: message.created_at,
        }
    }
}

impl MessageView<'_> {
    pub(crate) fn id(&self) -> MessageId {
        self.id
    }
}

impl<'a> From<&'a Note> for MessageView<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            id: note.id,
            message_id: note.id,
            sender_type: if note.author_id == AccountId::SYSTEM {
                Sender::System
            } else {
                Sender::Staff
            },
            author_id: Some(note.author_id),
            author_name: &note.author_name,
            sender_name: &note.author_name,
            message: &note.body,
            is_internal_note: true,
            is_internal: true,
            ai_generated: false,
            delivery: None,
            attachments: note.attachments.iter().map(FileView::from).collect(),
            created_at: note.created_at,
        }
    }
}

/// One ticket with its conversation; `history` for staff only.
#[derive(Debug, Serialize)]
pub(crate) struct ConversationView<'a> {
    #[serde(flatten)]
    ticket: TicketView<'a>,
    #[serde(flatten)]
    context: Context,
    messages: Vec<MessageView<'a>>,
    /// Where older messages go on.
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'a [HistoryEntry]>,
    /// For staff, where the profile has service levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    sla: Option<SlaView<'a>>,
    /// What a first look said, where the profile has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ai: Option<&'a Suggestion>,
}

impl<'a> ConversationView<'a> {
    /// What both sides see; with `internals`, which nobody but staff is given, what was noted at the same time, in the order
    /// in which it was written.
    pub(crate) fn new(
        profile: &'a Profile,
        actor: Actor,
        conversation: &'a Conversation,
        internals: Option<&'a Internals>,
        suggestion: Option<&'a Suggestion>,
        context: Context,
    ) -> Self {
        let message = |message| MessageView::new(profile, actor, message);
        let mut messages: Vec<_> = conversation.messages.iter().map(message).collect();
        if let Some(internals) = internals {
            messages.extend(internals.notes.iter().map(MessageView::from));
            messages.sort_by_key(|message| message.id);
        }
        Self {
            ticket: TicketView::new(profile, actor, &conversation.ticket),
            context,
            messages,
            next_cursor: conversation.next_cursor.as_deref(),
            history: internals.map(|internals| internals.history.as_slice()),
            sla: internals.and(conversation.ticket.kept.sla.as_ref().map(SlaView::from)),
            ai: internals.and(suggestion),
        }
    }
}
