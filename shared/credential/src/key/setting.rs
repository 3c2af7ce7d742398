//! The `CERTIFICATE_KEYS` setting: a JSON array, in order of age.
//!
//! ```json
//! [{"kid": 1, "seed": "<base64, 32 bytes>", "not_before": "2026-01-01",
//!   "not_after": "2027-01-01", "compromised_at": "2026-06-01"}]
//! ```
//!
//! `not_after` and `compromised_at` may be left out. Errors name the entry and the field, never a value.

use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::{DuplicateKey, KeySet, SigningKey};
use crate::day::Day;

const FIELDS: [&str; 5] = ["kid", "seed", "not_before", "not_after", "compromised_at"];

/// The issuer's private keys, oldest first.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    keys: Vec<SigningKey>,
    public: KeySet,
}

/// What is wrong with the setting. Shows no part of a seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not a JSON array of objects.
    #[error("the certificate keys must be a JSON array of objects")]
    Shape,
    /// There must be a key.
    #[error("there is no certificate key")]
    Empty,
    /// A field is missing or has a value it cannot have.
    #[error("certificate key at position {position}: `{field}` must be {expected}")]
    Field {
        /// Counted from 0.
        position: usize,
        /// The field's name.
        field: &'static str,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A field that is not known, perhaps a misspelt one.
    #[error(
        "certificate key at position {position} has a field that is not one of kid, seed, not_before, not_after, compromised_at"
    )]
    UnknownField {
        /// Counted from 0.
        position: usize,
    },
    /// Two entries have the same `kid`.
    #[error(transparent)]
    Duplicate(#[from] DuplicateKey),
}

impl SigningKeys {
    /// Reads the setting.
    pub fn from_json(text: &str) -> Result<Self, SettingError> {
        // What serde_json has to say may quote the text, so it is dropped.
        let entries: Vec<Map<String, Value>> =
            serde_json::from_str(text).map_err(|_| SettingError::Shape)?;
        if entries.is_empty() {
            return Err(SettingError::Empty);
        }
        let keys = entries
            .iter()
            .enumerate()
            .map(|(position, fields)| Entry { position, fields }.key())
            .collect::<Result<Vec<_>, _>>()?;
        let public = KeySet::new(keys.iter().map(|key| key.issuer_key().clone()).collect())?;
        Ok(Self { keys, public })
    }

    /// The key to sign with at this Unix time: the last one that may.
    pub fn signer(&self, now: u64) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|key| key.may_sign_at(now))
    }

    /// What to publish.
    pub fn public(&self) -> &KeySet {
        &self.public
    }
}

struct Entry<'a> {
    position: usize,
    fields: &'a Map<String, Value>,
}

impl Entry<'_> {
    fn key(&self) -> Result<SigningKey, SettingError> {
        if self
            .fields
            .keys()
            .any(|name| !FIELDS.contains(&name.as_str()))
        {
            return Err(SettingError::UnknownField {
                position: self.position,
            });
        }
        let kid = self
            .fields
            .get("kid")
            .and_then(Value::as_u64)
            .and_then(|kid| u16::try_from(kid).ok());
        let kid = kid.ok_or(self.error("kid", "a number up to 65535"))?;
        let seed = self
            .fields
            .get("seed")
            .and_then(Value::as_str)
            .and_then(|text| BASE64.decode(text.as_bytes()).ok());
        let seed = seed.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let seed = seed.ok_or(self.error("seed", "the base64 of 32 bytes"))?;
        let not_before = self
            .day("not_before")?
            .ok_or(self.error("not_before", DATE))?;
        Ok(SigningKey::new(
            kid,
            &seed,
            not_before,
            self.day("not_after")?,
            self.day("compromised_at")?,
        ))
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

const DATE: &str = "a date like 2026-01-31";
