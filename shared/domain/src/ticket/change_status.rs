//! Moving a ticket by hand.

use super::{Change, Decision, Refusal, Status, Ticket};
use crate::{
    actor::Actor,
    clock::Moment,
    effect::{Effect, Fact},
    profile::{Profile, Side},
    value::Reason,
    visibility::ForStaff,
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ChangeStatus {
    /// Where to.
    pub to: Status,
    /// Why; for staff's eyes.
    pub reason: Option<Reason>,
}

impl Ticket {
    /// Moves the ticket as the profile's table allows this actor.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Transition`] with what is allowed instead.
    pub fn change_status(
        &self,
        profile: &Profile,
        actor: Actor,
        command: ChangeStatus,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        if let Some(into) = self.merged_into() {
            return Err(Refusal::Merged { into });
        }
        let side = if actor.role.is_staff() {
            Side::Staff
        } else {
            Side::Requester
        };
        let allowed = profile.allowed(side, self.status);
        let ChangeStatus { to, reason } = command;
        if !allowed.contains(&to) {
            return Err(Refusal::Transition {
                from: self.status,
                to,
                allowed: allowed.to_vec(),
            });
        }
        let mut next = self.touched(moment.now);
        next.moved(to, actor.id, moment.now);
        let change = Change::Status {
            from: self.status,
            to,
            reason: reason.map(|reason| ForStaff::new(reason.into())),
        };
        let entry = Self::entry(change, actor.id, moment);
        let fact = Fact::TicketStatusChanged {
            ticket_id: self.id,
            history_id: entry.id,
            status: to,
        };
        let mut effects = match side {
            Side::Staff => vec![self.tell_requester(fact)],
            Side::Requester => Vec::new(),
        };
        if profile.triage && side == Side::Staff && !to.is_active() {
            effects.push(Effect::SettleTriage { ticket_id: self.id });
        }
        Ok(Decision {
            history: vec![entry],
            effects,
            ..Decision::of(next)
        })
    }
}
