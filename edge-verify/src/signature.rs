//! Ed25519 verification by few keys, over and over.
//!
//! The general way doubles a point 256 times for every signature. The verifier believes a handful of keys that are
//! known beforehand, so it keeps multiples of each, which leaves additions only: in WebAssembly that takes about half
//! the time. The judgement is that of [`PublicKey::verify`] (strict, RFC 8032); a test holds both against each other.

use std::sync::{Arc, Mutex, PoisonError};

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use registrar_credential::PublicKey;
use sha2::{Digest as _, Sha512};

/// A scalar has 32 bytes; each is a window.
const WINDOWS: usize = 32;
/// A digit is from -127 to 128, and what is negative is subtracted.
const PER_WINDOW: usize = 128;
/// Making the table costs as much as some dozens of verifications, so a key must be used before it gets one.
const USES_BEFORE_TABLE: u32 = 64;

/// The keys that were used, with their tables.
#[derive(Default)]
pub(crate) struct Signatures(Mutex<Vec<Used>>);

struct Used {
    public: PublicKey,
    uses: u32,
    table: Option<Arc<Table>>,
}

impl Signatures {
    /// Whether the signature over the message is the key's.
    pub(crate) fn verify(&self, public: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        match self.table(public) {
            Some(table) => table.verify(public, message, signature),
            None => public.verify(message, signature),
        }
    }

    fn table(&self, public: &PublicKey) -> Option<Arc<Table>> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(used) = keys.iter_mut().find(|used| used.public == *public) else {
            keys.push(Used {
                public: public.clone(),
                uses: 1,
                table: None,
            });
            return None;
        };
        used.uses = used.uses.saturating_add(1);
        if used.table.is_none() && used.uses > USES_BEFORE_TABLE {
            used.table = Table::of(public).map(Arc::new);
        }
        used.table.clone()
    }
}

/// Every multiple of a point that a window of a scalar can ask for: 1 to 128 times the point times 256^n. 640 KB.
struct Multiples(Vec<EdwardsPoint>);

impl Multiples {
    fn of(point: EdwardsPoint) -> Self {
        let mut multiples = Vec::with_capacity(WINDOWS * PER_WINDOW);
        let mut unit = point;
        for _ in 0..WINDOWS {
            let mut multiple = unit;
            for _ in 1..PER_WINDOW {
                multiples.push(multiple);
                multiple += unit;
            }
            multiples.push(multiple);
            unit = multiple + multiple;
        }
        Self(multiples)
    }

    /// `sum` plus the scalar times the point. Takes a time that depends on the scalar, which is no secret here.
    fn add_to(&self, sum: EdwardsPoint, scalar: &Scalar) -> EdwardsPoint {
        let windows = self
            .0
            .chunks_exact(PER_WINDOW)
            .zip(digits(scalar.as_bytes()));
        windows.fold(sum, |sum, (multiples, digit)| match digit {
            0 => sum,
            1.. => sum + multiples[usize::from(digit.unsigned_abs()) - 1],
            ..0 => sum - multiples[usize::from(digit.unsigned_abs()) - 1],
        })
    }
}

/// The digits of a scalar, lowest first. It is below 2^253, so its last byte takes the carry.
fn digits(scalar: &[u8; 32]) -> impl Iterator<Item = i16> {
    scalar.iter().scan(0, |carry, &byte| {
        let sum = i16::from(byte) + *carry;
        *carry = i16::from(sum > 128);
        Some(sum - 256 * *carry)
    })
}

/// Multiples of a key, negated, and of the base point.
struct Table {
    base: Multiples,
    key: Multiples,
}

impl Table {
    fn of(public: &PublicKey) -> Option<Self> {
        let key = CompressedEdwardsY(*public.as_bytes()).decompress()?;
        Some(Self {
            base: Multiples::of(ED25519_BASEPOINT_POINT),
            key: Multiples::of(-key),
        })
    }

    fn verify(&self, public: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let Some((commitment, scalar)) = signature.split_first_chunk::<32>() else {
            return false;
        };
        let scalar = <[u8; 32]>::try_from(scalar)
            .ok()
            .map(Scalar::from_canonical_bytes);
        let Some(scalar) = scalar.and_then(Option::<Scalar>::from) else {
            return false;
        };
        let mut hash = Sha512::new();
        hash.update(commitment);
        hash.update(public.as_bytes());
        hash.update(message);
        let challenge = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let expected = self.key.add_to(
            self.base.add_to(EdwardsPoint::default(), &scalar),
            &challenge,
        );
        expected.compress().as_bytes() == commitment && !expected.is_small_order()
    }
}

impl std::fmt::Debug for Signatures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signatures").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use registrar_credential::{Claim, Day, SignedClaim, SigningKey, Text};

    fn signed(seed: u8, holder: &str) -> (PublicKey, SignedClaim) {
        let key = SigningKey::new(1, &[seed; 32], Day::from_days(0), None, None);
        let claim = Claim {
            key_id: 1,
            expires: None,
            id: "CERT-20260307-ABCDEF".parse().unwrap(),
            status_index: 0,
            holder: Text::new(holder).unwrap(),
            course: Text::new("Rust").unwrap(),
        };
        (key.issuer_key().public.clone(), claim.sign(&key).unwrap())
    }

    fn agree(public: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let by_table = Table::of(public)
            .unwrap()
            .verify(public, message, signature);
        assert_eq!(by_table, public.verify(message, signature));
        by_table
    }

    #[test]
    fn every_flipped_bit_of_a_signature_is_refused_as_the_general_way_refuses_it() {
        let (public, signed) = signed(7, "A");
        assert!(agree(&public, signed.message(), signed.signature()));
        for bit in 0..512 {
            let mut signature = *signed.signature();
            signature[bit / 8] ^= 1 << (bit % 8);
            assert!(!agree(&public, signed.message(), &signature), "bit {bit}");
        }
    }

    #[test]
    fn a_signature_of_odd_form_is_refused_as_the_general_way_refuses_it() {
        let (public, signed) = signed(7, "A");
        // The scalar plus the order of the group: the same number, in a form that is not the one.
        let order = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10_u8,
        ];
        let mut signature = *signed.signature();
        let mut carry = 0_u16;
        for (byte, add) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert!(!agree(&public, signed.message(), &signature));
        assert!(!agree(&public, signed.message(), &[0; 64]));
        let mut identity = [0; 64];
        identity[0] = 1;
        assert!(!agree(&public, signed.message(), &identity));
    }

    #[test]
    fn a_key_is_served_by_its_own_table_after_many_uses() {
        let signatures = Signatures::default();
        let (first, of_first) = signed(7, "A");
        let (second, of_second) = signed(8, "A");
        for _ in 0..2 * USES_BEFORE_TABLE {
            assert!(signatures.verify(&first, of_first.message(), of_first.signature()));
            assert!(!signatures.verify(&second, of_first.message(), of_first.signature()));
            assert!(signatures.verify(&second, of_second.message(), of_second.signature()));
        }
        assert!(signatures.table(&first).is_some() && signatures.table(&second).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn both_ways_agree_on_any_claim(seed: u8, holder in "\\PC{1,40}", other: u8) {
            let (public, claim) = signed(seed, &holder);
            prop_assert!(agree(&public, claim.message(), claim.signature()));
            let (foreign, _) = signed(other, &holder);
            prop_assert_eq!(agree(&foreign, claim.message(), claim.signature()), other == seed);
        }
    }
}
