//! Ed25519 verification by few keys, over and over.
//!
//! The general way doubles a point 256 times for every signature. The verifier believes a handful of keys that are
//! known beforehand, so it keeps multiples of each: in WebAssembly that is about twice as fast. The judgement is the
//! same as that of [`PublicKey::verify`] (strict, RFC 8032), which a test holds on good, bad and odd signatures.

use std::sync::{Arc, Mutex, PoisonError};

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint, VartimeEdwardsPrecomputation};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity as _, VartimePrecomputedMultiscalarMul as _};
use registrar_credential::PublicKey;
use sha2::{Digest as _, Sha512};

/// Both scalars are cut into pieces of 32 bits; every piece has its own multiple of the point.
const PIECES: u32 = 8;
/// Making the table costs as much as some dozens of verifications, so a key must be used before it gets one.
const USES_BEFORE_TABLE: u32 = 32;

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

/// Multiples of the base point and of a key, negated.
struct Table(VartimeEdwardsPrecomputation);

impl Table {
    fn of(public: &PublicKey) -> Option<Self> {
        let key = CompressedEdwardsY(*public.as_bytes()).decompress()?;
        let multiples =
            pieces_of(curve25519_dalek::constants::ED25519_BASEPOINT_POINT).chain(pieces_of(-key));
        Some(Self(VartimeEdwardsPrecomputation::new(multiples)))
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
        let pieces = scalar_pieces(&scalar).chain(scalar_pieces(&challenge));
        let expected: EdwardsPoint = self.0.vartime_multiscalar_mul(pieces);
        expected.compress().as_bytes() == commitment && !expected.mul_by_cofactor().is_identity()
    }
}

/// The point times 2^0, 2^32, 2^64 …
fn pieces_of(point: EdwardsPoint) -> impl Iterator<Item = EdwardsPoint> {
    let shift = Scalar::from(1_u64 << 32);
    std::iter::successors(Some(point), move |point| Some(point * shift)).take(PIECES as usize)
}

/// The scalar's 32-bit pieces, lowest first.
fn scalar_pieces(scalar: &Scalar) -> impl Iterator<Item = Scalar> {
    let (words, _) = scalar.as_bytes().as_chunks::<4>();
    words
        .iter()
        .map(|word| Scalar::from(u32::from_le_bytes(*word)))
        .collect::<Vec<_>>()
        .into_iter()
}

impl std::fmt::Debug for Signatures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signatures").finish_non_exhaustive()
    }
}
