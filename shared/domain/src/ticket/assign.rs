//! Who works on a ticket, and how urgent it is (checklist T-09, T-10, T-11).

use super::{Change, Decision, HistoryEntry, Priority, Refusal, Ticket};
use crate::{
    account::Account,
    actor::Actor,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::AccountId,
};

/// A member of staff, as the only kind of person that a ticket is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignee(AccountId);

impl Assignee {
    /// Takes an account that is staff's.
    ///
    /// # Errors
    /// [`Refusal::NotStaff`].
    pub fn of(account: &Account) -> Result<Self, Refusal> {
        if account.is_staff() {
            Ok(Self(account.id))
        } else {
            Err(Refusal::NotStaff)
        }
    }

    /// Their account.
    pub fn id(self) -> AccountId {
        self.0
    }
}

impl Ticket {
    /// Assigns, reassigns or, with `None`, unassigns. To whom it is assigned already changes nothing. Whoever gets it from
    /// somebody else is told so in the product.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub fn assign(
        &self,
        actor: Actor,
        assignee: Option<Assignee>,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.staff_only(actor)?;
        let to = assignee.map(Assignee::id);
        if to == self.assigned_to {
            return Ok(Decision::of(self.clone()));
        }
        let mut next = self.touched(moment.now);
        next.assigned_to = to;
        next.assigned_at = to.map(|_| moment.now);
        let change = Change::Assigned {
            from: self.assigned_to,
            to,
        };
        let entry = Self::entry(change, actor.id, moment);
        let told = to.and_then(|to| self.tell_assignee(to, &entry));
        Ok(Decision {
            history: vec![entry],
            effects: told.into_iter().collect(),
            ..Decision::of(next)
        })
    }

    /// Telling whoever has it now, unless they took it themselves.
    pub(crate) fn tell_assignee(&self, to: AccountId, entry: &HistoryEntry) -> Option<Effect> {
        let told = Effect::Deliver(Delivery {
            person: to,
            channel: Channel::InApp,
            fact: Fact::TicketAssigned {
                ticket_id: self.id,
                history_id: entry.id,
            },
        });
        (entry.by != to).then_some(told)
    }

    /// Staff say how urgent it is. What it is already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub fn set_priority(
        &self,
        actor: Actor,
        priority: Priority,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.staff_only(actor)?;
        if priority == self.priority {
            return Ok(Decision::of(self.clone()));
        }
        let mut next = self.touched(moment.now);
        next.priority = priority;
        let change = Change::Priority {
            from: self.priority,
            to: priority,
        };
        Ok(Decision {
            history: vec![Self::entry(change, actor.id, moment)],
            ..Decision::of(next)
        })
    }
}
