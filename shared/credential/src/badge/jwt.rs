//! The compact JWS (RFC 7515) around the credential.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Addresses;

/// The members of the JOSE header beside `alg` for key number `kid`. Open Badges 3.0 (8.2.4) allows no other.
pub fn header(addresses: Addresses<'_>, kid: u16) -> Map<String, Value> {
    let members = [("kid", addresses.key(kid).into()), ("typ", "JWT".into())];
    Map::from_iter(members.map(|(name, value)| (name.to_owned(), value)))
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

/// The payload of a compact JWS, as JSON text; nothing is verified. `None` for what is no such thing.
pub fn payload(jws: &str) -> Option<String> {
    let mut parts = jws.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let json = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    String::from_utf8(json).ok()
}
