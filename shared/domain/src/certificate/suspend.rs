//! Suspending a certificate, and undoing that.

use super::{
    Certificate, Decision, Refusal, Standing, Suspension,
    history::{Change, HistoryEntry},
};
use crate::{
    actor::Actor,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    value::Reason,
    visibility::ForStaff,
};

impl Certificate {
    /// Takes its force from the certificate until it is reinstated.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Forbidden`], [`Refusal::Transition`].
    pub fn suspend(
        &self,
        actor: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.may_be_changed(actor)?;
        self.standing().to(Standing::Suspended)?;
        let suspension = Suspension {
            at: moment.now,
            by: actor.id,
            reason: ForStaff::new(reason.clone()),
        };
        let next = Self {
            suspension: Some(suspension),
            ..self.changed()
        };
        let entry = HistoryEntry::new(actor, Change::Suspended, Some(reason), moment);
        Ok(self.to(next, entry))
    }

    /// Gives a suspended certificate its force back. A revoked one stays revoked: see [`Standing`]. A holder who was not
    /// told because it was suspended when its page was made, or when the letter was to go out, is told now; the ledger tells
    /// nobody twice.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Forbidden`], [`Refusal::Transition`].
    pub fn reinstate(
        &self,
        actor: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.may_be_changed(actor)?;
        self.standing().to(Standing::Valid)?;
        let next = Self {
            suspension: None,
            ..self.changed()
        };
        let entry = HistoryEntry::new(actor, Change::Reinstated, Some(reason), moment);
        let mut decision = self.to(next, entry);
        let tell = |channel| {
            Effect::Deliver(Delivery {
                person: self.student_id,
                channel,
                fact: Fact::CertificateIssued {
                    certificate_id: self.id.clone(),
                },
            })
        };
        if self.pdf.is_some() {
            let channels = [Channel::Email, Channel::Whatsapp];
            decision.effects.extend(channels.map(tell));
        }
        Ok(decision)
    }
}
