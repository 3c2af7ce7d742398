//! What a ticket's header carries for lists and statistics. Commands hand it on as it is; the store keeps it true.

use super::{Decision, Message, Sender, Tally, Ticket};
use crate::{id::AccountId, sla::Sla};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most characters of a snippet.
const SNIPPET: usize = 80;

/// What the store adds to a header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What the statistics have counted of this ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Tally>,
    /// The newest public message; the description before there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<LastMessage>,
    /// Its service levels, where the profile has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Sla>,
    /// In whose load it counts: whoever works on it, until it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_of: Option<AccountId>,
}

/// The newest public message, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: AccountId,
    /// For which side.
    pub sender: Sender,
    /// Its beginning: at most 80 characters, white space folded.
    pub snippet: String,
}

impl LastMessage {
    /// From the message that was added.
    pub fn of(message: &Message) -> Self {
        Self {
            at: message.created_at,
            by: message.author_id,
            sender: message.sender,
            snippet: snippet(message.body.as_str()),
        }
    }

    /// From the description, which is the requester's first word.
    pub fn of_description(ticket: &Ticket) -> Self {
        Self {
            at: ticket.created_at,
            by: ticket.requester.id,
            sender: Sender::Customer,
            snippet: snippet(ticket.description.as_str()),
        }
    }
}

impl Decision {
    /// The newest public message once this is committed, from what the ticket has and what comes to it.
    pub fn last_message(&self) -> LastMessage {
        let ticket = &self.ticket;
        if let Some(message) = &self.message {
            // What came last, also when something that was written later is there already: nobody has read it.
            return LastMessage {
                at: ticket.updated_at,
                ..LastMessage::of(message)
            };
        }
        let had = ticket.kept.last_message.clone();
        let had = had.unwrap_or_else(|| LastMessage::of_description(ticket));
        let arrived = self.arrived.messages.iter().map(LastMessage::of);
        let newer = |newest: LastMessage, next: LastMessage| {
            if next.at > newest.at { next } else { newest }
        };
        arrived.fold(had, newer)
    }
}

impl Ticket {
    /// Counts a public message that was said at `at`: the one place where the header learns of one.
    pub(super) fn counts(&mut self, sender: Sender, at: Timestamp) {
        self.message_count = self.message_count.saturating_add(1);
        let last = match sender {
            Sender::Staff => &mut self.last_staff_message_at,
            Sender::Customer => &mut self.last_customer_message_at,
            Sender::Ai | Sender::System => return,
        };
        *last = (*last).max(Some(at));
    }
}

fn snippet(text: &str) -> String {
    let mut folded = String::new();
    let mut left = SNIPPET;
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            if left < 2 {
                break;
            }
            folded.push(' ');
            left -= 1;
        }
        let before = folded.len();
        folded.extend(word.chars().take(left));
        left -= folded[before..].chars().count();
        if left == 0 {
            break;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_one_line_of_at_most_eighty_characters() {
        assert_eq!(snippet("  first\n\nsecond\tline "), "first second line");
        let long = "é".repeat(500);
        assert_eq!(snippet(&long).chars().count(), 80);
        let words = "word ".repeat(100);
        assert!(snippet(&words).chars().count() <= 80 && !snippet(&words).ends_with(' '));
    }
}
