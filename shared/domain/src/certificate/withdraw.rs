//! Withdrawing a certificate because its holder was erased (checklist E-07).
//!
//! What is left says that there was a certificate and who withdrew it, and keeps its place in the status lists: the token
//! is out in the world and must stay revoked. Whatever else is made of a certificate's data goes too. Who adds a copy adds a
//! line here, and a way for it to go:
//!
//! | copy | where | how it goes |
//! |---|---|---|
//! | name, course, dates, grade, token, whose it was | the row and its indexes | the withdrawal's transaction |
//! | the fact that it attests, its counts, its bits | `CERTIFICATEFACT#`, `CERTIFICATECOUNTS#`, `STATUSLIST#` | the same |
//! | staff's words | its history | the same |
//! | answers kept for an `Idempotency-Key` | its partition; the key's own item only names it | the same, 16 of them; `rendering` the others |
//! | PDF, badge and its pictures | bucket, `BADGE` | `rendering` |
//! | previews of the student, of any course | `PREVIEW#`, bucket | `rendering` |
//! | notification, ledger entries of letter, chat and bell | `NOTIFICATIONS#`, `LEDGER#` | `deliveries` |
//! | postings | `POSTING#`, `INDEXED#` | `ticket-work` |
//! | the edge's record and badge | KV | `edge-sync` |
//! | the row of a file that it was issued from | bucket of imports | `bulk`, as soon as the file is worked off |
//!
//! Of these nothing is written anew: a late worker finds the withdrawal, and what may meet it (a first ledger entry, a kept
//! answer) is written on condition that it is not there. What holds ids alone stays: outbox items and messages until they are
//! worked on, dead letters for 14 days, the webhooks' log for 30 (payloads are composed anew at each attempt and never kept),
//! errors of a bulk issue's rows, staff's ids in the history; and for its day the digest of a request that brought an
//! `Idempotency-Key`. What left the product is with whoever got it: letters, files
//! that were downloaded, webhooks. Beyond every role, and for who runs the account alone, are the table's backups, until they
//! expire; the buckets of certificates and imports keep no earlier versions.

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
                Effect::ForgetTold {
                    person: self.student_id,
                    certificate_id: certificate_id(),
                },
                Effect::ForgetPreviews {
                    student: self.student_id,
                },
            ],
        })
    }
}
