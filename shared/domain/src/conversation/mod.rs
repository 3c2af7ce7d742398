//! Chat by `WhatsApp`: what a phone said, where its conversation stands, and what goes out to it.
//!
//! | state | what was said | what follows | next state |
//! |---|---|---|---|
//! | any | a choice of the menu other than chat support, from the menu itself | its answer | menu |
//! | any | the choice "chat support", from the menu itself | the prompt | chat support |
//! | any | the word "menu" | the menu | menu |
//! | menu | a choice of the menu, by number or words | as above | as above |
//! | menu | anything else | the menu | menu |
//! | chat support, no ticket yet | anything with words or a file | a ticket is opened | chat support |
//! | chat support, with a ticket | anything with words or a file | appended to the ticket | chat support |
//! | chat support | something that cannot be shown (a reaction, a sticker) | nothing | chat support |
//!
//! A ticket that a chat channel opens for the phone (`/api/support`) is what its chat goes on with, from whatever state.
//!
//! Messages stand in a ticket in the order in which the phone wrote them, by the provider's clock, whatever order they come
//! in: a queue keeps none, and calls of the provider overtake each other. That clock counts seconds; within one, they stand as
//! they were heard, which for messages of one call is their order. A message that is heard late is shown where it was
//! written, and counts as unread.
//!
//! Whether an appended message finds its ticket open, opens it again or opens another one is the profile's matter
//! ([`crate::ticket::Ticket::reply`]). A conversation is known by its [`contact_id`], a digest of the phone number, so that
//! no key holds a number; it is the same for all numbers that reach the phone, and the last that the provider told is written to.

mod inbound;
mod menu;
mod outgoing;
#[cfg(test)]
mod tests;

pub use inbound::{Content, Inbound, Incoming, MediaRef, Report, WhatsappId};
pub use menu::{Choice, Prompt};
pub use outgoing::{
    APPROVED_TEMPLATES, DeliveryState, Outgoing, REPLY_TEMPLATE, RESOLVED_TEMPLATE, WINDOW,
    approved_template, window_is_open,
};

use crate::{
    id::{AccountId, TicketId},
    ticket::Requester,
    value::{PersonName, Phone},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What is said is taken for a choice of the menu.
    #[default]
    Menu,
    /// What is said goes to the support team.
    ChatSupport,
}

/// What is known of a phone that wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The phone.
    pub phone: Phone,
    /// What its owner calls themselves; the last that was told.
    pub name: PersonName,
    /// Where the conversation stands.
    pub state: State,
    /// The ticket that messages are appended to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<TicketId>,
    /// When the phone last wrote, by the provider's clock: the 24-hour window starts here.
    pub last_inbound_at: Timestamp,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// What a message leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Something is said by the product itself.
    Say(Prompt),
    /// A ticket is opened with this as its first message.
    Open(String),
    /// This is said in the conversation's ticket.
    Append(TicketId, String),
}

/// The id of whoever has a phone, as far as no account is known to have it.
pub fn contact_id(phone: &Phone) -> AccountId {
    Requester::of_phone(phone.clone(), name_of(phone), None).id
}

/// What somebody is called who told no name: their number.
fn name_of(phone: &Phone) -> PersonName {
    PersonName::new(phone.as_str()).expect("a number is a line of text")
}

impl Conversation {
    /// What follows from a message, and how the conversation stands then. Whoever opens a ticket sets its id.
    pub fn receive(before: Option<&Self>, inbound: &Inbound) -> (Self, Step) {
        let mut next = Self::heard(before, inbound);
        let step = match (next.state, &inbound.content) {
            (_, Content::Choice { choice }) => next.chosen(*choice),
            (_, Content::Text { body }) if menu::asks_for_menu(body) => {
                next.state = State::Menu;
                Step::Say(Prompt::Menu)
            }
            (State::Menu, Content::Text { body }) => match Choice::of_text(body) {
                Some(choice) => next.chosen(choice),
                None => Step::Say(Prompt::Menu),
            },
            (State::Menu, Content::Media { .. } | Content::Unsupported) => Step::Say(Prompt::Menu),
            (State::ChatSupport, Content::Unsupported) => Step::Nothing,
            (State::ChatSupport, Content::Text { .. } | Content::Media { .. }) => {
                let said = inbound.content.words();
                match next.ticket_id {
                    Some(ticket) => Step::Append(ticket, said),
                    None => Step::Open(said),
                }
            }
        };
        (next, step)
    }

    /// The conversation after a chat channel opened `ticket` for the phone: what it writes next is said there.
    pub fn opened(
        before: Option<&Self>,
        phone: Phone,
        name: PersonName,
        ticket: TicketId,
        now: Timestamp,
    ) -> Self {
        Self {
            phone,
            name,
            state: State::ChatSupport,
            ticket_id: Some(ticket),
            last_inbound_at: before.map_or(now, |before| before.last_inbound_at.max(now)),
            version: before.map_or(1, |before| before.version + 1),
        }
    }

    /// The conversation with the phone's newest name and time.
    fn heard(before: Option<&Self>, inbound: &Inbound) -> Self {
        match before {
            None => Self {
                phone: inbound.from.clone(),
                name: inbound.name_or_phone(),
                state: State::Menu,
                ticket_id: None,
                last_inbound_at: inbound.sent_at,
                version: 1,
            },
            Some(before) => Self {
                phone: inbound.from.clone(),
                name: inbound.name.clone().unwrap_or_else(|| before.name.clone()),
                // Messages may come in any order: the window never moves back.
                last_inbound_at: before.last_inbound_at.max(inbound.sent_at),
                version: before.version + 1,
                ..before.clone()
            },
        }
    }

    fn chosen(&mut self, choice: Choice) -> Step {
        self.state = match choice {
            Choice::ChatSupport => State::ChatSupport,
            Choice::AskQuestion | Choice::ViewHomework | Choice::MySubscription => State::Menu,
        };
        Step::Say(choice.prompt())
    }
}
