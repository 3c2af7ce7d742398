//! `AWS::KMS::Key`.

use super::evaluate::Named;
use super::properties::Properties;
use super::world::ACCOUNT;
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What only matters on AWS: who may use and manage a key, and how long it can be brought back.
pub(super) const IGNORED: [&str; 9] = [
    "BypassPolicyLockoutSafetyCheck",
    "Description",
    "EnableKeyRotation",
    "Enabled",
    "KeyPolicy",
    "MultiRegion",
    "PendingWindowInDays",
    "RotationPeriodInDays",
    "Tags",
];

/// A key of KMS.
#[derive(Clone, Debug)]
pub struct KmsKey {
    /// Its id: a UUID, the same for the same stack and logical id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What it is.
    pub spec: KmsSpec,
}

/// Kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KmsSpec {
    /// `SYMMETRIC_DEFAULT`.
    Symmetric,
    /// `RSA_2048`, `RSA_3072` or `RSA_4096`: the bits.
    Rsa(usize),
    /// `ECC_NIST_EDWARDS25519`.
    Ed25519,
}

impl KmsSpec {
    /// `KeySpec`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Symmetric => "SYMMETRIC_DEFAULT".to_owned(),
            Self::Rsa(bits) => format!("RSA_{bits}"),
            Self::Ed25519 => "ECC_NIST_EDWARDS25519".to_owned(),
        }
    }

    /// The algorithm that it signs with here.
    pub(crate) fn signing_algorithm(self) -> &'static str {
        match self {
            Self::Symmetric => "",
            Self::Rsa(_) => "RSASSA_PKCS1_V1_5_SHA_256",
            Self::Ed25519 => "ED25519_SHA_512",
        }
    }
}

/// Id and ARN of the key `logical_id`, as `Ref` and `GetAtt` give them.
pub(super) fn named(region: &str, stack: &str, logical_id: &str) -> Named {
    let id = id(stack, logical_id);
    let attributes = [("KeyId", id.clone()), ("Arn", arn(region, &id))];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    Named {
        reference: id,
        attributes: Some(BTreeMap::from(attributes)),
    }
}

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:{ACCOUNT}:key/{id}")
}

fn id(stack: &str, logical_id: &str) -> String {
    let digest = Sha256::digest(format!("{stack}/{logical_id}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

pub(super) fn key(mut properties: Properties<'_>, region: &str, id: &str) -> Result<KmsKey> {
    let spec = properties.text("KeySpec")?;
    let spec = match spec.as_deref().unwrap_or("SYMMETRIC_DEFAULT") {
        "SYMMETRIC_DEFAULT" => KmsSpec::Symmetric,
        "RSA_2048" => KmsSpec::Rsa(2048),
        "RSA_3072" => KmsSpec::Rsa(3072),
        "RSA_4096" => KmsSpec::Rsa(4096),
        "ECC_NIST_EDWARDS25519" => KmsSpec::Ed25519,
        other => {
            let problem = format!("a key of kind {other} does not exist here");
            return Err(Error::template(properties.path("KeySpec"), problem));
        }
    };
    let wanted = if spec == KmsSpec::Symmetric {
        "ENCRYPT_DECRYPT"
    } else {
        "SIGN_VERIFY"
    };
    let usage = properties.text("KeyUsage")?;
    if usage.as_deref().unwrap_or("ENCRYPT_DECRYPT") != wanted {
        let problem = format!("must be {wanted} for a key of this kind");
        return Err(Error::template(properties.path("KeyUsage"), problem));
    }
    properties.done()?;
    Ok(KmsKey {
        id: id.to_owned(),
        arn: arn(region, id),
        spec,
    })
}
