//! Taking a certificate back.

use super::{
    Certificate, Decision, Refusal, Revocation, Standing,
    history::{Change, HistoryEntry},
};
use crate::{actor::Actor, clock::Moment, value::Reason, visibility::ForStaff};

impl Certificate {
    /// Revokes the certificate, for ever.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Forbidden`], [`Refusal::Transition`].
    pub fn revoke(
        &self,
        actor: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.may_be_changed(actor)?;
        self.standing().to(Standing::Revoked)?;
        let revocation = Revocation {
            at: moment.now,
            by: actor.id,
            reason: ForStaff::new(reason.clone()),
        };
        let next = Self {
            revocation: Some(revocation),
            suspension: None,
            ..self.changed()
        };
        let entry = HistoryEntry::new(actor, Change::Revoked, Some(reason), moment);
        Ok(self.to(next, entry))
    }
}
