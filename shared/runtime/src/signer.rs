//! What signs for the issuer: `CERTIFICATE_KEYS`, opened once, at start.
//!
//! | what is signed | with | where the private half is |
//! |---|---|---|
//! | claims, status lists | Ed25519 ([`Signer::keys`]) | in this process's memory: a seed of the setting, or one that `kms:Decrypt` opened |
//! | badges, `EdDSA` | Ed25519 ([`Signer::jws`]) | the same; or KMS (`ECC_NIST_EDWARDS25519`) |
//! | badges, `RS256` | RSA ([`Signer::jws`]) | KMS (`RSA_2048`), or PKCS#8 in the setting |
//!
//! Claims and lists have one key, because both are judged by one key number. KMS signs Ed25519 messages of at most 4096
//! bytes only and pre-hashing would be another algorithm, while a status list takes up to 30 KB; and ten thousand
//! certificates from one file would meet KMS's quota of requests. Therefore their seed is sealed under a KMS key and lives
//! in memory only. RSA has no such limit, since KMS takes its digest. The badge of a long course in a script of three or four
//! bytes a character is longer than 4096 bytes too: it is signed with the seed, which the published keys have as well.
//!
//! A key that KMS does not open, does not have or answers with another kind for ends the start. Nothing here is printed:
//! `Debug` shows numbers and times.

use crate::settings::{Settings, SettingsError};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use registrar_domain::credential::{
    Algorithm, SigningKey, SigningKeys,
    key::{KeyEntry, Material, PublicHalf, Published, Secret, SettingError, Validity},
};
use registrar_store::{
    StoreError,
    aws::Aws,
    kms::{Kms, LONGEST_MESSAGE},
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{fmt, sync::Arc};

/// The setting.
const NAME: &str = "CERTIFICATE_KEYS";

/// Signs for the issuer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Signer {
    keys: Arc<SigningKeys>,
    /// Oldest first.
    private: Arc<[PrivateKey]>,
}

struct PrivateKey {
    kid: u16,
    algorithm: Algorithm,
    validity: Validity,
    how: How,
}

enum How {
    Ed25519(Box<SigningKey>),
    Rsa(Box<RsaKeyPair>),
    Kms(Kms, String),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The setting has no key of this kind that may sign now.
    #[error("no {} key is valid now", .0.as_str())]
    NoKey(Algorithm),
    /// KMS did not sign.
    #[error(transparent)]
    Kms(#[from] StoreError),
}

impl SignError {
    /// Whether it may be tried again: a key may become valid, and KMS may answer.
    pub fn retryable(&self) -> bool {
        match self {
            Self::NoKey(_) => true,
            Self::Kms(error) => error.retryable(),
        }
    }
}

impl Signer {
    /// Reads `CERTIFICATE_KEYS` (see [`registrar_domain::credential::key::KeyEntry`]) and asks KMS for what is with it.
    ///
    /// # Errors
    /// Names the key by its position, and what is wrong with it, without any of its value.
    pub async fn from_settings(settings: &Settings, aws: &Aws) -> Result<Self, SettingsError> {
        let text = settings.need(NAME)?;
        let entries = KeyEntry::list(&text).map_err(refused)?;
        let (mut claims, mut private, mut published) =
            (Vec::new(), Vec::new(), Published::default());
        for entry in entries {
            let KeyEntry {
                position,
                kid,
                validity,
                material,
            } = entry;
            let at = Position(position);
            let (algorithm, how, public) = match material {
                Material::Seed(seed) => seeded(&mut claims, at, kid, seed.reveal(), validity)?,
                Material::SealedSeed(sealed) => {
                    let opened = Kms::new(aws).open(kid, &sealed).await;
                    let seed = Secret::new(opened.map_err(|e| at.refused(&e))?);
                    seeded(&mut claims, at, kid, seed.reveal(), validity)?
                }
                Material::Rsa(pkcs8, public) => {
                    let pair = RsaKeyPair::from_pkcs8(pkcs8.reveal());
                    let pair = pair.map_err(|_| at.refused(&"`rsa` is no usable RSA key"))?;
                    let how = How::Rsa(Box::new(pair));
                    (Algorithm::Rs256, Some(how), PublicHalf::Rsa(public))
                }
                Material::Kms {
                    algorithm,
                    key,
                    public,
                } => {
                    let kms = Kms::new(aws);
                    let public = if let Some(public) = public {
                        public
                    } else {
                        let spki = kms.public_key(&key).await.map_err(|e| at.refused(&e))?;
                        let other = "the key in KMS is of another kind than `alg` says";
                        let public = PublicHalf::from_spki(algorithm, &spki);
                        public.ok_or_else(|| at.refused(&other))?
                    };
                    (algorithm, Some(How::Kms(kms, key)), public)
                }
                Material::Public(public) => {
                    published.add(kid, public, validity);
                    continue;
                }
            };
            published.add(kid, public, validity);
            private.extend(how.map(|how| PrivateKey {
                kid,
                algorithm,
                validity,
                how,
            }));
        }
        Ok(Self {
            keys: Arc::new(SigningKeys::new(claims, published).map_err(refused)?),
            private: private.into(),
        })
    }

    /// What signs claims and status lists, and the public halves of all keys.
    pub fn keys(&self) -> &Arc<SigningKeys> {
        &self.keys
    }

    /// The number of the key that signs with this algorithm now: the last one that may.
    pub fn kid(&self, algorithm: Algorithm, now: Timestamp) -> Option<u16> {
        self.key(algorithm, now).map(|key| key.kid)
    }

    fn key(&self, algorithm: Algorithm, now: Timestamp) -> Option<&PrivateKey> {
        self.keys_of(algorithm, now).next()
    }

    /// The keys that may sign with this algorithm now, the one that does first.
    fn keys_of(&self, algorithm: Algorithm, now: Timestamp) -> impl Iterator<Item = &PrivateKey> {
        let now = u64::try_from(now.as_second()).ok();
        let fits = move |key: &&PrivateKey| {
            key.algorithm == algorithm && now.is_some_and(|now| key.validity.may_sign_at(now))
        };
        self.private.iter().rev().filter(fits)
    }

    /// A compact JWS (RFC 7515) of the payload's JSON by the key that signs with this algorithm now; where it is longer than
    /// that one signs, by the next that may: the claims' seed, which signs anything. `header` gets the key's number and gives
    /// the protected header, to which `alg` is added.
    ///
    /// # Errors
    /// [`SignError::NoKey`], or what KMS says.
    pub async fn jws(
        &self,
        algorithm: Algorithm,
        now: Timestamp,
        header: impl Fn(u16) -> Map<String, Value>,
        payload: &impl Serialize,
    ) -> Result<String, SignError> {
        let payload = part(payload);
        for key in self.keys_of(algorithm, now) {
            let mut header = header(key.kid);
            header.insert("alg".to_owned(), algorithm.as_str().into());
            let mut jws = format!("{}.{payload}", part(&header));
            if jws.len() > key.longest() {
                continue;
            }
            let signature = key.sign(jws.as_bytes()).await?;
            jws.push('.');
            jws.push_str(&BASE64URL_NOPAD.encode(&signature));
            return Ok(jws);
        }
        Err(SignError::NoKey(algorithm))
    }
}

impl PrivateKey {
    /// The longest message that it signs, in bytes.
    fn longest(&self) -> usize {
        match (&self.how, self.algorithm) {
            (How::Kms(..), Algorithm::EdDsa) => LONGEST_MESSAGE,
            (How::Kms(..), Algorithm::Rs256) | (How::Ed25519(_) | How::Rsa(_), _) => usize::MAX,
        }
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match (&self.how, self.algorithm) {
            (How::Ed25519(key), _) => Ok(key.sign(message).to_vec()),
            (How::Rsa(pair), _) => Ok(sign_rsa(pair, message)),
            (How::Kms(kms, key), Algorithm::Rs256) => Ok(kms.sign_rsa(key, message).await?),
            (How::Kms(kms, key), Algorithm::EdDsa) => Ok(kms.sign_ed25519(key, message).await?),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the randomness blinds the private key; the signature is the same with any"
)]
fn sign_rsa(pair: &RsaKeyPair, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )
    .expect("the buffer is as long as the modulus, and an operating system has randomness");
    signature
}

fn part(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("a header or credential can be written as JSON");
    BASE64URL_NOPAD.encode(&json)
}

/// A key with its seed: it signs claims, and credentials too.
fn seeded(
    claims: &mut Vec<SigningKey>,
    at: Position,
    kid: u16,
    seed: &[u8],
    validity: Validity,
) -> Result<(Algorithm, Option<How>, PublicHalf), SettingsError> {
    let seed = seed
        .try_into()
        .map_err(|_| at.refused(&"what was sealed is not a seed of 32 bytes"))?;
    let key = SigningKey::with_validity(kid, seed, validity);
    let public = PublicHalf::Ed25519(key.issuer_key().public.clone());
    claims.push(key.clone());
    Ok((Algorithm::EdDsa, Some(How::Ed25519(Box::new(key))), public))
}

#[derive(Clone, Copy)]
struct Position(usize);

impl Position {
    fn refused(self, problem: &dyn fmt::Display) -> SettingsError {
        let position = self.0;
        SettingsError::refused(
            NAME,
            format!("certificate key at position {position}: {problem}"),
        )
    }
}

fn refused(error: SettingError) -> SettingsError {
    SettingsError::refused(NAME, error)
}

#[cfg(test)]
mod tests;
