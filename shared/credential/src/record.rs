//! What the edge keeps of a certificate, in its KV under `cert/<ID>`.

use serde::{Deserialize, Serialize};

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
    /// The holder was erased; nothing but the id may be shown.
    #[serde(default)]
    pub withdrawn: bool,
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
