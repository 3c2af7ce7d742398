//! The compact JWS (RFC 7515) around the credential.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::Credential;
use crate::key::Algorithm;

/// Open Badges 3.0, 8.2.4: no other member is allowed.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    kid: String,
    typ: &'static str,
}

/// The registered claims; each repeats a member of the credential.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) jti: String,
    pub(super) sub: String,
    /// Unix seconds.
    pub(super) nbf: u64,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exp: Option<u64>,
}

/// A badge that only its signature lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned(String);

impl Unsigned {
    pub(super) fn new(algorithm: Algorithm, kid: String, credential: &Credential<'_>) -> Self {
        let header = Header {
            alg: algorithm.as_str(),
            kid,
            typ: "JWT",
        };
        Self(format!("{}.{}", part(&header), part(credential)))
    }

    /// What the signature is over: ASCII.
    pub fn message(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The compact JWS with this signature: 64 bytes for `EdDSA`, as many as the modulus has for `RS256`.
    pub fn signed(self, signature: &[u8]) -> String {
        let mut jws = self.0;
        jws.push('.');
        BASE64URL_NOPAD.encode_append(signature, &mut jws);
        jws
    }
}

fn part(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("texts and numbers can always be written as JSON");
    BASE64URL_NOPAD.encode(&json)
}

/// The payload of a compact JWS, as JSON text; nothing is verified. `None` for what is no such thing.
pub fn payload(jws: &str) -> Option<String> {
    let mut parts = jws.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let json = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    String::from_utf8(json).ok()
}
