//! The compact JWS and the credential inside it.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{LIST_BITS, Purpose, StatusError};
use crate::badge::Addresses;
use crate::base::decode_base64url;
use crate::key::{Forgery, KeySet, SigningKey};
use crate::rfc3339;

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(rename = "@context", default)]
    context: Vec<String>,
    iss: String,
    iat: u64,
    exp: u64,
    jti: String,
    #[serde(default)]
    id: String,
    #[serde(rename = "type")]
    types: Vec<String>,
    #[serde(default)]
    issuer: String,
    #[serde(rename = "validFrom", default)]
    valid_from: String,
    #[serde(rename = "validUntil", default)]
    valid_until: String,
    #[serde(rename = "credentialSubject")]
    subject: Subject,
}

#[derive(Serialize, Deserialize)]
struct Subject {
    #[serde(default)]
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "statusPurpose")]
    purpose: String,
    #[serde(rename = "encodedList")]
    encoded: String,
}

impl Claims {
    pub(super) fn new(
        addresses: Addresses<'_>,
        number: u32,
        purpose: Purpose,
        issued_at: u64,
        lifetime: u64,
        encoded: String,
    ) -> Self {
        let (issuer, address) = (addresses.issuer(), addresses.list(purpose, number));
        let expires_at = issued_at.saturating_add(lifetime);
        Self {
            context: vec!["https://www.w3.org/ns/credentials/v2".to_owned()],
            iss: issuer.clone(),
            iat: issued_at,
            exp: expires_at,
            jti: address.clone(),
            id: address.clone(),
            types: vec![
                "VerifiableCredential".to_owned(),
                "BitstringStatusListCredential".to_owned(),
            ],
            issuer,
            valid_from: rfc3339(issued_at),
            valid_until: rfc3339(expires_at),
            subject: Subject {
                id: format!("{address}#list"),
                kind: "BitstringStatusList".to_owned(),
                purpose: purpose.as_str().to_owned(),
                encoded,
            },
        }
    }

    pub(super) fn issued_at(&self) -> u64 {
        self.iat
    }

    pub(super) fn expires_at(&self) -> u64 {
        self.exp
    }

    pub(super) fn encoded_list(&self) -> &str {
        &self.subject.encoded
    }

    /// The list's number and purpose, when `jti` and `statusPurpose` agree on them.
    pub(super) fn list(&self) -> Option<(u32, Purpose)> {
        let is_list = self
            .types
            .iter()
            .any(|kind| kind == "BitstringStatusListCredential");
        if !is_list || self.subject.kind != "BitstringStatusList" {
            return None;
        }
        let (_, path) = self.jti.rsplit_once("/status-lists/")?;
        let number = path.split('/').next()?.parse().ok()?;
        let purpose = [Purpose::Revocation, Purpose::Suspension]
            .into_iter()
            .find(|purpose| purpose.as_str() == self.subject.purpose)?;
        (purpose.path(number) == path && number <= u32::MAX / LIST_BITS)
            .then_some((number, purpose))
    }
}

pub(super) fn sign(key: &SigningKey, addresses: Addresses<'_>, claims: &Claims) -> String {
    let header = Header {
        alg: "EdDSA".to_owned(),
        typ: "vc+jwt".to_owned(),
        kid: addresses.key(key.kid()),
    };
    let mut jws = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(jws.as_bytes());
    jws.push('.');
    jws.push_str(&BASE64URL_NOPAD.encode(&signature));
    jws
}

fn part(value: &impl Serialize) -> String {
    let json =
        serde_json::to_vec(value).expect("strings and numbers can always be written as JSON");
    BASE64URL_NOPAD.encode(&json)
}

/// Checks the signature before anything of the payload is read, except its date, which says what the key was then.
pub(super) fn verify(jws: &str, keys: &KeySet) -> Result<Claims, StatusError> {
    let (signed, signature) = jws.rsplit_once('.').ok_or(StatusError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(StatusError::Malformed)?;
    let header: Header = read(header)?;
    if header.alg != "EdDSA" || header.typ != "vc+jwt" {
        return Err(StatusError::Malformed);
    }
    let number = header.kid.rsplit('/').next().map(str::parse);
    let Some(Ok(kid)) = number else {
        return Err(StatusError::Malformed);
    };
    let signature = decode_base64url(signature).map_err(|_| StatusError::Malformed)?;
    let signature = <[u8; 64]>::try_from(signature).map_err(|_| StatusError::Malformed)?;
    let claims: Claims = read(payload)?;
    let key = keys
        .in_use(kid, claims.iat, claims.iat)
        .map_err(StatusError::Forged)?;
    if !key.public.verify(signed.as_bytes(), &signature) {
        return Err(StatusError::Forged(Forgery::Signature));
    }
    Ok(claims)
}

fn read<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, StatusError> {
    let json = decode_base64url(part).map_err(|_| StatusError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| StatusError::Malformed)
}
