//! Keys and claims with fixed seeds, for the tests of this crate.

use crate::{
    CertificateId, Claim, Day, KeySet, Purpose, SignedClaim, SigningKey, StatusBits, StatusList,
    Text,
};

/// 2026-03-07T12:00:00Z.
pub(crate) const NOW: u64 = 1_772_884_800;

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn key() -> SigningKey {
    SigningKey::new(1, &[7; 32], day("2026-01-01"), None, None)
}

pub(crate) fn keys() -> KeySet {
    KeySet::new(vec![key().issuer_key().clone()]).unwrap()
}

pub(crate) fn claim() -> Claim {
    Claim {
        key_id: 1,
        expires: Some(day("2028-03-07")),
        id: CertificateId::new(
            day("2026-03-07"),
            [0x08, 0x86, 0x42, 0x98, 0xE8, 0x4A, 0x80],
        ),
        status_index: 131_077,
        holder: Text::new("आरव शर्मा").unwrap(),
        course: Text::new("Rust on the Edge").unwrap(),
    }
}

pub(crate) fn signed() -> SignedClaim {
    claim().sign(&key()).unwrap()
}

/// List 1, signed at `at` for 900 seconds.
pub(crate) fn list(purpose: Purpose, set: &[u32], at: u64) -> StatusList {
    let bits = StatusBits::build(1, purpose, set.iter().copied()).unwrap();
    let jws = bits.sign(&key(), "https://registrar.example", at, 900);
    StatusList::verify(&jws, &keys(), at).unwrap()
}
