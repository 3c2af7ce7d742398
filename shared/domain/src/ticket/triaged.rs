//! What a first look does to a ticket (checklist P-04 to P-06): see [`crate::triage`].

use super::{
    Author, Change, Decision, HistoryEntry, Note, Priority, Replied, Reply, Sender, Status, Ticket,
};
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

/// What was done to a ticket that its header does not tell.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Notes among staff.
    pub notes: Vec<Note>,
    /// Its changes.
    pub history: Vec<HistoryEntry>,
}

impl Marks {
    /// Whether somebody other than the requester and the product itself has done something. Opening it for the requester
    /// is not meant.
    fn are_of_people(&self, ticket: &Ticket) -> bool {
        let opened = |entry: &HistoryEntry| match entry.change {
            Change::Created { .. } => true,
            Change::Status { .. }
            | Change::Assigned { .. }
            | Change::Priority { .. }
            | Change::Category { .. }
            | Change::About { .. }
            | Change::Tags { .. }
            | Change::Sla { .. }
            | Change::Rated { .. }
            | Change::Linked { .. }
            | Change::Unlinked { .. }
            | Change::MergedInto { .. }
            | Change::MergedFrom { .. }
            | Change::AttachmentAdded { .. }
            | Change::AttachmentQuarantined { .. }
            | Change::AttachmentRemoved { .. }
            | Change::SplitInto { .. }
            | Change::SplitFrom { .. } => false,
        };
        let of_people = |entry: &HistoryEntry| {
            entry.by != AccountId::SYSTEM && entry.by != ticket.requester.id && !opened(entry)
        };
        let noted = |note: &Note| note.author_id != AccountId::SYSTEM;
        self.notes.iter().any(noted) || self.history.iter().any(of_people)
    }
}

impl Ticket {
    /// Applies a suggestion: nothing to a ticket that somebody has touched, as it says itself or as its `marks` do, else a
    /// priority that nobody set, and where the policy allows the answer, after which the requester has the word.
    pub fn triaged(
        &self,
        profile: &Profile,
        suggestion: &Suggestion,
        policy: Policy,
        marks: &Marks,
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
        if !self.untouched() || marks.are_of_people(self) {
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
            written_at: None,
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
