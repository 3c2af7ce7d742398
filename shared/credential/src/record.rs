//! What the edge keeps of a certificate, in its KV under `cert/<ID>`.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::CertificateId;

/// A certificate as the edge knows it; also the body of `GET /api/certificates/{id}/edge`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeRecord {
    /// The signed claim; empty when the certificate is withdrawn.
    #[serde(default)]
    pub token: String,
    /// The holder as shown on the certificate; needed when the claim carries only its digest.
    #[serde(default)]
    pub holder: String,
    /// The course as shown on the certificate.
    #[serde(default)]
    pub course: String,
    /// The grade as shown on the certificate, if it has one. No signature vouches for it.
    #[serde(default)]
    pub grade: Option<String>,
    /// The day of completion as shown on the certificate, `YYYY-MM-DD`. No signature vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<String>,
    /// The holder was erased; nothing but the id may be shown.
    #[serde(default)]
    pub withdrawn: bool,
    /// The BCP 47 tag of the holder's language; the page is in it where it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// That it is revoked or suspended, as far as that is public. It decides nothing: the signed lists do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The certificate that was issued in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<CertificateId>,
    /// Where its holder adds it to a profile at LinkedIn: an `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linkedin_url: Option<String>,
    /// Counts the certificate's changes, from 1: of two records the one with the higher is the newer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub version: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_zero(version: &u64) -> bool {
    *version == 0
}

/// What the public may know of a revocation or suspension beside that there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// `revoked` or `suspended`; shown only beside that verdict.
    pub state: String,
    /// Since which day (UTC).
    pub since: Day,
    /// Why: a stable code such as `superseded`, or a text; none when it is not public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl EdgeRecord {
    /// The record of a withdrawn certificate, which holds nothing else.
    pub fn withdrawn() -> Self {
        Self {
            withdrawn: true,
            ..Self::default()
        }
    }

    /// The KV key of a certificate.
    pub fn key(id: &CertificateId) -> String {
        format!("cert/{id}")
    }
}
