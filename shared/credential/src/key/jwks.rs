//! The published form of the key set: a JWK Set (RFC 7517, 7518, 8037), as `/certificate-keys` serves it.
//!
//! `nbf`, `exp` and `compromised_at` are Unix seconds: from when to when the key signs, and from when on it is not to be
//! believed. A key of a kind that the reader does not know is passed over (RFC 7517, 5), so that a verifier outlives the
//! publication of a new kind.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::base::{decode_base64url, encode_base64url};

use super::{Algorithm, IssuerKey, KeySet, PublicKey, RsaKey, RsaPublic, Validity};

#[derive(Serialize, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

/// One struct for both kinds: what a kind lacks is left out.
#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    kid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", default = "signature")]
    used_for: String,
    #[serde(default)]
    nbf: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromised_at: Option<u64>,
}

fn signature() -> String {
    "sig".to_owned()
}

impl Jwk {
    fn new(kty: &str, kid: u16, algorithm: Algorithm, validity: Validity) -> Self {
        Self {
            kty: kty.to_owned(),
            crv: None,
            kid: kid.to_string(),
            x: None,
            n: None,
            e: None,
            alg: Some(algorithm.as_str().to_owned()),
            used_for: signature(),
            nbf: validity.not_before,
            exp: validity.not_after,
            compromised_at: validity.compromised_at,
        }
    }

    fn kid(&self) -> Result<u16, &'static str> {
        let kid = self.kid.parse();
        kid.map_err(|_| "a key's kid is not a number up to 65535")
    }

    fn validity(&self) -> Validity {
        Validity {
            not_before: self.nbf,
            not_after: self.exp,
            compromised_at: self.compromised_at,
        }
    }
}

impl From<&IssuerKey> for Jwk {
    fn from(key: &IssuerKey) -> Self {
        Self {
            crv: Some("Ed25519".to_owned()),
            x: Some(encode_base64url(key.public.as_bytes())),
            ..Self::new("OKP", key.kid, Algorithm::EdDsa, key.validity())
        }
    }
}

impl From<&RsaKey> for Jwk {
    fn from(key: &RsaKey) -> Self {
        Self {
            n: Some(encode_base64url(key.public.modulus())),
            e: Some(encode_base64url(key.public.exponent())),
            ..Self::new("RSA", key.kid, Algorithm::Rs256, key.validity)
        }
    }
}

fn bytes(text: Option<&String>, problem: &'static str) -> Result<Vec<u8>, &'static str> {
    let decode = |text: &String| decode_base64url(text).ok();
    text.and_then(decode).ok_or(problem)
}

impl TryFrom<&Jwk> for IssuerKey {
    type Error = &'static str;

    fn try_from(jwk: &Jwk) -> Result<Self, &'static str> {
        let public = bytes(jwk.x.as_ref(), "a key's x is not base64url")?;
        let public = PublicKey::from_bytes(&public);
        let public = public.map_err(|_| "a key's x is not an Ed25519 public key")?;
        Ok(Self::new(jwk.kid()?, public, jwk.validity()))
    }
}

impl TryFrom<&Jwk> for RsaKey {
    type Error = &'static str;

    fn try_from(jwk: &Jwk) -> Result<Self, &'static str> {
        let problem = "a key's n and e are not those of an RSA key";
        let (n, e) = (
            bytes(jwk.n.as_ref(), problem)?,
            bytes(jwk.e.as_ref(), problem)?,
        );
        Ok(Self {
            kid: jwk.kid()?,
            public: RsaPublic::new(n, e).map_err(|_| problem)?,
            validity: jwk.validity(),
        })
    }
}

impl Serialize for KeySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ed25519 = self.keys().iter().map(Jwk::from);
        let rsa = self.rsa_keys().iter().map(Jwk::from);
        let keys = ed25519.chain(rsa).collect();
        Jwks { keys }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut ed25519, mut rsa) = (Vec::new(), Vec::new());
        for jwk in &Jwks::deserialize(deserializer)?.keys {
            match (jwk.kty.as_str(), jwk.crv.as_deref()) {
                ("OKP", Some("Ed25519")) => {
                    ed25519.push(jwk.try_into().map_err(de::Error::custom)?);
                }
                ("RSA", None) => rsa.push(jwk.try_into().map_err(de::Error::custom)?),
                _ => {}
            }
        }
        let keys = Self::new(ed25519).and_then(|keys| keys.with_rsa(rsa));
        keys.map_err(de::Error::custom)
    }
}
