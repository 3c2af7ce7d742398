//! The published form of the key set: a JWK Set (RFC 7517, RFC 8037), as `/certificate-keys` serves it.
//!
//! `nbf`, `exp` and `compromised_at` are Unix seconds.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{IssuerKey, KeySet, PublicKey};

#[derive(Serialize, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    kid: String,
    x: String,
    #[serde(rename = "use", default = "signature")]
    used_for: String,
    nbf: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromised_at: Option<u64>,
}

fn signature() -> String {
    "sig".to_owned()
}

impl From<&IssuerKey> for Jwk {
    fn from(key: &IssuerKey) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: key.kid.to_string(),
            x: BASE64URL_NOPAD.encode(key.public.as_bytes()),
            used_for: signature(),
            nbf: key.not_before,
            exp: key.not_after,
            compromised_at: key.compromised_at,
        }
    }
}

impl TryFrom<Jwk> for IssuerKey {
    type Error = &'static str;

    fn try_from(jwk: Jwk) -> Result<Self, &'static str> {
        if jwk.kty != "OKP" || jwk.crv != "Ed25519" {
            return Err("a key is not an Ed25519 key");
        }
        let bytes = BASE64URL_NOPAD
            .decode(jwk.x.as_bytes())
            .map_err(|_| "a key's x is not base64url")?;
        Ok(Self {
            kid: jwk
                .kid
                .parse()
                .map_err(|_| "a key's kid is not a number up to 65535")?,
            public: PublicKey::from_bytes(&bytes)
                .map_err(|_| "a key's x is not an Ed25519 public key")?,
            not_before: jwk.nbf,
            not_after: jwk.exp,
            compromised_at: jwk.compromised_at,
        })
    }
}

impl Serialize for KeySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Jwks {
            keys: self.keys().iter().map(Jwk::from).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Jwks::deserialize(deserializer)?.keys;
        let keys = keys
            .into_iter()
            .map(IssuerKey::try_from)
            .collect::<Result<_, _>>();
        Self::new(keys.map_err(de::Error::custom)?).map_err(de::Error::custom)
    }
}
