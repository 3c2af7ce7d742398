//! What a first look does to a ticket (checklist P-04 to P-06): see [`crate::triage`].

use super::{Author, Change, Decision, Priority, Replied, Reply, Sender, Status, Ticket};
use crate::{
    actor::{Actor, Role},
    clock::Moment,
    id::AccountId,
    profile::{Profile, Side},
    triage::{Policy, Suggestion},
    value::{MessageBody, PersonName},
};

/// Under which name the model answers.
const ASSISTANT: &str = "Assistant";

/// What a first look leads to.
#[derive(Clone, Debug)]
pub struct Triaged {
    /// What changes; perhaps nothing but that the suggestion is kept.
    pub decision: Decision,
    /// Whether the suggested answer goes out.
    pub answered: bool,
}

impl Ticket {
    /// Applies a suggestion: nothing to a ticket that somebody has touched, else a priority that nobody set, and where the
    /// policy allows the answer, after which the requester has the word.
    pub fn triaged(
        &self,
        profile: &Profile,
        suggestion: &Suggestion,
        policy: Policy,
        moment: Moment<'_>,
    ) -> Triaged {
        let system = Actor {
            id: AccountId::SYSTEM,
            role: Role::SuperAdmin,
        };
        let mut triaged = Triaged {
            decision: Decision::of(self.clone()),
            answered: false,
        };
        if !self.untouched() {
            return triaged;
        }
        let answer = suggestion.answer(policy);
        if let Some(answered) = answer.and_then(|text| self.answered(profile, text, moment)) {
            triaged = Triaged {
                decision: answered,
                answered: true,
            };
        }
        if self.priority == Priority::Medium
            && let Ok(prioritised) = self.set_priority(system, suggestion.priority, moment)
        {
            if triaged.answered {
                triaged.decision.ticket.priority = prioritised.ticket.priority;
                triaged.decision.history.extend(prioritised.history);
                triaged.decision.effects.extend(prioritised.effects);
            } else {
                triaged.decision = prioritised;
            }
        }
        triaged
    }

    /// Whether nobody has said or done anything since it was opened: a person who comes first wins.
    fn untouched(&self) -> bool {
        let waits = match self.status {
            Status::New | Status::Open | Status::WaitingAi => true,
            Status::InProgress | Status::WaitingCustomer | Status::Resolved | Status::Closed => {
                false
            }
        };
        waits
            && self.message_count == 0
            && self.last_staff_message_at.is_none()
            && self.last_customer_message_at == Some(self.created_at)
            && self.merged_into().is_none()
    }

    /// The answer as a message that is marked as the model's, and the requester's turn where the profile has that.
    fn answered(
        &self,
        profile: &Profile,
        text: &MessageBody,
        moment: Moment<'_>,
    ) -> Option<Decision> {
        let author = Author {
            id: AccountId::SYSTEM,
            name: PersonName::new(ASSISTANT).ok()?,
            role: Role::SuperAdmin,
        };
        let reply = Reply {
            author,
            sender: Sender::Ai,
            body: text.clone(),
        };
        let Ok(Replied::Here(mut decision)) = self.reply(profile, reply, moment) else {
            return None;
        };
        let to = Status::WaitingCustomer;
        if profile.allowed(Side::Staff, self.status).contains(&to) {
            decision.ticket.moved(to, AccountId::SYSTEM, moment.now);
            let change = Change::Status {
                from: self.status,
                to,
                reason: None,
            };
            let entry = Self::entry(change, AccountId::SYSTEM, moment);
            decision.history.push(entry);
        }
        Some(*decision)
    }
}
