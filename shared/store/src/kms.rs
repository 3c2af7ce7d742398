//! KMS: what opens sealed seeds and signs with keys that never leave it.
//!
//! | call | key | what for |
//! |---|---|---|
//! | `Decrypt` | symmetric | a sealed seed, at start; the encryption context `{"certificate-key": "<kid>"}` binds it to its number |
//! | `Sign` | `RSA_2048` and longer | `RSASSA_PKCS1_V1_5_SHA_256` over a SHA-256 digest that is made here: a message of any length |
//! | `Sign` | `ECC_NIST_EDWARDS25519` | `ED25519_SHA_512` over the message itself, at most 4096 bytes ([`LONGEST_MESSAGE`]) |
//! | `GetPublicKey` | those two | the `SubjectPublicKeyInfo`, at start, where the setting does not have it |
//!
//! Failures name KMS's error code and nothing of what was sent or answered.

use crate::{StoreError, aws::Aws};
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use aws_smithy_types::Blob;
use sha2::{Digest, Sha256};

/// The longest message that KMS signs as it is, in bytes (API reference of `Sign`, `Message`).
pub const LONGEST_MESSAGE: usize = 4096;
/// The name in the encryption context that a sealed seed must have been sealed with.
pub const SEALED_FOR: &str = "certificate-key";

/// The client.
#[derive(Clone, Debug)]
pub struct Kms(aws_sdk_kms::Client);

impl Kms {
    /// A client that connects with its first call.
    pub fn new(aws: &Aws) -> Self {
        Self(aws.kms())
    }

    /// Opens what was sealed for the certificate key `kid`.
    pub async fn open(&self, kid: u16, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let opened = self
            .0
            .decrypt()
            .ciphertext_blob(Blob::new(sealed))
            .encryption_context(SEALED_FOR, kid.to_string())
            .send()
            .await
            .map_err(|e| StoreError::of("KMS", &e))?;
        let plain = opened.plaintext.map(Blob::into_inner);
        plain.ok_or_else(|| unreadable("Decrypt"))
    }

    /// The `SubjectPublicKeyInfo` (DER) of an asymmetric key.
    pub async fn public_key(&self, key: &str) -> Result<Vec<u8>, StoreError> {
        let answer = self
            .0
            .get_public_key()
            .key_id(key)
            .send()
            .await
            .map_err(|e| StoreError::of("KMS", &e))?;
        let public = answer.public_key.map(Blob::into_inner);
        public.ok_or_else(|| unreadable("GetPublicKey"))
    }

    /// An RSASSA-PKCS1-v1_5 signature over the SHA-256 of the message.
    pub async fn sign_rsa(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, StoreError> {
        let digest = Sha256::digest(message);
        self.sign(
            key,
            &digest,
            MessageType::Digest,
            SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        )
        .await
    }

    /// An Ed25519 signature over the message, of at most [`LONGEST_MESSAGE`] bytes.
    pub async fn sign_ed25519(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.sign(
            key,
            message,
            MessageType::Raw,
            SigningAlgorithmSpec::Ed25519Sha512,
        )
        .await
    }

    async fn sign(
        &self,
        key: &str,
        message: &[u8],
        kind: MessageType,
        algorithm: SigningAlgorithmSpec,
    ) -> Result<Vec<u8>, StoreError> {
        let answer = self
            .0
            .sign()
            .key_id(key)
            .message(Blob::new(message))
            .message_type(kind)
            .signing_algorithm(algorithm)
            .send()
            .await
            .map_err(|e| StoreError::of("KMS", &e))?;
        let signature = answer.signature.map(Blob::into_inner);
        signature.ok_or_else(|| unreadable("Sign"))
    }
}

fn unreadable(operation: &str) -> StoreError {
    StoreError::Unavailable {
        service: "KMS",
        cause: format!("{operation} answered without a result"),
    }
}
