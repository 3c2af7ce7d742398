//! Takes away what a person was told of a certificate that was withdrawn: notification and entries of the ledger. No worker
//! makes any of it anew, since a first entry is only written while the certificate is not withdrawn.

use crate::Deliveries;
use registrar_domain::{
    certificate::{CertificateId, Kept},
    delivery::{Channel, Delivery},
    effect::Fact,
    id::AccountId,
};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

/// How often an entry is read anew because it changed.
const TRIES: u32 = 8;

impl Deliveries {
    pub(crate) async fn forget(&self, person: AccountId, id: &CertificateId) -> Outcome {
        for channel in [Channel::InApp, Channel::Email, Channel::Whatsapp] {
            match self.forget_in(channel, person, id).await {
                Ok(()) => {}
                Err(error) if error.retryable() => return Outcome::back_off(1, error.to_string()),
                Err(error) => return Outcome::give_up(error.to_string()),
            }
        }
        Outcome::Done
    }

    async fn forget_in(
        &self,
        channel: Channel,
        person: AccountId,
        id: &CertificateId,
    ) -> Result<(), StoreError> {
        let table = &self.shell.table;
        let withdrawn = matches!(table.kept_certificate(id).await?, Some(Kept::Withdrawn(_)));
        if !withdrawn {
            return Ok(());
        }
        let fact = Fact::CertificateIssued {
            certificate_id: id.clone(),
        };
        let delivery = Delivery {
            person,
            channel,
            fact,
        };
        for _ in 0..TRIES {
            let Some(entry) = table.ledger_entry(&delivery).await? else {
                return Ok(());
            };
            match table.forget_entry(&entry, self.shell.now()).await {
                Err(StoreError::Conflict) => {}
                forgotten => return forgotten,
            }
        }
        Err(StoreError::Conflict)
    }
}
