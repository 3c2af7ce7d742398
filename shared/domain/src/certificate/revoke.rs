//! Taking a certificate back.

use super::{Certificate, Decision, Refusal, Revocation};
use crate::{actor::Actor, clock::Moment, effect::Effect, value::Reason};
use registrar_credential::list_number;

impl Certificate {
    /// Revokes the certificate.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Forbidden`], [`Refusal::AlreadyRevoked`].
    pub fn revoke(
        &self,
        actor: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if !actor.may_see(self.student_id) {
            return Err(Refusal::NotFound);
        }
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden);
        }
        if self.revocation.is_some() {
            return Err(Refusal::AlreadyRevoked);
        }
        let revocation = Revocation {
            at: moment.now,
            by: actor.id,
            reason,
        };
        let certificate = Self {
            revocation: Some(revocation),
            ..self.changed()
        };
        let effects = vec![Effect::PublishStatusList {
            list: list_number(self.status_index),
        }];
        Ok(Decision {
            certificate,
            revokes: true,
            effects,
        })
    }
}
