//! The entries of the `CERTIFICATE_KEYS` setting: a JSON array, in order of age.
//!
//! | what stands in the entry | algorithm | what it signs |
//! |---|---|---|
//! | `"seed": "<base64, 32 bytes>"` | `EdDSA` | claims, status lists, badges |
//! | `"sealed_seed": "<base64 of what kms:Encrypt answered>"` | `EdDSA` | the same; the seed is opened by `kms:Decrypt` at start |
//! | `"rsa": "<base64 of PKCS#8>"` | `RS256` | badges |
//! | `"alg": "RS256", "kms": "<key id or ARN>", "public"?: …` | `RS256` | badges, by `kms:Sign` on a digest |
//! | `"alg": "EdDSA", "kms": "<key id or ARN>", "public"?: …` | `EdDSA` | badges of at most 4096 bytes, by `kms:Sign`; no claims, no lists |
//! | `"public": "<base64, 32 bytes or SubjectPublicKeyInfo>"` | `EdDSA` | nothing: the private half is destroyed, the key still verifies |
//! | `"alg": "RS256", "public": "<base64 of SubjectPublicKeyInfo>"` | `RS256` | the same |
//!
//! ```json
//! [{"kid": 1, "seed": "<base64>", "not_before": "2026-01-01", "not_after": "2027-01-01", "compromised_at": "2026-06-01"}]
//! ```
//!
//! A key of KMS whose public half is in the setting costs no call at start.
//! `not_after` and `compromised_at` may be left out; `alg` too where the form says it. Errors name the entry and the field,
//! never a value.

use std::fmt;

use data_encoding::BASE64;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::setting::SettingError;
use super::{PublicKey, RsaPublic, Validity};
use crate::day::Day;

const FIELDS: [&str; 10] = [
    "kid",
    "alg",
    "seed",
    "sealed_seed",
    "rsa",
    "kms",
    "public",
    "not_before",
    "not_after",
    "compromised_at",
];
const FORMS: [&str; 4] = ["seed", "sealed_seed", "rsa", "kms"];
/// What stands before the 32 bytes of an Ed25519 public key in its `SubjectPublicKeyInfo` (RFC 8410, 4).
const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const DATE: &str = "a date like 2026-01-31";

/// What a signature is made with (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// `alg` of a JWS header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }
}

/// Bytes that nobody may see: not printed, and wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a key's private half is, or its public half when there is no other.
#[derive(Clone, Debug)]
pub enum Material {
    /// A 32-byte Ed25519 seed.
    Seed(Secret),
    /// What KMS made of a seed.
    SealedSeed(Vec<u8>),
    /// PKCS#8 of an RSA key, with its public half.
    Rsa(Secret, RsaPublic),
    /// A key that never leaves KMS.
    Kms {
        /// What it signs with.
        algorithm: Algorithm,
        /// Its id or ARN.
        key: String,
        /// Its public half, where the setting has it.
        public: Option<PublicHalf>,
    },
    /// A retired key, of which only the public half is left.
    Public(PublicHalf),
}

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicHalf {
    /// Of an Ed25519 key.
    Ed25519(PublicKey),
    /// Of an RSA key.
    Rsa(RsaPublic),
}

impl PublicHalf {
    /// Reads the `SubjectPublicKeyInfo` (DER) of a key for this algorithm; `None` when it is of another kind.
    pub fn from_spki(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::EdDsa => {
                let key = der.strip_prefix(&ED25519_SPKI)?;
                PublicKey::from_bytes(key).ok().map(Self::Ed25519)
            }
            Algorithm::Rs256 => RsaPublic::from_spki(der).ok().map(Self::Rsa),
        }
    }
}

/// A key as the setting has it.
#[derive(Clone, Debug)]
pub struct KeyEntry {
    /// Counted from 0.
    pub position: usize,
    /// The number that claims, lists and credentials name it by.
    pub kid: u16,
    /// Its time.
    pub validity: Validity,
    /// What it is made of.
    pub material: Material,
}

impl KeyEntry {
    /// Reads the setting, oldest first. There is at least one.
    pub fn list(text: &str) -> Result<Vec<Self>, SettingError> {
        // What serde_json has to say may quote the text, so it is dropped.
        let entries: Vec<Map<String, Value>> =
            serde_json::from_str(text).map_err(|_| SettingError::Shape)?;
        if entries.is_empty() {
            return Err(SettingError::Empty);
        }
        let read = |(position, fields)| Fields { position, fields }.entry();
        entries.iter().enumerate().map(read).collect()
    }
}

struct Fields<'a> {
    position: usize,
    fields: &'a Map<String, Value>,
}

impl Fields<'_> {
    fn entry(&self) -> Result<KeyEntry, SettingError> {
        let position = self.position;
        let known = |name: &String| FIELDS.contains(&name.as_str());
        if !self.fields.keys().all(known) {
            return Err(SettingError::UnknownField { position });
        }
        let kid = self
            .fields
            .get("kid")
            .and_then(Value::as_u64)
            .and_then(|kid| u16::try_from(kid).ok())
            .ok_or(self.error("kid", "a number up to 65535"))?;
        Ok(KeyEntry {
            position,
            kid,
            validity: self.validity()?,
            material: self.material()?,
        })
    }

    fn validity(&self) -> Result<Validity, SettingError> {
        let not_before = self
            .day("not_before")?
            .ok_or(self.error("not_before", DATE))?;
        let not_after = self.day("not_after")?;
        if not_after.is_some_and(|last| last < not_before) {
            return Err(self.error("not_after", "no day before not_before"));
        }
        let compromised_at = self.day("compromised_at")?;
        Ok(Validity::of_days(not_before, not_after, compromised_at))
    }

    fn material(&self) -> Result<Material, SettingError> {
        let position = self.position;
        let mut forms = FORMS
            .into_iter()
            .filter(|form| self.fields.contains_key(*form));
        let (form, public) = match (forms.next(), forms.next()) {
            (form, None) => (form, self.fields.contains_key("public")),
            (_, Some(_)) => return Err(SettingError::Form { position }),
        };
        let form = match (form, public) {
            (Some("kms") | None, true) | (Some(_), false) => form,
            (Some(_), true) | (None, false) => return Err(SettingError::Form { position }),
        };
        let algorithm = self.algorithm()?;
        let belongs = |own: Algorithm| {
            if algorithm.is_none_or(|said| said == own) {
                Ok(())
            } else {
                Err(self.error("alg", "that of the key's form, or left out"))
            }
        };
        match form {
            None => {
                let algorithm = algorithm.unwrap_or(Algorithm::EdDsa);
                Ok(Material::Public(self.public(algorithm)?))
            }
            Some("seed") => {
                belongs(Algorithm::EdDsa)?;
                let expected = "the base64 of 32 bytes";
                let seed = Secret::new(self.bytes("seed", expected)?);
                if seed.reveal().len() == 32 {
                    Ok(Material::Seed(seed))
                } else {
                    Err(self.error("seed", expected))
                }
            }
            Some("sealed_seed") => {
                belongs(Algorithm::EdDsa)?;
                let expected = "the base64 of what kms:Encrypt answered";
                Ok(Material::SealedSeed(self.bytes("sealed_seed", expected)?))
            }
            Some("rsa") => {
                belongs(Algorithm::Rs256)?;
                let expected = "the base64 of PKCS#8 of an RSA key of 2048 to 8192 bits";
                let private = Secret::new(self.bytes("rsa", expected)?);
                let public = RsaPublic::from_pkcs8(private.reveal());
                let public = public.map_err(|_| self.error("rsa", expected))?;
                Ok(Material::Rsa(private, public))
            }
            Some(_) => {
                let algorithm = algorithm.ok_or(self.error("alg", "EdDSA or RS256"))?;
                let key = self.fields.get("kms").and_then(Value::as_str);
                let key = key
                    .filter(|key| !key.is_empty() && !key.starts_with("alias/"))
                    .filter(|key| !key.contains(":alias/"));
                // An alias may be pointed at another key, and then the number would speak for two.
                let key = key.ok_or(self.error("kms", "a key id or key ARN, no alias"))?;
                let public = public.then(|| self.public(algorithm)).transpose()?;
                Ok(Material::Kms {
                    algorithm,
                    key: key.to_owned(),
                    public,
                })
            }
        }
    }

    /// An Ed25519 key also stands as its 32 bytes.
    fn public(&self, algorithm: Algorithm) -> Result<PublicHalf, SettingError> {
        let expected = "the base64 of the SubjectPublicKeyInfo of a key of its alg";
        let bytes = self.bytes("public", expected)?;
        if algorithm == Algorithm::EdDsa
            && let Ok(key) = PublicKey::from_bytes(&bytes)
        {
            return Ok(PublicHalf::Ed25519(key));
        }
        PublicHalf::from_spki(algorithm, &bytes).ok_or(self.error("public", expected))
    }

    fn algorithm(&self) -> Result<Option<Algorithm>, SettingError> {
        let Some(value) = self.fields.get("alg") else {
            return Ok(None);
        };
        [Algorithm::EdDsa, Algorithm::Rs256]
            .into_iter()
            .find(|algorithm| value.as_str() == Some(algorithm.as_str()))
            .map(Some)
            .ok_or(self.error("alg", "EdDSA or RS256"))
    }

    fn bytes(&self, field: &'static str, expected: &'static str) -> Result<Vec<u8>, SettingError> {
        self.fields
            .get(field)
            .and_then(Value::as_str)
            .and_then(|text| BASE64.decode(text.as_bytes()).ok())
            .filter(|bytes| !bytes.is_empty())
            .ok_or(self.error(field, expected))
    }

    fn day(&self, field: &'static str) -> Result<Option<Day>, SettingError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_str().map(str::parse) {
                Some(Ok(day)) => Ok(Some(day)),
                _ => Err(self.error(field, DATE)),
            },
        }
    }

    fn error(&self, field: &'static str, expected: &'static str) -> SettingError {
        SettingError::Field {
            position: self.position,
            field,
            expected,
        }
    }
}
