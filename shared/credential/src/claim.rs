//! The signed claim that a certificate's QR code carries, and its token.
//!
//! Binary form, integers big-endian, days since 1970-01-01:
//!
//! ```text
//! version u8 = 1 | key id u16 | issued u16 | expires u16 (0 = never)
//! | hash symbols u8 | hash, 5 bits a symbol, zero-padded
//! | status index u32 | holder | course | signature 64 bytes
//! ```
//!
//! Holder and course are `length u8, UTF-8`; a length of 255 says that the text's SHA-256 follows
//! instead, which is the form of every text over [`PLAIN_BYTES`]. The signature is Ed25519 over
//! `"registrar-claim-v1\0"` and everything before it. The token is the binary form in RFC 4648
//! base32 without padding, upper case, so that a QR code may use its alphanumeric mode.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};

use crate::base::{NotBase, decode_base32};
use crate::day::Day;
use crate::id::CertificateId;
use crate::key::SigningKey;

mod read;
mod text;

pub use text::{EmptyText, Text};

/// The longest text, in bytes of UTF-8, that a claim carries itself.
pub const PLAIN_BYTES: usize = 120;
/// The longest token there can be; a longer text is refused before any work.
pub const TOKEN_CHARS: usize = (BINARY_BYTES * 8).div_ceil(5);

/// Fixed fields, a hash of 16 symbols, two texts of full length, and the signature.
const BINARY_BYTES: usize = 1 + 2 + 2 + 2 + 1 + 10 + 4 + 2 * (1 + PLAIN_BYTES) + SIGNATURE_BYTES;
const SIGNATURE_BYTES: usize = 64;
const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"registrar-claim-v1\0";
const DIGEST_FOLLOWS: u8 = 255;

/// What a certificate claims. Its day of issue is its id's date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The issuer's key that signs, or signed, the claim.
    pub key_id: u16,
    /// The last day on which the certificate holds, inclusive (UTC); `None` is for ever.
    pub expires: Option<Day>,
    /// The certificate's id.
    pub id: CertificateId,
    /// The certificate's place in the status lists, counted over all of them.
    pub status_index: u32,
    /// Whom the certificate is for.
    pub holder: Text,
    /// What for.
    pub course: Text,
}

/// Why a text is not a token. Nothing here says anything about the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Longer than [`TOKEN_CHARS`].
    #[error("the token is longer than any token")]
    TooLong,
    /// A character outside base32, or a length that base32 never has.
    #[error("the token is not base32")]
    NotBase32,
    /// Unused bits of the last character, or of the packed hash, are set.
    #[error("the token's unused bits are set")]
    PaddingBits,
    /// Written in a later version of the format than this reader knows: no judgement on it.
    #[error("the token has format version {0}, which this reader does not know")]
    UnknownVersion(u8),
    /// It ends before its last field does.
    #[error("the token ends too early")]
    Truncated,
    /// It goes on after its last field.
    #[error("the token has bytes after its end")]
    TrailingBytes,
    /// The hash has fewer than 6 or more than 16 symbols.
    #[error("the token's certificate id has an impossible length")]
    HashLength,
    /// A text is empty or longer than a claim carries.
    #[error("a text of the token has an impossible length")]
    TextLength,
    /// A text is not UTF-8.
    #[error("a text of the token is not UTF-8")]
    Utf8,
    /// It ends before its day of issue.
    #[error("the token expires before it is issued")]
    ExpiresBeforeIssue,
}

impl TokenError {
    /// The stable code of the reason, in `snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotBase32 => "not_base32",
            Self::PaddingBits => "padding_bits",
            Self::UnknownVersion(_) => "unknown_version",
            Self::Truncated => "truncated",
            Self::TrailingBytes => "trailing_bytes",
            Self::HashLength => "hash_length",
            Self::TextLength => "text_length",
            Self::Utf8 => "utf8",
            Self::ExpiresBeforeIssue => "expires_before_issue",
        }
    }
}

/// Why a claim cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The claim names another key than the one given.
    #[error("the claim names key {claim}, not key {key}")]
    OtherKey {
        /// The key that the claim names.
        claim: u16,
        /// The key that was to sign.
        key: u16,
    },
    /// The claim would have ended before its day of issue.
    #[error("the claim expires before it is issued")]
    ExpiresBeforeIssue,
}

impl Claim {
    /// The day of issue (UTC): the id's date.
    pub fn issued(&self) -> Day {
        self.id.day()
    }

    /// Signs the claim with the key it names.
    pub fn sign(self, key: &SigningKey) -> Result<SignedClaim, SignError> {
        if self.key_id != key.kid() {
            return Err(SignError::OtherKey {
                claim: self.key_id,
                key: key.kid(),
            });
        }
        // The first day there is stands for `never` in the binary form.
        if self
            .expires
            .is_some_and(|day| day < self.issued() || day.days() == 0)
        {
            return Err(SignError::ExpiresBeforeIssue);
        }
        let message = self.message();
        let signature = key.sign(&message);
        Ok(SignedClaim {
            claim: self,
            message,
            signature,
        })
    }

    /// What is signed: the context, then the claim's binary form.
    fn message(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(CONTEXT.len() + BINARY_BYTES);
        out.extend_from_slice(CONTEXT);
        out.push(VERSION);
        out.extend_from_slice(&self.key_id.to_be_bytes());
        out.extend_from_slice(&self.issued().days().to_be_bytes());
        out.extend_from_slice(&self.expires.map_or(0, Day::days).to_be_bytes());
        self.id.pack_hash(&mut out);
        out.extend_from_slice(&self.status_index.to_be_bytes());
        self.holder.write(&mut out);
        self.course.write(&mut out);
        out
    }
}

/// A claim with its signature. The signature may be anybody's: see
/// [`KeySet::authenticate`](crate::key::KeySet::authenticate).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedClaim {
    claim: Claim,
    message: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

impl SignedClaim {
    /// Reads a token, in any letter case. Only the one canonical form of a claim is read.
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        if token.len() > TOKEN_CHARS {
            return Err(TokenError::TooLong);
        }
        let binary = decode_base32(token).map_err(|reason| match reason {
            NotBase::Trailing => TokenError::PaddingBits,
            NotBase::Text => TokenError::NotBase32,
        })?;
        read::signed_claim(&binary)
    }

    /// The token, in upper case.
    pub fn token(&self) -> String {
        let mut binary = self.message[CONTEXT.len()..].to_vec();
        binary.extend_from_slice(&self.signature);
        BASE32_NOPAD.encode(&binary)
    }

    /// What the signature, if it is the issuer's, vouches for.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// The bytes that the signature is over.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The Ed25519 signature.
    pub fn signature(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.signature
    }

    /// Without the signature, by one who has checked it.
    pub(crate) fn into_claim(self) -> Claim {
        self.claim
    }
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests;
