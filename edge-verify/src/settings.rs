//! What the verifier is deployed with.

use registrar_credential::{KeySet, Limits};

/// The trust anchor and the limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer's keys. Only these are believed, never one that the KV or the origin offers.
    pub keys: KeySet,
    /// How old a status list may be.
    pub limits: Limits,
}

/// What is wrong with a setting, naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// `ISSUER_KEYS` is not the key set that `/certificate-keys` of the origin publishes.
    IssuerKeys,
    /// `ISSUER_KEYS` has no key.
    NoIssuerKey,
    /// `STATUS_MAX_AGE_SECONDS` is not a number of seconds from 60 to 86400.
    StatusMaxAge,
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::IssuerKeys => "ISSUER_KEYS is not a JWK set of Ed25519 keys",
            Self::NoIssuerKey => "ISSUER_KEYS has no key",
            Self::StatusMaxAge => "STATUS_MAX_AGE_SECONDS must be a number from 60 to 86400",
        })
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Reads `ISSUER_KEYS` (a JWK set) and `STATUS_MAX_AGE_SECONDS` (empty for 900).
    pub fn read(issuer_keys: &str, status_max_age_seconds: &str) -> Result<Self, SettingsError> {
        let keys: KeySet =
            serde_json::from_str(issuer_keys).map_err(|_| SettingsError::IssuerKeys)?;
        if keys.keys().is_empty() {
            return Err(SettingsError::NoIssuerKey);
        }
        let limits = match status_max_age_seconds {
            "" => Limits::default(),
            text => {
                let seconds = text
                    .parse()
                    .ok()
                    .filter(|seconds| (60..=86_400).contains(seconds));
                Limits {
                    status_max_age_seconds: seconds.ok_or(SettingsError::StatusMaxAge)?,
                }
            }
        };
        Ok(Self { keys, limits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "nbf": 0, "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"}]}"#;

    #[test]
    fn a_wrong_setting_is_named() {
        let read = |keys, age| {
            Settings::read(keys, age).map(|settings| settings.limits.status_max_age_seconds)
        };
        assert_eq!(read(KEYS, ""), Ok(900));
        assert_eq!(read(KEYS, "300"), Ok(300));
        assert_eq!(read(KEYS, "10"), Err(SettingsError::StatusMaxAge));
        assert_eq!(read(KEYS, "soon"), Err(SettingsError::StatusMaxAge));
        assert_eq!(read(r#"{"keys": []}"#, ""), Err(SettingsError::NoIssuerKey));
        assert_eq!(read("", ""), Err(SettingsError::IssuerKeys));
        assert!(
            SettingsError::IssuerKeys
                .to_string()
                .starts_with("ISSUER_KEYS")
        );
    }
}
