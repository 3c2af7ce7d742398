//! Chat by `WhatsApp`: what a phone said, where its conversation stands, and what goes out to it.
//!
//! | state | what was said | what follows | next state |
//! |---|---|---|---|
//! | any | a choice of the menu other than chat support, from the menu itself | its answer | menu |
//! | any | the choice "chat support", from the menu itself | the prompt | chat support |
//! | any | the word "menu" | the menu | menu |
//! | menu | a choice of the menu, by number or words | as above | as above |
//! | menu | anything else | the menu | menu |
//! | chat support, no ticket yet | anything | a ticket is opened | chat support |
//! | chat support, with a ticket | anything | appended to the ticket | chat support |
//!
//! Anything is said in some words: a place, a contact, an order or the answers of a form in those that stand for it, a file
//! by its name, and what the provider does not pass on, or we do not know, by a line that says so ([`Content::Shown`]).
//!
//! What is no utterance ([`Content::is_aside`]) is never answered, opens no window and moves no state:
//!
//! | event | what follows, where a ticket is known | otherwise |
//! |---|---|---|
//! | other words for a message | appended to the ticket in which that was said, marked as edited; what was said stays | chat support without a ticket: it is opened; else nothing |
//! | a message taken back | a note for staff in the ticket in which it was said; what was said stays | nothing |
//! | a reaction, or its removal | a note for staff: it moves and answers nothing, and may be the answer to a question | nothing |
//! | a change of number or id | a note for staff: replies to the old one may fail | nothing |
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
//! no key holds a number; it is the same for all numbers that reach the phone, and the last that the provider told is written
//! to. Where the provider tells no number, it is known by a digest of its user id ([`Party`]). Once a message tells both,
//! the two are one: the chat goes on under the number ([`Conversation::joined`]), and who writes with the id alone finds it.

mod inbound;
mod menu;
mod outgoing;
mod party;
#[cfg(test)]
mod tests;

pub use inbound::{Content, Inbound, Incoming, MediaRef, Report, WhatsappId};
pub use menu::{Choice, Prompt};
pub use outgoing::{
    APPROVED_TEMPLATES, DeliveryState, LONGEST_IN_TEMPLATE, LONGEST_TEXT, Outgoing, REPLY_TEMPLATE,
    RESOLVED_TEMPLATE, WINDOW, approved_template, fits, window_is_open,
};
pub use party::{Party, UserId};

use crate::{
    id::{AccountId, TicketId},
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
    /// Whom it is with.
    pub with: Party,
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
    /// Staff read this in a ticket, and nobody is told.
    Note(TicketId, String),
}

/// The id of whoever has a phone, as far as no account is known to have it.
pub fn contact_id(phone: &Phone) -> AccountId {
    Party::from(phone.clone()).contact()
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
            (State::Menu, Content::Media { .. } | Content::Shown { .. }) => Step::Say(Prompt::Menu),
            (
                State::ChatSupport,
                Content::Text { .. } | Content::Media { .. } | Content::Shown { .. },
            ) => next.said(inbound.content.words()),
            // Nobody hears these here: see `aside`.
            (
                _,
                Content::Edited { .. }
                | Content::Revoked { .. }
                | Content::Reaction { .. }
                | Content::System { .. },
            ) => Step::Nothing,
        };
        (next, step)
    }

    /// What follows from an event beside the conversation ([`Content::is_aside`]). `said_in` is the ticket in which the
    /// message was said that it is about. How the conversation stands is left as it is.
    pub fn aside(before: Option<&Self>, content: &Content, said_in: Option<TicketId>) -> Step {
        let Some(before) = before else {
            return Step::Nothing;
        };
        let in_support = before.state == State::ChatSupport;
        let ticket = said_in.or(before.ticket_id.filter(|_| in_support));
        match (ticket, content) {
            (Some(ticket), Content::Edited { .. }) => Step::Append(ticket, content.words()),
            // It came before the message that it is about.
            (None, Content::Edited { .. }) if in_support => Step::Open(content.words()),
            (
                Some(ticket),
                Content::Revoked { .. } | Content::Reaction { .. } | Content::System { .. },
            ) => Step::Note(ticket, content.words()),
            (
                _,
                Content::Edited { .. }
                | Content::Revoked { .. }
                | Content::Reaction { .. }
                | Content::System { .. }
                | Content::Text { .. }
                | Content::Choice { .. }
                | Content::Media { .. }
                | Content::Shown { .. },
            ) => Step::Nothing,
        }
    }

    /// The chat of a number and the chat of the user id that turned out to be the same person's, as it goes on under the
    /// number: as the one that talks to the support team, or else was used last, with the other's ticket where that one has
    /// none. Version 0 where the number had no chat yet.
    pub fn joined(of_phone: Option<Self>, of_user: Self) -> Self {
        let Some(of_phone) = of_phone else {
            return Self {
                version: 0,
                ..of_user
            };
        };
        let leads = |chat: &Self| (chat.state == State::ChatSupport, chat.last_inbound_at);
        let version = of_phone.version;
        let (other, leading) = if leads(&of_user) > leads(&of_phone) {
            (of_phone, of_user)
        } else {
            (of_user, of_phone)
        };
        Self {
            with: other.with.known_as(&leading.with),
            ticket_id: leading.ticket_id.or(other.ticket_id),
            last_inbound_at: leading.last_inbound_at.max(other.last_inbound_at),
            version,
            ..leading
        }
    }

    /// The same conversation, going on with another ticket.
    #[must_use]
    pub fn going_on_with(&self, ticket: Option<TicketId>) -> Self {
        Self {
            ticket_id: ticket.or(self.ticket_id),
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The conversation after a chat channel opened `ticket` for the phone: what it writes next is said there.
    pub fn opened(
        before: Option<&Self>,
        with: &Party,
        name: PersonName,
        ticket: TicketId,
        now: Timestamp,
    ) -> Self {
        Self {
            with: before.map_or_else(|| with.clone(), |before| before.with.known_as(with)),
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
                with: inbound.from.clone(),
                name: inbound.name_or_phone(),
                state: State::Menu,
                ticket_id: None,
                last_inbound_at: inbound.sent_at,
                version: 1,
            },
            Some(before) => Self {
                with: before.with.known_as(&inbound.from),
                name: inbound.name.clone().unwrap_or_else(|| before.name.clone()),
                // Messages may come in any order: the window never moves back.
                last_inbound_at: before.last_inbound_at.max(inbound.sent_at),
                version: before.version + 1,
                ..before.clone()
            },
        }
    }

    fn said(&self, words: String) -> Step {
        match self.ticket_id {
            Some(ticket) => Step::Append(ticket, words),
            None => Step::Open(words),
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
