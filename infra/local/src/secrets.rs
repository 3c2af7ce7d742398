//! Secrets of this machine's deployment, generated once into `<data>/secrets.json` (mode 0600).

use crate::error::{Error, Result};
use crate::template::Secrets;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ed25519_dalek::SigningKey;
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The length of the key that signs badges: the least that RS256 allows (RFC 7518, 3.3), which all wallets read.
const RSA_BITS: usize = 2048;

/// What was generated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LocalSecrets {
    /// Base64 of the Ed25519 seed that signs access tokens.
    pub token_signing_key: String,
    /// JSON list of the keys that sign certificates.
    pub certificate_keys: String,
    /// Base64 of the HMAC key of download links.
    pub download_link_secret: String,
    /// Base64 of the HMAC key of the chat channel's calls.
    pub channel_secret: String,
    /// Base64 of the HMAC key of links for a new password.
    pub invitation_secret: String,
    /// What the first super admin is made with.
    pub bootstrap_secret: String,
    /// What the mail simulator accepts.
    pub sendgrid_api_key: String,
    /// What the `WhatsApp` simulator accepts.
    pub aisensy_api_key: String,
    /// What the model's simulator accepts.
    pub anthropic_api_key: String,
    /// What the `WhatsApp` Cloud simulator accepts.
    pub whatsapp_access_token: String,
    /// What the `WhatsApp` Cloud simulator signs with.
    pub whatsapp_app_secret: String,
    /// What the address of the `WhatsApp` webhook is confirmed with.
    pub whatsapp_verify_token: String,
    /// What the KV simulator accepts.
    pub cloudflare_api_token: String,
    /// Credentials of the tables, buckets and queues.
    pub aws_access_key_id: String,
    /// Secret half of those.
    pub aws_secret_access_key: String,
}

impl LocalSecrets {
    /// Reads the file, or generates and writes it.
    pub fn load_or_create(data: &Path) -> Result<Self> {
        let path = data.join("secrets.json");
        match std::fs::read(&path) {
            Ok(bytes) => Self::complete(&bytes, &path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut secrets = Self::generate()?;
                secrets.add_rsa_key()?;
                secrets.write(&path)?;
                Ok(secrets)
            }
            Err(error) => Err(Error::file(path, error)),
        }
    }

    /// What the file holds; a secret that is newer than the file is generated and added.
    fn complete(bytes: &[u8], path: &Path) -> Result<Self> {
        let wrong =
            |e: serde_json::Error| Error::store("secrets", format!("{}: {e}", path.display()));
        let mut known: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(bytes).map_err(wrong)?;
        let before = known.len();
        let fresh = serde_json::to_value(Self::generate()?).map_err(wrong)?;
        for (name, value) in fresh.as_object().into_iter().flatten() {
            known.entry(name).or_insert_with(|| value.clone());
        }
        let added = known.len() > before;
        let mut secrets: Self =
            serde_json::from_value(serde_json::Value::Object(known)).map_err(wrong)?;
        if secrets.add_rsa_key()? || added {
            secrets.write(path)?;
        }
        Ok(secrets)
    }

    /// Adds a key that signs badges for wallets, when the certificate keys have none. Says whether it did.
    fn add_rsa_key(&mut self) -> Result<bool> {
        let wrong = |e: &dyn std::fmt::Display| Error::store("certificate_keys", e);
        let mut keys: Vec<serde_json::Value> =
            serde_json::from_str(&self.certificate_keys).map_err(|e| wrong(&e))?;
        let is_rsa = |key: &serde_json::Value| key.get("rsa").is_some() || key["alg"] == "RS256";
        if keys.iter().any(is_rsa) {
            return Ok(false);
        }
        let numbers = keys.iter().filter_map(|key| key["kid"].as_u64());
        let kid = numbers.max().unwrap_or(0) + 1;
        let key = RsaPrivateKey::new(&mut OsRng, RSA_BITS).map_err(|e| wrong(&e))?;
        let pkcs8 = key.to_pkcs8_der().map_err(|e| wrong(&e))?;
        let rsa = BASE64.encode(pkcs8.as_bytes());
        keys.push(json!({"kid": kid, "rsa": rsa, "not_before": yesterday()?}));
        self.certificate_keys = json!(keys).to_string();
        Ok(true)
    }

    fn generate() -> Result<Self> {
        let not_before = yesterday()?;
        let keys = json!([{"kid": 1, "seed": BASE64.encode(&random()?), "not_before": not_before}]);
        let text = |prefix: &str| -> Result<String> {
            Ok(format!("{prefix}{}", BASE64URL_NOPAD.encode(&random()?)))
        };
        Ok(Self {
            token_signing_key: BASE64.encode(&random()?),
            certificate_keys: keys.to_string(),
            download_link_secret: BASE64.encode(&random()?),
            channel_secret: BASE64.encode(&random()?),
            invitation_secret: BASE64.encode(&random()?),
            bootstrap_secret: BASE64.encode(&random()?),
            sendgrid_api_key: text("SG.simulator-")?,
            aisensy_api_key: text("simulator-")?,
            anthropic_api_key: text("simulator-")?,
            whatsapp_access_token: text("simulator-")?,
            whatsapp_app_secret: text("simulator-")?,
            whatsapp_verify_token: text("simulator-")?,
            cloudflare_api_token: text("simulator-")?,
            aws_access_key_id: "local".into(),
            aws_secret_access_key: text("")?,
        })
    }

    fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(|e| Error::store("secrets", e))?;
        // Written aside and renamed: a killed process leaves no half of a file.
        let aside = path.with_extension("new");
        let mut options = std::fs::File::options();
        let file = options
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&aside);
        let written =
            file.and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()));
        written
            .and_then(|()| std::fs::rename(&aside, path))
            .map_err(|e| Error::file(path, e))
    }

    /// As dynamic references find them: the JSON keys of any secret the template names.
    pub fn references(&self) -> Secrets {
        let keys = [
            ("token_signing_key", &self.token_signing_key),
            ("certificate_keys", &self.certificate_keys),
            ("download_link_secret", &self.download_link_secret),
            ("channel_secret", &self.channel_secret),
            ("invitation_secret", &self.invitation_secret),
            ("bootstrap_secret", &self.bootstrap_secret),
            ("sendgrid_api_key", &self.sendgrid_api_key),
            ("aisensy_api_key", &self.aisensy_api_key),
            ("anthropic_api_key", &self.anthropic_api_key),
            ("whatsapp_access_token", &self.whatsapp_access_token),
            ("whatsapp_app_secret", &self.whatsapp_app_secret),
            ("whatsapp_verify_token", &self.whatsapp_verify_token),
            ("cloudflare_api_token", &self.cloudflare_api_token),
        ];
        let any = keys
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect();
        Secrets {
            named: BTreeMap::new(),
            any,
        }
    }

    /// The public key set that access tokens are checked with; `kid` is the RFC 7638 thumbprint.
    pub fn auth_jwks(&self) -> Result<String> {
        let x = BASE64URL_NOPAD.encode(public_key(&self.token_signing_key)?.as_slice());
        let kid = thumbprint(&x);
        Ok(json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}]})
            .to_string())
    }
}

/// RFC 7638 thumbprint of an Ed25519 key.
fn thumbprint(x: &str) -> String {
    use sha2::{Digest, Sha256};
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64URL_NOPAD.encode(&Sha256::digest(canonical.as_bytes()))
}

/// The public half of a base64 seed.
pub(crate) fn public_key(seed: &str) -> Result<[u8; 32]> {
    let bytes = BASE64
        .decode(seed.as_bytes())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let seed =
        bytes.ok_or_else(|| Error::store("secrets", "a seed is not the base64 of 32 bytes"))?;
    Ok(SigningKey::from_bytes(&seed).verifying_key().to_bytes())
}

/// The first day of a new key: a day earlier than today, so that no reader's clock is before the first certificate.
fn yesterday() -> Result<String> {
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let yesterday = today.yesterday();
    Ok(yesterday
        .map_err(|e| Error::store("secrets", e))?
        .to_string())
}

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::store("secrets", e))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_generated_once_and_only_the_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let first = LocalSecrets::load_or_create(folder.path()).unwrap();
        let second = LocalSecrets::load_or_create(folder.path()).unwrap();
        assert_eq!(first.token_signing_key, second.token_signing_key);
        let mode = std::fs::metadata(folder.path().join("secrets.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_older_file_gets_a_key_for_badges_and_keeps_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        let seed = BASE64.encode(&[7; 32]);
        let old = json!([{"kid": 4, "seed": seed, "not_before": "2026-01-01"}]);
        let file = json!({"certificate_keys": old.to_string()});
        std::fs::write(&path, file.to_string()).unwrap();
        let first = LocalSecrets::load_or_create(folder.path()).unwrap();
        let keys = registrar_credential::SigningKeys::from_json(&first.certificate_keys).unwrap();
        let public = keys.public();
        assert_eq!((public.keys()[0].kid, public.rsa_keys()[0].kid), (4, 5));
        let second = LocalSecrets::load_or_create(folder.path()).unwrap();
        assert_eq!(first.certificate_keys, second.certificate_keys);
    }

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        assert_eq!(
            thumbprint("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn a_broken_file_is_an_error_and_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secrets.json"), "{").unwrap();
        assert!(LocalSecrets::load_or_create(folder.path()).is_err());
        assert_eq!(
            std::fs::read_to_string(folder.path().join("secrets.json")).unwrap(),
            "{"
        );
    }
}
