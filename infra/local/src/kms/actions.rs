//! What can be asked for.

use super::keys::{Keys, Private};
use crate::template::{KmsKey, KmsSpec};
use data_encoding::BASE64;
use ed25519_dalek::Signer as _;
use http::StatusCode;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rsa::Pkcs1v15Sign;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The longest message, in bytes.
const LONGEST: usize = 4096;
/// SHA-256's `DigestInfo` up to the digest (RFC 8017, 9.2).
const SHA_256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
/// Length of a key's id, with which what it sealed begins.
const ID: usize = 36;

/// What an action refuses with.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(super) shape: &'static str,
    pub(crate) message: String,
    pub(super) status: StatusCode,
}

impl Refusal {
    pub(super) fn new(shape: &'static str, message: impl Into<String>) -> Self {
        Self {
            shape,
            message: message.into(),
            status: StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn internal(message: &str) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new("KMSInternalException", message)
        }
    }

    fn usage(key: &KmsKey) -> Self {
        let message = format!("{} is not a key for that", key.arn);
        Self::new("InvalidKeyUsageException", message)
    }

    fn validation(message: &str) -> Self {
        Self::new("ValidationException", message)
    }
}

pub(crate) fn run(keys: &Keys, action: &str, request: &Json) -> Result<Json, Refusal> {
    match action {
        "Encrypt" => encrypt(keys, request),
        "Decrypt" => decrypt(keys, request),
        "Sign" => sign(keys, request),
        "GetPublicKey" => public_key(keys, request),
        other => Err(Refusal::new(
            "UnknownOperationException",
            format!("{other} does not exist here"),
        )),
    }
}

fn named<'a>(keys: &'a Keys, request: &Json) -> Result<&'a KmsKey, Refusal> {
    let named = request["KeyId"].as_str();
    keys.key(named.ok_or_else(|| Refusal::validation("KeyId is needed"))?)
}

fn bytes(request: &Json, field: &str) -> Result<Vec<u8>, Refusal> {
    let text = request[field].as_str();
    text.and_then(|text| BASE64.decode(text.as_bytes()).ok())
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| Refusal::validation(&format!("{field} must be base64")))
}

/// The encryption context in one form: what was sealed opens with the same context only.
fn context(request: &Json) -> Result<Vec<u8>, Refusal> {
    let context = &request["EncryptionContext"];
    let pairs: BTreeMap<String, String> = if context.is_null() {
        BTreeMap::new()
    } else {
        serde_json::from_value(context.clone())
            .map_err(|_| Refusal::validation("EncryptionContext is a map of texts"))?
    };
    Ok(json!(pairs).to_string().into_bytes())
}

fn cipher(keys: &Keys, key: &KmsKey) -> Result<LessSafeKey, Refusal> {
    let Private::Symmetric(secret) = keys.private(key)? else {
        return Err(Refusal::usage(key));
    };
    let key = UnboundKey::new(&AES_256_GCM, &secret);
    let key = key.map_err(|_| Refusal::internal("a key has the wrong length"))?;
    Ok(LessSafeKey::new(key))
}

fn encrypt(keys: &Keys, request: &Json) -> Result<Json, Refusal> {
    let key = named(keys, request)?;
    let mut text = bytes(request, "Plaintext")?;
    if text.len() > LONGEST {
        return Err(Refusal::validation("Plaintext has at most 4096 bytes"));
    }
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(|_| Refusal::internal("no randomness"))?;
    let of = Nonce::assume_unique_for_key(nonce);
    cipher(keys, key)?
        .seal_in_place_append_tag(of, Aad::from(context(request)?), &mut text)
        .map_err(|_| Refusal::internal("sealing failed"))?;
    let sealed = [key.id.as_bytes(), &nonce, &text].concat();
    Ok(
        json!({"CiphertextBlob": BASE64.encode(&sealed), "KeyId": key.arn,
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}),
    )
}

fn decrypt(keys: &Keys, request: &Json) -> Result<Json, Refusal> {
    let sealed = bytes(request, "CiphertextBlob")?;
    let invalid = || Refusal::new("InvalidCiphertextException", "nothing was sealed like this");
    let (id, rest) = sealed.split_at_checked(ID).ok_or_else(invalid)?;
    let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or_else(invalid)?;
    let key = std::str::from_utf8(id).map_err(|_| invalid())?;
    let key = keys.key(key).map_err(|_| invalid())?;
    if !request["KeyId"].is_null() && named(keys, request)?.id != key.id {
        let message = "it was sealed with another key";
        return Err(Refusal::new("IncorrectKeyException", message));
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| invalid())?;
    let mut text = text.to_vec();
    let opened = cipher(keys, key)?
        .open_in_place(nonce, Aad::from(context(request)?), &mut text)
        .map_err(|_| invalid())?;
    Ok(json!({"Plaintext": BASE64.encode(opened), "KeyId": key.arn,
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}))
}

fn public_key(keys: &Keys, request: &Json) -> Result<Json, Refusal> {
    let key = named(keys, request)?;
    let spki = keys.private(key)?.spki();
    let spki = spki.ok_or_else(|| Refusal::usage(key))?;
    Ok(
        json!({"KeyId": key.arn, "PublicKey": BASE64.encode(&spki), "KeyUsage": "SIGN_VERIFY",
        "KeySpec": key.spec.name(), "SigningAlgorithms": [key.spec.signing_algorithm()]}),
    )
}

fn sign(keys: &Keys, request: &Json) -> Result<Json, Refusal> {
    let key = named(keys, request)?;
    let message = bytes(request, "Message")?;
    if message.len() > LONGEST {
        return Err(Refusal::validation("Message has at most 4096 bytes"));
    }
    let kind = request["MessageType"].as_str().unwrap_or("RAW");
    let algorithm = request["SigningAlgorithm"].as_str().unwrap_or_default();
    if key.spec == KmsSpec::Symmetric || algorithm != key.spec.signing_algorithm() {
        return Err(Refusal::usage(key));
    }
    let signature = match (keys.private(key)?, kind) {
        (Private::Rsa(private), "DIGEST") => {
            if message.len() != 32 {
                return Err(Refusal::validation("a SHA-256 digest has 32 bytes"));
            }
            let scheme = Pkcs1v15Sign {
                hash_len: Some(32),
                prefix: Box::from(SHA_256),
            };
            private
                .sign_with_rng(&mut rsa::rand_core::OsRng, scheme, &message)
                .map_err(|_| Refusal::internal("signing failed"))?
        }
        (Private::Ed25519(private), "RAW") => private.sign(&message).to_bytes().to_vec(),
        _ => {
            return Err(Refusal::validation(
                "MessageType must be DIGEST for RSA and RAW for Ed25519 here",
            ));
        }
    };
    Ok(
        json!({"KeyId": key.arn, "Signature": BASE64.encode(&signature), "SigningAlgorithm": algorithm}),
    )
}
