//! The public halves of the certificates' keys, as the verifier is configured with them.

use crate::error::{Error, Result};
use crate::kms::Keys;
use data_encoding::BASE64;
use registrar_credential::key::{KeyEntry, KeySet, Material, PublicHalf, Published};
use registrar_credential::{Algorithm, SigningKey};
use serde_json::{Value as Json, json};

/// The JWK set of a `CERTIFICATE_KEYS` setting; what is with KMS is asked of the stand-in.
pub(crate) fn key_set(setting: &str, kms: &Keys) -> Result<String> {
    let wrong = |e: &dyn std::fmt::Display| Error::store("certificate_keys", e);
    let mut published = Published::default();
    for entry in KeyEntry::list(setting).map_err(|e| wrong(&e))? {
        let (kid, validity) = (entry.kid, entry.validity);
        let of_seed = |seed: &[u8]| {
            let seed = <&[u8; 32]>::try_from(seed).ok()?;
            let key = SigningKey::with_validity(kid, seed, validity);
            Some(PublicHalf::Ed25519(key.issuer_key().public.clone()))
        };
        let public = match entry.material {
            Material::Seed(seed) => of_seed(seed.reveal()),
            Material::SealedSeed(sealed) => {
                let request = json!({"CiphertextBlob": BASE64.encode(&sealed),
                    "EncryptionContext": {"certificate-key": kid.to_string()}});
                of_seed(&answer(kms, "Decrypt", &request, "Plaintext")?)
            }
            Material::Rsa(_, public) => Some(PublicHalf::Rsa(public)),
            Material::Public(public)
            | Material::Kms {
                public: Some(public),
                ..
            } => Some(public),
            Material::Kms { algorithm, key, .. } => in_kms(kms, algorithm, &key)?,
        };
        let position = entry.position;
        let public = public.ok_or_else(|| wrong(&format!("the key at position {position}")))?;
        published.add(kid, public, validity);
    }
    let keys = KeySet::new(published.ed25519).and_then(|keys| keys.with_rsa(published.rsa));
    serde_json::to_string(&keys.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))
}

fn in_kms(kms: &Keys, algorithm: Algorithm, key: &str) -> Result<Option<PublicHalf>> {
    let request = json!({"KeyId": key});
    let spki = answer(kms, "GetPublicKey", &request, "PublicKey")?;
    Ok(PublicHalf::from_spki(algorithm, &spki))
}

fn answer(kms: &Keys, action: &str, request: &Json, field: &str) -> Result<Vec<u8>> {
    let answer = crate::kms::run(kms, action, request);
    let answer = answer.map_err(|refusal| Error::store("kms", refusal.message))?;
    let text = answer[field].as_str().unwrap_or_default();
    let bytes = BASE64.decode(text.as_bytes());
    bytes.map_err(|e| Error::store("kms", e))
}
