//! Keys: which there are says the template, what they are made of is kept in a file.

use super::actions::Refusal;
use crate::error::{Error, Result};
use crate::template::{KmsKey, KmsSpec};
use data_encoding::BASE64;
use ed25519_dalek::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::{RsaPrivateKey, rand_core::OsRng};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What stands before the 32 bytes of an Ed25519 public key in its `SubjectPublicKeyInfo` (RFC 8410, 4).
const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The deployment's keys.
#[derive(Debug)]
pub(crate) struct Keys {
    /// By id.
    declared: BTreeMap<String, KmsKey>,
    path: PathBuf,
    /// By id, base64: 32 bytes, or PKCS#8.
    made: Mutex<BTreeMap<String, String>>,
}

/// A key's private half.
pub(super) enum Private {
    Symmetric([u8; 32]),
    Rsa(Box<RsaPrivateKey>),
    Ed25519(SigningKey),
}

impl Keys {
    /// Reads the file; keys of it that the template no longer declares are left in it, and not served.
    pub(crate) fn open(data: &Path, declared: &[KmsKey]) -> Result<Self> {
        let path = data.join("kms.json");
        let made = match std::fs::read(&path) {
            Ok(bytes) => {
                let wrong = |e| Error::store("kms", format!("{}: {e}", path.display()));
                serde_json::from_slice(&bytes).map_err(wrong)?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(Error::file(path, error)),
        };
        let declared = declared.iter().map(|key| (key.id.clone(), key.clone()));
        Ok(Self {
            declared: declared.collect(),
            path,
            made: Mutex::new(made),
        })
    }

    /// The key of an id or ARN.
    pub(super) fn key(&self, named: &str) -> Result<&KmsKey, Refusal> {
        let id = named.rsplit_once(":key/").map_or(named, |(_, id)| id);
        let key = self.declared.get(id);
        key.filter(|key| named == id || named == key.arn)
            .ok_or_else(|| Refusal::new("NotFoundException", format!("there is no key {named}")))
    }

    /// Its private half, made now if it was never used.
    pub(super) fn private(&self, key: &KmsKey) -> Result<Private, Refusal> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = if let Some(text) = made.get(&key.id) {
            let bytes = BASE64.decode(text.as_bytes());
            bytes.map_err(|_| Refusal::internal("kms.json is damaged"))?
        } else {
            let bytes = make(key.spec)?;
            made.insert(key.id.clone(), BASE64.encode(&bytes));
            if let Err(error) = self.write(&made) {
                tracing::error!(%error, "keys were not kept");
                return Err(Refusal::internal("the key could not be kept"));
            }
            bytes
        };
        let damaged = || Refusal::internal("kms.json is damaged");
        let seed = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| damaged());
        Ok(match key.spec {
            KmsSpec::Symmetric => Private::Symmetric(seed(&bytes)?),
            KmsSpec::Ed25519 => Private::Ed25519(SigningKey::from_bytes(&seed(&bytes)?)),
            KmsSpec::Rsa(_) => {
                let key = RsaPrivateKey::from_pkcs8_der(&bytes).map_err(|_| damaged())?;
                Private::Rsa(Box::new(key))
            }
        })
    }

    /// Written aside and renamed: a killed process leaves no half of a file.
    fn write(&self, made: &BTreeMap<String, String>) -> std::io::Result<()> {
        let aside = self.path.with_extension("new");
        let mut options = std::fs::File::options();
        let mut file = options
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&aside)?;
        file.write_all(&serde_json::to_vec_pretty(made)?)?;
        file.sync_all()?;
        std::fs::rename(&aside, &self.path)
    }
}

impl Private {
    /// `SubjectPublicKeyInfo` (DER) of an asymmetric key.
    pub(super) fn spki(&self) -> Option<Vec<u8>> {
        match self {
            Self::Symmetric(_) => None,
            Self::Rsa(key) => {
                let der = key.to_public_key().to_public_key_der().ok()?;
                Some(der.into_vec())
            }
            Self::Ed25519(key) => {
                Some([&ED25519_SPKI[..], key.verifying_key().as_bytes()].concat())
            }
        }
    }
}

fn make(spec: KmsSpec) -> Result<Vec<u8>, Refusal> {
    match spec {
        KmsSpec::Symmetric | KmsSpec::Ed25519 => {
            let mut bytes = vec![0; 32];
            getrandom::fill(&mut bytes).map_err(|_| Refusal::internal("no randomness"))?;
            Ok(bytes)
        }
        KmsSpec::Rsa(bits) => {
            let failed = |_| Refusal::internal("no RSA key could be made");
            let key = RsaPrivateKey::new(&mut OsRng, bits).map_err(failed)?;
            let der = key.to_pkcs8_der();
            let der = der.map_err(|_| Refusal::internal("no RSA key could be made"))?;
            Ok(der.as_bytes().to_vec())
        }
    }
}
