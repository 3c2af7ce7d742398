//! What the issuer publishes beside badges: its profile and its keys.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::{Addresses, credential::CONTEXTS};
use crate::key::{IssuerKey, KeySet, RsaKey};

/// The issuer, as every badge carries it and its address answers.
#[derive(Clone, Debug, Serialize)]
pub struct Profile<'a> {
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    context: Option<[&'static str; 2]>,
    id: String,
    #[serde(rename = "type")]
    kind: [&'static str; 1],
    name: &'a str,
}

impl<'a> Profile<'a> {
    /// The issuer called `name`, as a badge carries it.
    pub fn new(addresses: Addresses<'_>, name: &'a str) -> Self {
        Self {
            context: None,
            id: addresses.issuer(),
            kind: ["Profile"],
            name,
        }
    }

    /// The same as a document of its own.
    #[must_use]
    pub fn standalone(self) -> Self {
        Self {
            context: Some(CONTEXTS),
            ..self
        }
    }

    /// Its address.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The keys that verify badges and lists (RFC 7517), retired ones too. A compromised one is left out: other verifiers do not
/// read `compromised_at`, and would believe whoever has it by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// The set, oldest first, Ed25519 before RSA.
    pub fn new(addresses: Addresses<'_>, keys: &KeySet) -> Self {
        let trusted = keys.trusted();
        let ed25519 = trusted
            .keys()
            .iter()
            .map(|key| Jwk::ed25519(addresses, key));
        let rsa = trusted
            .rsa_keys()
            .iter()
            .map(|key| Jwk::rsa(addresses, key));
        Self {
            keys: ed25519.chain(rsa).collect(),
        }
    }

    /// The set as it is served.
    pub fn json(&self) -> String {
        json(self)
    }

    /// The key of this number.
    pub fn of(addresses: Addresses<'_>, keys: &KeySet, kid: u16) -> Option<Jwk> {
        let address = addresses.key(kid);
        let mut keys = Self::new(addresses, keys).keys.into_iter();
        keys.find(|key| key.kid == address)
    }
}

/// A public key; its `kid` is the address that answers with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kid: String,
    alg: &'static str,
    #[serde(rename = "use")]
    used_for: &'static str,
    #[serde(flatten)]
    material: Material,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
enum Material {
    #[serde(rename = "OKP")]
    Ed25519 { crv: &'static str, x: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl Jwk {
    /// The key as it is served.
    pub fn json(&self) -> String {
        json(self)
    }

    fn ed25519(addresses: Addresses<'_>, key: &IssuerKey) -> Self {
        Self {
            kid: addresses.key(key.kid),
            alg: "EdDSA",
            used_for: "sig",
            material: Material::Ed25519 {
                crv: "Ed25519",
                x: BASE64URL_NOPAD.encode(key.public.as_bytes()),
            },
        }
    }

    fn rsa(addresses: Addresses<'_>, key: &RsaKey) -> Self {
        Self {
            kid: addresses.key(key.kid),
            alg: "RS256",
            used_for: "sig",
            material: Material::Rsa {
                n: BASE64URL_NOPAD.encode(key.public.modulus()),
                e: BASE64URL_NOPAD.encode(key.public.exponent()),
            },
        }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts can always be written as JSON")
}
