//! The signed claim that a certificate's QR code carries, and its token.
//!
//! Binary form, days since 1970-01-01:
//!
//! ```text
//! version u8 = 2 | key id n | issued u16 | lasts n (0 = for ever, else days from issue to the last one, and 1)
//! | hash symbols − 6 in 4 bits, then 5 bits a symbol, zero-padded to bytes
//! | status index n | holder | course | signature 64 bytes
//! ```
//!
//! `u16` is big-endian; `n` is a number of 7 bits a byte, highest first, the top bit set in all but the last, in the
//! shortest form. Holder and course have the form that `claim::text` says: themselves while both together take
//! [`TEXT_BYTES`] at most, else the beginning and a digest, so that the code stays coarse enough for bad scans. The signature
//! is Ed25519 over `"registrar-claim-v2\0"` and everything before it. The token is the binary form in RFC 4648
//! base32 without padding, upper case, so that a QR code may use its alphanumeric mode.

use data_encoding::BASE32_NOPAD;

use crate::base::{NotBase, decode_base32};
use crate::day::Day;
use crate::id::CertificateId;
use crate::key::SigningKey;

mod read;
mod text;

pub use text::{EmptyText, Text};

/// The most bytes that holder and course take together, without the one each that says its form. With the signature and an
/// address of 36 characters this is a QR code of version 8 (49 modules).
pub const TEXT_BYTES: usize = 64;
/// The longest token there can be; a longer text is refused before any work.
pub const TOKEN_CHARS: usize = (BINARY_BYTES * 8).div_ceil(5);

/// Every number at its largest, a hash of 16 symbols, texts of full length, and the signature.
const BINARY_BYTES: usize = 1 + 3 + 2 + 3 + 11 + 5 + 2 + TEXT_BYTES + SIGNATURE_BYTES;
const SIGNATURE_BYTES: usize = 64;
const VERSION: u8 = 2;
const CONTEXT: &[u8] = b"registrar-claim-v2\0";

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
    /// A text has another form than the one it is written in.
    #[error("a text of the token is not in its one form")]
    TextForm,
    /// A number is not in its shortest form, or beyond what it may be.
    #[error("a number of the token has an impossible form")]
    Number,
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
            Self::TextForm => "text_form",
            Self::Number => "number",
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
        if self.expires.is_some_and(|day| day < self.issued()) {
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
        write_number(self.key_id.into(), &mut out);
        let issued = self.issued().days();
        out.extend_from_slice(&issued.to_be_bytes());
        let lasts = |last: Day| u32::from(last.days() - issued) + 1;
        write_number(self.expires.map_or(0, lasts), &mut out);
        self.id.pack_hash(&mut out);
        write_number(self.status_index, &mut out);
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

/// Seven bits a byte, highest first.
fn write_number(number: u32, out: &mut Vec<u8>) {
    let groups = (32 - number.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group > 0 { 0x80 } else { 0 };
        let [.., low] = (number >> (7 * group) & 0x7f).to_be_bytes();
        out.push(low | more);
    }
}

#[cfg(test)]
mod tests;
