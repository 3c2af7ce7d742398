//! Certificates.
//!
//! A certificate is issued with its claim signed; its PDF follows from `rendering`, its public record from `edge-sync`.
//!
//! | command | who | next state | effects |
//! |---|---|---|---|
//! | [`issue`] | staff | issued | render the PDF, publish the record, and the status list when it is the list's first |
//! | [`Certificate::rendered`] | the rendering worker | the PDF's place is known | tell the holder |
//! | [`Certificate::revoke`] | staff | revoked | sign and publish the status list |
//!
//! The same person, course and completion date is the same fact: asked for again, the certificate that stands is the
//! answer. A revoked one no longer stands, so a new one may follow it.

mod download;
mod edge;
mod issue;
mod revoke;

pub use download::{DownloadLinks, WeakSecret};
pub use edge::sign_status_list;
pub use issue::{Issue, issue};
pub use registrar_credential::CertificateId;

use crate::{
    account::Locale,
    effect::Effect,
    id::AccountId,
    value::{CourseName, Grade, PersonName, Reason},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its id, which everybody sees.
    pub id: CertificateId,
    /// Whose it is.
    pub student_id: AccountId,
    /// Their name, as the certificate shows it.
    pub holder: PersonName,
    /// What for.
    pub course: CourseName,
    /// When they completed it.
    pub completion_date: Date,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The language of its fixed texts and of the letter that brings it.
    pub locale: Locale,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by: AccountId,
    /// The last day on which it holds (UTC); without it, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// Its place in the status lists, counted over all of them.
    pub status_index: u32,
    /// The signed claim that its QR code carries.
    pub token: String,
    /// Whether it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
    /// Where its PDF is, once it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<Pdf>,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// That a certificate no longer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Since when.
    pub at: Timestamp,
    /// Who decided it.
    pub by: AccountId,
    /// Why; for staff's eyes.
    pub reason: Reason,
}

/// A certificate's file in the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pdf {
    /// Its key: `certificates/<id>.pdf`.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was stored.
    pub stored_at: Timestamp,
}

/// How a certificate stands, as answers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It stands.
    Issued,
    /// It was taken back.
    Revoked,
}

/// What a command decided: all of it is committed, or none.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The next state.
    pub certificate: Certificate,
    /// Whether this is the change that takes the certificate back: its status bit is set, and its fact is free again.
    pub revokes: bool,
    /// What must follow.
    pub effects: Vec<Effect>,
}

/// Why a command is refused. Knows nothing of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not know that it exists.
    #[error("there is no such certificate")]
    NotFound,
    /// The actor's role does not do this.
    #[error("certificates are issued and revoked by staff")]
    Forbidden,
    /// No account has that id, or it is not a student's.
    #[error("there is no such student")]
    UnknownStudent,
    /// A course cannot be completed later than today.
    #[error("the completion date lies in the future")]
    FutureCompletion,
    /// It would have expired before it is issued.
    #[error("the expiry date lies before today")]
    ExpiresBeforeIssue,
    /// It was revoked before.
    #[error("the certificate is revoked already")]
    AlreadyRevoked,
    /// No certificate key is valid today; the deployment needs one.
    #[error("no certificate key is valid now")]
    NoSigningKey,
}

impl Certificate {
    /// Whether it stands. Expiry is a matter of the day on which somebody looks, not of the state.
    pub fn standing(&self) -> Standing {
        if self.revocation.is_some() {
            Standing::Revoked
        } else {
            Standing::Issued
        }
    }

    /// The key of its file in the bucket.
    pub fn pdf_key(&self) -> String {
        format!("certificates/{}.pdf", self.id)
    }

    fn changed(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
