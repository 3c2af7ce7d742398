//! What is kept of a badge: in the table, and in the edge's KV under `badge/<ID>`.

use serde::{Deserialize, Serialize};

use crate::id::CertificateId;

/// The signed badge in both forms, or that it is withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeRecord {
    /// The compact JWS that every wallet reads.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rs256: String,
    /// The same credential, signed with Ed25519.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub eddsa: String,
    /// The holder was erased; nothing else is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl BadgeRecord {
    /// The record of a withdrawn certificate.
    pub fn withdrawn() -> Self {
        Self {
            withdrawn: true,
            ..Self::default()
        }
    }

    /// The KV key of a certificate's badge.
    pub fn key(id: &CertificateId) -> String {
        format!("badge/{id}")
    }
}
