//! Signed status lists: which certificates are revoked, or suspended.
//!
//! List `n` speaks for the status indexes from `n · 131072` on. It is a compact JWS (`alg` `EdDSA`, `typ`
//! `vc+jwt`, `kid` the key's address, of which the last part is its number) of a W3C `BitstringStatusListCredential`; its
//! `jti` and `id` are `<edge>/status-lists/<n>`, with `/suspension` after it for suspensions, its issuer is that of
//! [badges](crate::badge), which name it, and its `encodedList` is `u` and the base64url of the gzip of the bits, the first bit of a byte being its highest.

use data_encoding::BASE64URL_NOPAD;

use crate::badge::Addresses;
use crate::base::decode_base64url;
use crate::key::{Forgery, KeySet, SigningKey};

mod gzip;
mod wire;

/// How many certificates a list speaks for: the least that the W3C recommendation allows.
pub const LIST_BITS: u32 = 131_072;
const LIST_BYTES: usize = LIST_BITS as usize / 8;
/// A compressed list of random bits is little longer than the bits; base64 twice and some fields come on top.
const JWS_BYTES: usize = 3 * LIST_BYTES;
/// How far ahead of the reader's clock the signer's may be, in seconds.
const CLOCK_SKEW: u64 = 60;

/// The list that speaks for a status index.
pub const fn list_number(status_index: u32) -> u32 {
    status_index / LIST_BITS
}

/// What a set bit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// For ever.
    Revocation,
    /// Until further notice.
    Suspension,
}

impl Purpose {
    /// `statusPurpose` of the list.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }

    /// The list's path below `/status-lists/`, and its KV key after `status/`.
    pub fn path(self, number: u32) -> String {
        match self {
            Self::Revocation => number.to_string(),
            Self::Suspension => format!("{number}/suspension"),
        }
    }
}

/// A list to be signed.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusBits {
    number: u32,
    purpose: Purpose,
    bits: Vec<u8>,
}

/// A status index belongs to another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("status index {index} is not in list {number}")]
pub struct OtherList {
    /// The index.
    pub index: u32,
    /// The list it was meant for.
    pub number: u32,
}

impl StatusBits {
    /// List `number` with these status indexes set, each counted over all lists, in any order.
    pub fn build(
        number: u32,
        purpose: Purpose,
        set: impl IntoIterator<Item = u32>,
    ) -> Result<Self, OtherList> {
        let mut bits = vec![0; LIST_BYTES];
        for index in set {
            if list_number(index) != number {
                return Err(OtherList { index, number });
            }
            let (byte, mask) = place(index);
            bits[byte] |= mask;
        }
        Ok(Self {
            number,
            purpose,
            bits,
        })
    }

    /// Signs the list as of `issued_at` (Unix seconds), to be used for `lifetime` seconds at most.
    ///
    /// `base` is the public address under which [`Addresses`] stand, without a slash at its end.
    pub fn sign(&self, key: &SigningKey, base: &str, issued_at: u64, lifetime: u64) -> String {
        let addresses = Addresses::under(base);
        let encoded = format!("u{}", BASE64URL_NOPAD.encode(&gzip::compress(&self.bits)));
        let claims = wire::Claims::new(
            addresses,
            self.number,
            self.purpose,
            issued_at,
            lifetime,
            encoded,
        );
        wire::sign(key, addresses, &claims)
    }
}

impl std::fmt::Debug for StatusBits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatusBits")
            .field("number", &self.number)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

fn place(index: u32) -> (usize, u8) {
    let within = index % LIST_BITS;
    let byte = usize::try_from(within / 8).expect("below 16384");
    (byte, 0x80 >> (within % 8))
}

/// Why a text is not a status list of the issuer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Larger than any list.
    #[error("the status list is too large")]
    TooLarge,
    /// Not a compact JWS of such a credential.
    #[error("the status list is not a signed status list credential")]
    Malformed,
    /// The bits cannot be unpacked, or are not as many as a list has.
    #[error("the status list's bits cannot be unpacked")]
    Bits,
    /// Not signed by the issuer.
    #[error("the status list is not the issuer's")]
    Forged(#[source] Forgery),
    /// Signed at a time that is yet to come.
    #[error("the status list is dated in the future")]
    Future,
}

/// A list that the issuer signed.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    list: StatusBits,
    issued_at: u64,
    expires_at: u64,
}

impl StatusList {
    /// Reads and verifies a compact JWS at the Unix time `now`. A list past its `exp` is still read: its age tells.
    pub fn verify(jws: &str, keys: &KeySet, now: u64) -> Result<Self, StatusError> {
        if jws.len() > JWS_BYTES {
            return Err(StatusError::TooLarge);
        }
        let claims = wire::verify(jws, keys)?;
        if claims.issued_at() > now.saturating_add(CLOCK_SKEW) {
            return Err(StatusError::Future);
        }
        let (number, purpose) = claims.list().ok_or(StatusError::Malformed)?;
        let encoded = claims
            .encoded_list()
            .strip_prefix('u')
            .ok_or(StatusError::Bits)?;
        let packed = decode_base64url(encoded).map_err(|_| StatusError::Bits)?;
        let bits = gzip::decompress(&packed, LIST_BYTES).ok_or(StatusError::Bits)?;
        let list = StatusBits {
            number,
            purpose,
            bits,
        };
        Ok(Self {
            list,
            issued_at: claims.issued_at(),
            expires_at: claims.expires_at(),
        })
    }

    /// Whether the bit of a status index (counted over all lists) is set; `None` when another list speaks for it.
    pub fn is_set(&self, status_index: u32) -> Option<bool> {
        let (byte, mask) = place(status_index);
        (list_number(status_index) == self.list.number).then(|| self.list.bits[byte] & mask != 0)
    }

    /// Whether it is the signed form of these bits.
    pub fn says(&self, bits: &StatusBits) -> bool {
        self.list == *bits
    }

    /// The list's number.
    pub fn number(&self) -> u32 {
        self.list.number
    }

    /// What its bits mean.
    pub fn purpose(&self) -> Purpose {
        self.list.purpose
    }

    /// When it was signed, in Unix seconds.
    pub fn issued_at(&self) -> u64 {
        self.issued_at
    }

    /// Until when its signer wants it used, in Unix seconds.
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// Whether this list takes the place of `other`, of the same number and purpose: it was signed later, or in the same
    /// second with more bits set. What a second cannot tell apart is settled by the stricter list, for revocation is for ever.
    pub fn supersedes(&self, other: &Self) -> bool {
        (self.issued_at, self.set_bits()) > (other.issued_at, other.set_bits())
    }

    fn set_bits(&self) -> u32 {
        self.list.bits.iter().map(|byte| byte.count_ones()).sum()
    }

    /// Seconds since it was signed.
    pub fn age(&self, now: u64) -> u64 {
        now.saturating_sub(self.issued_at)
    }
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatusList")
            .field("list", &self.list)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

#[cfg(test)]
mod tests;
