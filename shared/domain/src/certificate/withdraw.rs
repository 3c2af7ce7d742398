//! Withdrawing a certificate because its holder was erased (checklist E-07).
//!
//! What is left says that there was a certificate and who withdrew it, and keeps its place in the status lists: the token
//! is out in the world and must stay revoked. Name, course, dates, grade, token and whose it was are gone from the row; the
//! PDF, the postings by which it was found, the edge's copy and the words in its history are taken away by the workers.
//! Answers kept for an `Idempotency-Key` go with their day.

use super::{
    Certificate, CertificateId, Refusal, Standing,
    history::{Change, HistoryEntry},
};
use crate::{actor::Actor, clock::Moment, effect::Effect, id::AccountId, value::Reason};
use jiff::Timestamp;
use registrar_credential::{EdgeRecord, list_number};
use serde::{Deserialize, Serialize};

/// What is left of a withdrawn certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Its id.
    pub id: CertificateId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by: AccountId,
    /// Its place in the status lists.
    pub status_index: u32,
    /// When it was withdrawn.
    pub withdrawn_at: Timestamp,
    /// By whom.
    pub withdrawn_by: AccountId,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// What withdrawing decided.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    /// What was there.
    pub was: Certificate,
    /// What is left.
    pub withdrawn: Withdrawn,
    /// What staff can look up.
    pub entry: HistoryEntry,
    /// What must follow.
    pub effects: Vec<Effect>,
}

/// A certificate as it is kept: whole, or what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A certificate.
    Whole(Box<Certificate>),
    /// What is left of one.
    Withdrawn(Withdrawn),
}

impl Kept {
    /// The certificate, where it is whole.
    pub fn whole(self) -> Option<Certificate> {
        match self {
            Self::Whole(certificate) => Some(*certificate),
            Self::Withdrawn(_) => None,
        }
    }
}

impl Withdrawn {
    /// The public record, which says nothing but that.
    pub fn edge_record(&self) -> EdgeRecord {
        EdgeRecord {
            version: self.version,
            ..EdgeRecord::withdrawn()
        }
    }
}

impl Certificate {
    /// Withdraws the certificate. The reason is for the log of erasures, not for the certificate: it is kept with the history
    /// entry, so it must not name the holder.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Forbidden`].
    pub fn withdraw(
        &self,
        actor: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Withdrawal, Refusal> {
        self.may_be_changed(actor)?;
        self.standing().to(Standing::Withdrawn)?;
        let certificate_id = || self.id.clone();
        let list = list_number(self.status_index);
        Ok(Withdrawal {
            was: self.clone(),
            withdrawn: Withdrawn {
                id: self.id.clone(),
                issued_at: self.issued_at,
                issued_by: self.issued_by,
                status_index: self.status_index,
                withdrawn_at: moment.now,
                withdrawn_by: actor.id,
                version: self.version + 1,
            },
            entry: HistoryEntry::new(actor, Change::Withdrawn, Some(reason), moment),
            effects: vec![
                Effect::PublishStatusList { list },
                Effect::PublishCertificate {
                    certificate_id: certificate_id(),
                },
                Effect::PublishBadge {
                    certificate_id: certificate_id(),
                },
                Effect::RenderCertificate {
                    certificate_id: certificate_id(),
                },
                Effect::IndexCertificate {
                    certificate_id: certificate_id(),
                },
            ],
        })
    }
}
