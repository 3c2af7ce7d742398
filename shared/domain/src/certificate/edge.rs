//! What the edge is told: the record of a certificate, and the signed status list.

use super::{Certificate, Refusal};
use jiff::Timestamp;
use registrar_credential::{EdgeRecord, Purpose, SigningKeys, StatusBits};

/// For how long the edge may use a list at most, in seconds; it asks for a newer one long before.
const LIFETIME: u64 = 900;

impl Certificate {
    /// The public record: what the certificate itself shows, and the claim that vouches for it.
    pub fn edge_record(&self) -> EdgeRecord {
        EdgeRecord {
            token: self.token.clone(),
            holder: self.holder.to_string(),
            course: self.course.to_string(),
            grade: self.grade.as_ref().map(ToString::to_string),
            language: Some(self.locale.tag().to_owned()),
            ..EdgeRecord::default()
        }
    }
}

/// Signs the revocation list `list` as of `now`: a compact JWS. `revoked` are status indexes of that list, `issuer` the
/// public address that serves `/status-lists`.
///
/// # Errors
/// [`Refusal::NoSigningKey`] when no key is valid now. An index of another list is a fault of the store, and also refused.
pub fn sign_status_list(
    keys: &SigningKeys,
    list: u32,
    revoked: Vec<u32>,
    issuer: &str,
    now: Timestamp,
) -> Result<String, Refusal> {
    let seconds = u64::try_from(now.as_second()).map_err(|_| Refusal::NoSigningKey)?;
    let key = keys.signer(seconds).ok_or(Refusal::NoSigningKey)?;
    let bits =
        StatusBits::build(list, Purpose::Revocation, revoked).map_err(|_| Refusal::NotFound)?;
    Ok(bits.sign(key, issuer, seconds, LIFETIME))
}
