//! Who works on a ticket, and how urgent it is (checklist T-09, T-10, T-11).

use super::{Change, Decision, Priority, Refusal, Ticket};
use crate::{
    account::Account,
    actor::{Actor, Role},
    clock::Moment,
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
        match account.role {
            Role::Admin | Role::SuperAdmin => Ok(Self(account.id)),
            Role::Student | Role::Customer | Role::Tutor => Err(Refusal::NotStaff),
        }
    }

    /// Their account.
    pub fn id(self) -> AccountId {
        self.0
    }
}

impl Ticket {
    /// Assigns, reassigns or, with `None`, unassigns. To whom it is assigned already changes nothing.
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
        Ok(Decision {
            history: vec![Self::entry(change, actor.id, moment)],
            ..Decision::of(next)
        })
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
