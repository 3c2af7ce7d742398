//! Values that every client shares.

use std::fmt;

/// A provider's key or token: shown to nobody, `Debug` included.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The id a provider gave to a message: 1–200 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    pub(crate) fn read(id: &str) -> Option<Self> {
        let right = (1..=200).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        right.then(|| Self(id.to_owned()))
    }

    /// The id as the provider wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `key` is an effect key: `noun/id/…`, ASCII letters, digits and `/ - _ . :`, at most 300 bytes. Such a key needs no escaping anywhere.
pub(crate) fn is_effect_key(key: &str) -> bool {
    (1..=300).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.:".contains(&byte))
}
