//! Certificates.
//!
//! A certificate is issued with its claim signed; its PDF follows from `rendering`, its public record from `edge-sync`.
//!
//! | command | who | next state | effects |
//! |---|---|---|---|
//! | [`issue`] | staff | valid | render the PDF, publish the record, index; the status list when it is the list's first |
//! | [`Certificate::rendered`] | the rendering worker | the PDF's place is known | tell the holder |
//! | [`Certificate::suspend`] | staff | suspended | sign and publish the status lists, publish the record |
//! | [`Certificate::reinstate`] | staff | valid | the same |
//! | [`Certificate::revoke`] | staff | revoked, for ever | the same |
//! | [`Certificate::reissue`] | staff | a new one, valid; the old one revoked as `superseded` | those of both |
//! | [`Certificate::withdraw`] | staff | withdrawn: nothing personal is left | the same, and the PDF and postings go |
//!
//! [`Standing`] has the table of transitions and says why a revocation is final; what it does not have is refused with
//! where the certificate stands, what was asked for and what is allowed. Every change leaves a [`HistoryEntry`]: who,
//! when, why. Expiry is derived from the day on which somebody looks ([`Certificate::is_expired`]); a later last day needs
//! another signature, and so is a reissue.
//!
//! The same person, course and completion date is the same fact: asked for again, the certificate that stands is the
//! answer. A revoked one no longer stands, so a new one may follow it; a suspended one does, until that is decided.
//!
//! | what may go wrong | what happens |
//! |---|---|
//! | a name, course or grade that no face of the certificate draws | refused with the characters named, before anything is stored |
//! | two commands at once | the commit is conditional on the version; the later one decides again |
//! | the renderer stores a PDF while the certificate is withdrawn | its commit fails, its message comes again and takes the file away |
//! | a letter of a certificate that was revoked or withdrawn since | it is not sent; the ledger says why |
//! | a letter of a certificate that was suspended since | it is not sent and the ledger is left alone; reinstating sends it |
//! | a status list that is published late or out of order | `edge-sync` reads what is committed, and pushes again if another may have read later |

mod dates;
mod download;
mod drawn;
mod edge;
mod history;
mod issue;
mod linkedin;
mod preview;
mod reissue;
mod revoke;
mod standing;
mod suspend;
mod template;
mod withdraw;

pub use download::{DownloadLinks, WeakSecret};
pub use drawn::{Part, Undrawn, is_drawn};
pub use edge::{Showing, sign_status_list};
pub use history::{Change, HistoryEntry};
pub use issue::{Issue, issue};
pub use linkedin::{ProfileEntry, add_to_profile_url, share_url};
pub use preview::{Preview, Previewed, preview};
pub use registrar_credential::CertificateId;
pub use reissue::{Corrected, Correction, Reissued};
pub use standing::Standing;
pub use template::Template;
pub use withdraw::{Kept, Withdrawal, Withdrawn};

use crate::{
    account::Locale,
    actor::Actor,
    effect::Effect,
    id::AccountId,
    value::{CourseName, Grade, PersonName, Reason},
    visibility::{ForStaff, Reader},
};
use jiff::{Timestamp, civil::Date, tz::Offset};
use registrar_credential::{Day, list_number};
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
    /// How it looks.
    #[serde(default)]
    pub template: Template,
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
    /// That it does not hold for the time being.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// That it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
    /// The certificate in whose place it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<CertificateId>,
    /// The certificate that was issued in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<CertificateId>,
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
    /// Why. [`Self::SUPERSEDED`] where another certificate took its place.
    pub reason: ForStaff<Reason>,
}

impl Revocation {
    /// The reason of a certificate that another one took the place of: the only one that the public is told.
    pub const SUPERSEDED: &'static str = "superseded";

    /// Why, as far as a reader may know.
    pub fn reason_for(&self, reader: Reader) -> Option<&str> {
        let why = self.reason.shown_to(Reader::Staff)?.as_str();
        (reader == Reader::Staff || why == Self::SUPERSEDED).then_some(why)
    }
}

/// That a certificate does not hold for the time being.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub at: Timestamp,
    /// Who decided it.
    pub by: AccountId,
    /// Why.
    pub reason: ForStaff<Reason>,
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

/// What a command decided: all of it is committed, or none.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The next state.
    pub certificate: Certificate,
    /// How it stood before; none for a new one. From the two follow its bits in the status lists, the counters, and whether
    /// its fact is free again.
    pub was: Option<Standing>,
    /// What staff can look up; none where nobody did anything.
    pub entry: Option<HistoryEntry>,
    /// What must follow.
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Whether this is the change that takes the certificate back.
    pub fn revokes(&self) -> bool {
        self.certificate.standing() == Standing::Revoked && self.was != Some(Standing::Revoked)
    }
}

/// Why a command is refused. Knows nothing of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not know that it exists.
    #[error("there is no such certificate")]
    NotFound,
    /// The actor's role does not do this.
    #[error("certificates are issued and changed by staff")]
    Forbidden,
    /// No account has that id, or it is not a student's.
    #[error("there is no such student")]
    UnknownStudent,
    /// A course cannot be completed later than today, wherever that is.
    #[error("the completion date lies in the future")]
    FutureCompletion,
    /// Nobody who is issued a certificate completed anything then.
    #[error("the completion date lies before 1900-01-01")]
    CompletedTooEarly,
    /// It would have expired before it is issued.
    #[error("the expiry date lies before today")]
    ExpiresBeforeIssue,
    /// A token cannot say so late a day.
    #[error(
        "the expiry date lies after 2149-06-06, the last day that a certificate's token counts"
    )]
    ExpiresTooLate,
    /// The table of [`Standing`] has no such transition.
    #[error("a certificate that is {from} cannot become {to}{hint}", from = from.code(), to = to.code(), hint = hint(*from, *to))]
    Transition {
        /// How it stands.
        from: Standing,
        /// What was asked for.
        to: Standing,
    },
    /// A suspended certificate is not reissued: what its suspension is about comes first.
    #[error("the certificate is suspended: reinstate or revoke it before it is reissued")]
    Suspended,
    /// Another certificate took its place before.
    #[error("the certificate was replaced by {by}")]
    Replaced {
        /// Which.
        by: CertificateId,
    },
    /// The page would show boxes.
    #[error("{part} has characters that no typeface of the certificate draws: {undrawn}")]
    Undrawn {
        /// Of what.
        part: Part,
        /// Which.
        undrawn: Undrawn,
    },
    /// No certificate key is valid today; the deployment needs one.
    #[error("no certificate key is valid now")]
    NoSigningKey,
}

fn hint(from: Standing, to: Standing) -> &'static str {
    match (from, to) {
        (Standing::Revoked, Standing::Valid) => {
            ": a revocation is for ever; reissue it to put a new certificate in its place"
        }
        _ => "",
    }
}

impl Certificate {
    /// How it stands, whatever the day.
    pub fn standing(&self) -> Standing {
        if self.revocation.is_some() {
            Standing::Revoked
        } else if self.suspension.is_some() {
            Standing::Suspended
        } else {
            Standing::Valid
        }
    }

    /// Whether its last day is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_on.is_some_and(|last| today(now) > last)
    }

    /// The key of its file in the bucket.
    pub fn pdf_key(&self) -> String {
        Self::pdf_key_of(&self.id)
    }

    /// The key of the file of the certificate `id`.
    pub fn pdf_key_of(id: &CertificateId) -> String {
        format!("certificates/{id}.pdf")
    }

    /// The key of the badge of the certificate `id` as a PNG.
    pub fn png_key_of(id: &CertificateId) -> String {
        format!("certificates/{id}.png")
    }

    /// The key of the badge of the certificate `id` as an SVG.
    pub fn svg_key_of(id: &CertificateId) -> String {
        format!("certificates/{id}.svg")
    }

    fn may_be_changed(&self, actor: Actor) -> Result<(), Refusal> {
        if !actor.may_see(self.student_id) {
            return Err(Refusal::NotFound);
        }
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden);
        }
        Ok(())
    }

    fn changed(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The decision that takes this certificate to `next`. Its lists are published where it stands differently, its record
    /// in any case: the page says since when, and what took its place.
    fn to(&self, next: Self, entry: HistoryEntry) -> Decision {
        let mut effects = Vec::new();
        if next.standing() != self.standing() {
            let list = list_number(self.status_index);
            effects.push(Effect::PublishStatusList { list });
        }
        effects.push(Effect::PublishCertificate {
            certificate_id: self.id.clone(),
        });
        Decision {
            certificate: next,
            was: Some(self.standing()),
            entry: Some(entry),
            effects,
        }
    }
}

/// The day in UTC, which is the day of all certificates.
pub fn today(now: Timestamp) -> Date {
    Offset::UTC.to_datetime(now).date()
}

/// A day as a claim counts it, from 1970-01-01 to 2149-06-06; none for any other.
fn day(date: Date) -> Option<Day> {
    let (year, month) = (date.year().try_into().ok()?, date.month().try_into().ok()?);
    Day::from_civil(year, month, date.day().try_into().ok()?).ok()
}

#[cfg(test)]
mod tests;
