//! Public replies.

use super::{Change, Decision, HistoryEntry, Message, Refusal, Sender, Status, Ticket};
use crate::{
    account::Account,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    profile::Profile,
    value::MessageBody,
};
use jiff::SignedDuration;

impl Ticket {
    /// Adds a public reply by `author` and moves the status as the profile says (checklist T-07, T-13).
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Closed`] when the requester's time to reopen is over.
    pub fn reply(
        &self,
        profile: &Profile,
        author: &Account,
        body: MessageBody,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        let actor = author.actor();
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        let from_staff = actor.role.is_staff() && actor.id != self.requester.id;
        let to = if from_staff {
            self.after_staff_reply(profile)
        } else {
            self.after_requester_reply(profile, moment)?
        };

        let mut next = self.touched(moment.now);
        next.message_count += 1;
        if from_staff {
            next.first_response_at.get_or_insert(moment.now);
            next.last_staff_message_at = Some(moment.now);
        } else {
            next.last_customer_message_at = Some(moment.now);
        }
        let mut history = Vec::new();
        if to != self.status {
            next.moved(to, actor.id, moment.now);
            let change = Change::Status {
                from: self.status,
                to,
                reason: None,
            };
            history.push(HistoryEntry {
                id: moment.id(),
                at: moment.now,
                by: actor.id,
                change,
            });
        }
        let message = Message {
            id: moment.id(),
            author_id: author.id,
            author_name: author.name.clone(),
            sender: if from_staff {
                Sender::Staff
            } else {
                Sender::Customer
            },
            body,
            created_at: moment.now,
        };
        let fact = Fact::TicketReplied {
            ticket_id: self.id,
            message_id: message.id,
        };
        let effect = if from_staff {
            Effect::Deliver(Delivery {
                person: self.requester.id,
                channel: Channel::Email,
                fact,
            })
        } else {
            Effect::DeliverToStaff { fact }
        };
        Ok(Decision {
            message: Some(message),
            history,
            effects: vec![effect],
            ..Decision::of(next)
        })
    }

    fn after_staff_reply(&self, profile: &Profile) -> Status {
        match self.status {
            Status::New
            | Status::Open
            | Status::InProgress
            | Status::WaitingCustomer
            | Status::WaitingAi => profile.status_after_staff_reply,
            // What is done stays done: staff may add a word without reopening.
            Status::Resolved | Status::Closed => self.status,
        }
    }

    fn after_requester_reply(
        &self,
        profile: &Profile,
        moment: Moment<'_>,
    ) -> Result<Status, Refusal> {
        match self.status {
            Status::WaitingCustomer => Ok(profile.status_after_requester_reply),
            Status::New | Status::Open | Status::InProgress | Status::WaitingAi => Ok(self.status),
            Status::Resolved => {
                let window = SignedDuration::from_hours(24 * profile.reopen_within_days);
                let resolved_at = self.resolved_at.unwrap_or(self.updated_at);
                if moment.now.duration_since(resolved_at) <= window {
                    Ok(Status::Open)
                } else {
                    Err(Refusal::Closed)
                }
            }
            Status::Closed => Err(Refusal::Closed),
        }
    }
}
