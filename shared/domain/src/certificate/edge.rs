//! What the edge is told: the record of a certificate, and the signed status lists.

use super::{Certificate, Refusal, Standing, day, linkedin, today};
use crate::visibility::Reader;
use jiff::Timestamp;
use registrar_credential::{
    EdgeRecord, Purpose, SigningKeys, Standing as PublicStanding, StatusBits,
};

/// For how long the edge may use a list at most, in seconds; it asks for a newer one long before.
const LIFETIME: u64 = 900;

/// In whose name and under which address certificates are shown.
#[derive(Clone, Copy, Debug)]
pub struct Showing<'a> {
    /// Who issues.
    pub organization: &'a str,
    /// The public address of verification, without a slash at its end.
    pub verify_base_url: &'a str,
}

impl Certificate {
    /// The public record: what the certificate itself shows, and the claim that vouches for it. Of a revocation it says the
    /// day, and the reason only where another certificate took its place: other reasons are staff's words.
    pub fn edge_record(&self, showing: Showing<'_>) -> EdgeRecord {
        let public = |state: Standing, at: Timestamp, reason: Option<&str>| {
            Some(PublicStanding {
                state: state.code().to_owned(),
                since: day(today(at))?,
                reason: reason.map(str::to_owned),
            })
        };
        let standing = match (&self.revocation, &self.suspension) {
            (Some(r), _) => public(Standing::Revoked, r.at, r.reason_for(Reader::Everyone)),
            (None, Some(s)) => public(Standing::Suspended, s.at, None),
            (None, None) => None,
        };
        EdgeRecord {
            token: self.token.clone(),
            holder: self.holder.to_string(),
            course: self.course.to_string(),
            grade: self.grade.as_ref().map(ToString::to_string),
            completed: Some(self.completion_date.to_string()),
            language: Some(self.locale.tag().to_owned()),
            standing,
            replaced_by: self.replaced_by.clone(),
            linkedin_url: Some(self.linkedin_url(showing)),
            version: self.version,
            ..EdgeRecord::default()
        }
    }

    /// Where anybody verifies it.
    pub fn verify_url(&self, verify_base_url: &str) -> String {
        format!("{verify_base_url}/verify/{}", self.id)
    }

    /// Where its holder adds it to their profile at LinkedIn.
    pub fn linkedin_url(&self, showing: Showing<'_>) -> String {
        linkedin::add_to_profile_url(&linkedin::ProfileEntry {
            course: self.course.as_str(),
            organization: showing.organization,
            issued: self.completion_date,
            expires_on: self.expires_on,
            verify_url: &self.verify_url(showing.verify_base_url),
            certificate_id: self.id.as_str(),
        })
    }
}

/// Signs the list `list` of a purpose as of `now`: a compact JWS. `set` are status indexes of that list, `issuer` the public
/// address that serves `/status-lists`.
///
/// # Errors
/// [`Refusal::NoSigningKey`] when no key is valid now. An index of another list is a fault of the store, and also refused.
pub fn sign_status_list(
    keys: &SigningKeys,
    list: u32,
    purpose: Purpose,
    set: Vec<u32>,
    issuer: &str,
    now: Timestamp,
) -> Result<String, Refusal> {
    let seconds = u64::try_from(now.as_second()).map_err(|_| Refusal::NoSigningKey)?;
    let key = keys.signer(seconds).ok_or(Refusal::NoSigningKey)?;
    let bits = StatusBits::build(list, purpose, set).map_err(|_| Refusal::NotFound)?;
    Ok(bits.sign(key, issuer, seconds, LIFETIME))
}
