//! The issuer's keys as the functions use them: what signs claims and lists, and what is published.

use super::entry::{KeyEntry, Material, PublicHalf};
use super::{DuplicateKey, IssuerKey, KeySet, RsaKey, SigningKey, Validity};

/// The issuer's private keys for claims and lists, oldest first, and the public halves of all keys.
#[derive(Clone, Debug)]
pub struct SigningKeys {
    keys: Vec<SigningKey>,
    public: KeySet,
}

/// What is wrong with the setting. Shows no part of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not a JSON array of objects.
    #[error("the certificate keys must be a JSON array of objects")]
    Shape,
    /// There must be a key.
    #[error("there is no certificate key")]
    Empty,
    /// Each key is given in one form.
    #[error(
        "certificate key at position {position} must have exactly one of seed, sealed_seed, rsa, kms and public (which may also stand beside kms)"
    )]
    Form {
        /// Counted from 0.
        position: usize,
    },
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
        "certificate key at position {position} has a field that is not one of kid, alg, seed, sealed_seed, rsa, kms, public, not_before, not_after, compromised_at"
    )]
    UnknownField {
        /// Counted from 0.
        position: usize,
    },
    /// Its private or public half is with KMS, which this reader does not ask.
    #[error("certificate key at position {position} must be opened by KMS first")]
    Sealed {
        /// Counted from 0.
        position: usize,
    },
    /// Nothing could ever sign a certificate.
    #[error(
        "no certificate key can sign certificates: one must be a seed or a sealed seed that was not compromised from its first day"
    )]
    NothingSigns,
    /// Two entries have the same `kid`.
    #[error(transparent)]
    Duplicate(#[from] DuplicateKey),
}

impl SigningKeys {
    /// Reads a setting that needs no KMS.
    ///
    /// # Errors
    /// [`SettingError::Sealed`] for a sealed seed or a key of KMS: the functions' own reader opens those.
    pub fn from_json(text: &str) -> Result<Self, SettingError> {
        let (mut keys, mut published) = (Vec::new(), Published::default());
        for entry in KeyEntry::list(text)? {
            let position = entry.position;
            match entry.material {
                Material::Seed(seed) => {
                    let seed = seed.reveal().try_into();
                    let key = SigningKey::with_validity(
                        entry.kid,
                        seed.expect("a seed is read only when it has 32 bytes"),
                        entry.validity,
                    );
                    published.ed25519.push(key.issuer_key().clone());
                    keys.push(key);
                }
                Material::Rsa(_, public) => {
                    published.add(entry.kid, PublicHalf::Rsa(public), entry.validity);
                }
                Material::Public(public) => {
                    published.add(entry.kid, public, entry.validity);
                }
                Material::SealedSeed(_) | Material::Kms { .. } => {
                    return Err(SettingError::Sealed { position });
                }
            }
        }
        Self::new(keys, published)
    }

    /// The keys that sign claims and lists, oldest first, and all that is published.
    pub fn new(keys: Vec<SigningKey>, published: Published) -> Result<Self, SettingError> {
        let public = KeySet::new(published.ed25519)?.with_rsa(published.rsa)?;
        let ever = |key: &SigningKey| {
            let validity = key.issuer_key().validity();
            validity.may_sign_at(validity.not_before)
        };
        if keys.iter().any(ever) {
            Ok(Self { keys, public })
        } else {
            Err(SettingError::NothingSigns)
        }
    }

    /// The key to sign with at this Unix time: the last one that may.
    pub fn signer(&self, now: u64) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|key| key.may_sign_at(now))
    }

    /// The keys that sign, oldest first.
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// What to publish.
    pub fn public(&self) -> &KeySet {
        &self.public
    }
}

/// The public halves, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// What verifies claims, lists and `EdDSA` credentials.
    pub ed25519: Vec<IssuerKey>,
    /// What verifies `RS256` credentials.
    pub rsa: Vec<RsaKey>,
}

impl Published {
    /// Adds the youngest so far.
    pub fn add(&mut self, kid: u16, public: PublicHalf, validity: Validity) {
        match public {
            PublicHalf::Ed25519(public) => {
                self.ed25519.push(IssuerKey::new(kid, public, validity));
            }
            PublicHalf::Rsa(public) => self.rsa.push(RsaKey {
                kid,
                public,
                validity,
            }),
        }
    }
}
