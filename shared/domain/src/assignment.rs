//! Giving new tickets to staff by themselves (checklist T-24).
//!
//! The profile says how: `off`, `round_robin` (everybody in turn) or `least_loaded` (whoever has the fewest tickets that
//! are not done). Each member of staff can be on duty or off it; everybody is on duty until they are taken off.
//!
//! # Fifty at once
//!
//! Opening a ticket only leaves an [`crate::effect::Effect::AssignTicket`]; the worker assigns. So no requester waits for
//! the roster, and no two tickets are opened one after the other because of it. Workers do run side by side, and what they
//! decide on is one [`Roster`]: who has how many tickets, and who was given the last one. Two rules keep the shares right:
//!
//! * **One cursor.** Every assignment that this module decides moves the roster's cursor, in the same transaction as the
//!   ticket, on condition that the cursor is still where it was *before* the loads were read. Of two decisions made on the
//!   same roster one commits; the other reads again. So decisions follow one another, whoever makes them: in turn, shares
//!   differ by at most one; by load, nobody is given a second ticket while another on duty has fewer.
//! * **Loads commit with tickets.** A ticket remembers in whose load it counts ([`crate::ticket::Kept::load_of`]).
//!   Whatever changes that (assigning by hand, resolving, closing, reopening, merging) adds and takes away in the transaction of the change, so a
//!   load is the number of tickets that are that person's and not done, always, and nothing is counted at the time of asking.
//!
//! An escalation moves the cursor too, but takes nobody's turn. A hand that assigns at the same moment is not held up by the cursor: the loads are what they were when the cursor was
//! read. A ticket that somebody has, or that is done, is left alone, so late and repeated messages do nothing. When nobody
//! is on duty a ticket stays nobody's: it shows under `unassigned`, and whoever comes on duty later takes from there.

use crate::{
    clock::Moment,
    id::AccountId,
    sla::EscalateTo,
    ticket::{Change, Decision, HistoryEntry, Ticket},
};
use serde::{Deserialize, Serialize};

/// How new tickets find who works on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By hand only.
    #[default]
    Off,
    /// Everybody on duty in turn.
    RoundRobin,
    /// Whoever on duty has the fewest tickets that are not done; of those the one whose turn it is.
    LeastLoaded,
}

/// A member of staff, as assignment sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub id: AccountId,
    /// Whether they may decide over staff: whom an escalation can go to.
    pub senior: bool,
    /// Whether they are given tickets.
    pub on_duty: bool,
    /// How many tickets they have that are not done.
    pub load: u64,
}

/// Everybody, and whose turn it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// All of staff, in any order.
    pub members: Vec<Member>,
    /// Who was given the last ticket.
    pub last: Option<AccountId>,
}

impl Roster {
    /// Who gets the next ticket; nobody when nobody is on duty, or when the mode is off.
    pub fn next(&self, mode: Mode) -> Option<AccountId> {
        self.next_of(mode, |_| true)
    }

    /// As [`Self::next`], among those who `may`.
    pub fn next_of(&self, mode: Mode, may: impl Fn(&Member) -> bool) -> Option<AccountId> {
        let on_duty = self
            .members
            .iter()
            .filter(|member| member.on_duty && may(member));
        match mode {
            Mode::Off => None,
            Mode::RoundRobin => on_duty.min_by_key(|member| self.turn(member.id)),
            Mode::LeastLoaded => on_duty.min_by_key(|member| (member.load, self.turn(member.id))),
        }
        .map(|member| member.id)
    }

    /// Who gets a ticket that is escalated, whoever has it now; nobody when it stays where it is. Where assignment is off,
    /// it goes by load: an escalation is not a new ticket.
    pub fn escalated(
        &self,
        mode: Mode,
        to: EscalateTo,
        now: Option<AccountId>,
    ) -> Option<AccountId> {
        let mode = if mode == Mode::Off {
            Mode::LeastLoaded
        } else {
            mode
        };
        let has_it = |member: &Member| now == Some(member.id);
        match to {
            EscalateTo::Unchanged => None,
            EscalateTo::Anybody if now.is_some() => None,
            EscalateTo::Anybody => self.next(mode),
            EscalateTo::Another => self.next_of(mode, |member| !has_it(member)),
            EscalateTo::SuperAdmin => {
                let up_there = self.members.iter().any(|m| m.senior && has_it(m));
                let next = || self.next_of(mode, |member| member.senior);
                (!up_there).then(next).flatten()
            }
        }
    }

    /// Sorts by whose turn is next: those after the last one by id, then the others.
    fn turn(&self, id: AccountId) -> (bool, AccountId) {
        (self.last.is_some_and(|last| id <= last), id)
    }
}

impl Ticket {
    /// Whether somebody is still to be found for it.
    pub fn wants_somebody(&self) -> bool {
        self.assigned_to.is_none() && self.status.is_active()
    }

    /// Gives the ticket to a member of staff; the product does it, nobody in person.
    pub fn given_to(&self, to: AccountId, moment: Moment<'_>) -> Decision {
        let next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        Decision::of(next).and_given_to(to, moment)
    }
}

impl Decision {
    /// The decision, by which the ticket also goes to a member of staff.
    #[must_use]
    pub fn and_given_to(mut self, to: AccountId, moment: Moment<'_>) -> Self {
        let ticket = &mut self.ticket;
        let change = Change::Assigned {
            from: ticket.assigned_to,
            to: Some(to),
        };
        ticket.assigned_to = Some(to);
        ticket.assigned_at = Some(moment.now);
        ticket.updated_at = moment.now;
        let entry = HistoryEntry {
            id: moment.id(),
            at: moment.now,
            by: AccountId::SYSTEM,
            change,
        };
        self.effects.extend(self.ticket.tell_assignee(to, &entry));
        self.history.push(entry);
        self
    }
}

#[cfg(test)]
mod tests;
