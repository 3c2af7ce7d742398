//! Support tickets.
//!
//! A ticket is opened by a requester, answered by staff, and moved between statuses by the profile's table. Every change
//! leaves a history entry for staff. Public replies and internal notes are different types all the way down: a
//! [`Note`] has no path to a requester.
//!
//! | command | who | next state | effects |
//! |---|---|---|---|
//! | [`open`] | requester, or staff for them | the profile's initial status | confirmation to the requester, notice to all staff |
//! | [`Ticket::reply`] | requester, staff | by the profile's table of replies | to the other side |
//! | [`Ticket::note`] | staff | unchanged | none |
//! | [`Ticket::chat_note`] | the product, of what a phone did without saying anything | unchanged | none |
//! | [`Ticket::follow_up`] | requester | a new ticket; this one unchanged, or linked | as [`open`] |
//! | [`Ticket::change_status`] | by the profile's table | the asked one | to the requester, when staff did it |
//! | [`Ticket::assign`] | staff | unchanged | to the assignee, in the product |
//! | [`Ticket::set_priority`], [`Ticket::set_tags`], [`Ticket::amend`] | staff | unchanged | none |
//! | [`Ticket::rate`] | requester, once it is resolved or closed | unchanged | none |
//! | [`Ticket::relate`], [`Ticket::unrelate`] | staff | both unchanged | none |
//! | [`Ticket::merge_into`] | staff, of one requester's tickets | this one closed for ever, the other unchanged | none |
//! | [`Ticket::split`] | staff | a new ticket; this one unchanged | as [`open`] |
//!
//! # What a reply does
//!
//! | profile | staff's | requester's, while it waits for them | requester's, once resolved | requester's, once closed |
//! |---|---|---|---|---|
//! | `edu` | `in_progress` | `in_progress` | `open`, for 7 days; then a linked ticket | a linked ticket |
//! | `chat` | `in_progress` | `in_progress` | a new ticket | a new ticket |
//! | `portal` | `waiting_customer` | `in_progress` | `in_progress` | `in_progress` |
//! | `tutoring` | `in_progress` | `in_progress` | stays resolved | refused |
//!
//! In `portal` requesters may resolve and close; in `tutoring` they may close; elsewhere they move nothing by hand. Staff may
//! always reopen. What staff, the model or the product say on a ticket that is done moves nothing.
//!
//! # What fails, and how
//!
//! A foreign ticket is [`Refusal::NotFound`], before anything else is looked at. A move that the table lacks is
//! [`Refusal::Transition`] with what is allowed instead. A ticket that was merged takes no reply and no move
//! ([`Refusal::Merged`] names where it went). What is so already (the same assignee, priority, tags or link) decides on no
//! change, and nothing is written.

mod about;
mod amend;
mod assign;
mod change_status;
mod files;
mod history;
mod kept;
mod link;
mod merge;
mod message;
mod note;
mod open;
mod rate;
mod refusal;
mod reply;
mod requester;
mod statistics;
mod status;
mod tags;
mod template;
mod triaged;

pub use about::{Appointment, Currency, Order, OrderStatus, Owned, Site};
pub use amend::Amend;
pub use assign::Assignee;
pub use change_status::ChangeStatus;
pub use files::FilesOf;
pub use history::{Change, HistoryEntry, Opening};
pub use kept::{Kept, LastMessage};
pub use link::{Link, LinkKind};
pub use merge::{Said, Split};
pub use message::{Message, Note, Sender};
pub use open::{About, Open, open};
pub use rate::{Rating, Stars};
pub use refusal::Refusal;
pub use reply::{Replied, Reply};
pub use requester::{Author, Requester, RequesterKind};
pub use statistics::{Alerts, Statistics, Tally};
pub use status::{Category, Priority, Status};
pub use tags::MOST_TAGS;
pub use template::{MOST_TEMPLATES, ReplyTemplate};
pub use triaged::{Marks, Triaged};

use crate::{
    actor::Actor,
    attachment::{AttachmentRef, Placed},
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::{AccountId, AppointmentId, OrderId, SiteId, TemplateId, TicketId},
    value::{Description, Subject, Tag},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket's header: everything but its messages, notes and history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The number that people say, such as `TKT-20261121-0001`.
    pub number: String,
    /// Who asks.
    pub requester: Requester,
    /// What it is about.
    pub subject: Subject,
    /// The whole of it.
    pub description: Description,
    /// Its category, one of the profile's.
    pub category: Category,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<AccountId>,
    /// When they were assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_at: Option<Timestamp>,
    /// What staff mark it with, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Other tickets that it belongs with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The requester's appointment that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<AppointmentId>,
    /// The requester's order that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// The requester's site that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
    /// How the requester found it, once it was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What was attached when it was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentRef>,
    /// Files that came with what was merged into it, or that it was split out with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files_of: Vec<FilesOf>,
    /// How many public messages it has.
    pub message_count: u32,
    /// How it was opened: what its history begins with.
    pub opening: Opening,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// When staff first replied publicly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_at: Option<Timestamp>,
    /// When the requester last wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_customer_message_at: Option<Timestamp>,
    /// When staff last wrote publicly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_staff_message_at: Option<Timestamp>,
    /// When it was resolved; absent again once it is reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Who resolved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<AccountId>,
    /// When it was closed; absent again once it is reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// What the store adds for lists and statistics; commands hand it on as it is.
    #[serde(default)]
    pub kept: Kept,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// What a command decided: all of it is committed, or none.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The next header.
    pub ticket: Ticket,
    /// A public message to add.
    pub message: Option<Message>,
    /// An internal note to add.
    pub note: Option<Note>,
    /// The template that the message was made from.
    pub template: Option<TemplateId>,
    /// What came with a merged ticket.
    pub arrived: Said,
    /// What to remember.
    pub history: Vec<HistoryEntry>,
    /// What is attached by it, see [`Decision::attach`].
    pub attachments: Vec<Placed>,
    /// What must follow.
    pub effects: Vec<Effect>,
}

impl Decision {
    pub(crate) fn of(ticket: Ticket) -> Self {
        Self {
            ticket,
            message: None,
            note: None,
            template: None,
            arrived: Said::default(),
            history: Vec::new(),
            attachments: Vec::new(),
            effects: Vec::new(),
        }
    }
}

impl Ticket {
    /// A history entry of this moment.
    fn entry(change: Change, by: AccountId, moment: Moment<'_>) -> HistoryEntry {
        HistoryEntry {
            id: moment.id(),
            at: moment.now,
            by,
            change,
        }
    }

    /// Refuses everybody but staff; a foreign ticket is as good as absent.
    fn staff_only(&self, actor: Actor) -> Result<(), Refusal> {
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        if actor.role.is_staff() {
            Ok(())
        } else {
            Err(Refusal::Forbidden("this is for staff"))
        }
    }

    /// Telling the requester, by the way that reaches them: a chat is answered in the chat.
    fn tell_requester(&self, fact: Fact) -> Effect {
        Effect::Deliver(Delivery {
            person: self.requester.id,
            channel: match self.requester.kind {
                RequesterKind::Student | RequesterKind::Customer => Channel::Email,
                RequesterKind::Phone => Channel::Whatsapp,
            },
            fact,
        })
    }

    /// The next header after a change at `now`.
    fn touched(&self, now: Timestamp) -> Self {
        Self {
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Moves to `to` and keeps the time stamps of T-08 true.
    fn moved(&mut self, to: Status, by: AccountId, now: Timestamp) {
        self.status = to;
        match to {
            Status::Resolved => {
                self.resolved_at = Some(now);
                self.resolved_by = Some(by);
                self.closed_at = None;
            }
            Status::Closed => self.closed_at = Some(now),
            Status::New
            | Status::Open
            | Status::InProgress
            | Status::WaitingCustomer
            | Status::WaitingAi => {
                self.resolved_at = None;
                self.resolved_by = None;
                self.closed_at = None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
