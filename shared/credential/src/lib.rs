//! What makes a certificate verifiable: its id, its signed claim, the issuer's keys, the status lists and the verdict.
//!
//! The issuing side and the edge share it, so it is pure: no I/O, no clock, no randomness, no async; it builds
//! for `wasm32-unknown-unknown`. Times are Unix seconds and are passed in. It stores nothing and draws nothing.
//!
//! Issuing: [`SigningKeys::from_json`] reads the setting, [`SigningKeys::signer`] picks the key of a time,
//! [`Claim::sign`] makes a [`SignedClaim`], whose [`token`](SignedClaim::token) goes into the QR code.
//! [`StatusBits::build`] and [`StatusBits::sign`] make the status list; [`SigningKeys::public`] is what
//! `/certificate-keys` serves; [`EdgeRecord`] is what the edge's KV holds. [`Badge`] makes the credential for wallets.
//!
//! Verifying: [`decide`] judges a token or a record in one call; [`SignedClaim::parse`],
//! [`KeySet::authenticate`] and [`judge`] are its steps, for one who has to fetch the lists in between.

#[cfg(test)]
mod fixtures;

pub mod badge;
pub mod base;
pub mod claim;
pub mod day;
pub mod id;
pub mod key;
pub mod record;
pub mod status;
pub mod verdict;

pub use badge::{Addresses, Badge, BadgeRecord};
pub use claim::{Claim, SignedClaim, Text, TokenError};
pub use day::Day;
pub use id::CertificateId;
pub use key::{
    Algorithm, Authentic, Forgery, IssuerKey, KeySet, PublicKey, RsaKey, SigningKey, SigningKeys,
};
pub use record::{EdgeRecord, Standing};
pub use status::{LIST_BITS, Purpose, StatusBits, StatusList, list_number};
pub use verdict::{Evidence, Limits, Verdict, Verification, decide, judge};

/// A Unix time in seconds as RFC 3339 in UTC.
pub fn rfc3339(seconds: u64) -> String {
    let day = Day::from_unix(seconds);
    let second = seconds % 86_400;
    format!(
        "{day}T{:02}:{:02}:{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
