//! The issuer's keys: what signs, what verifies, and for which time.

use std::fmt;

use ed25519_dalek::{Signer as _, VerifyingKey};

use crate::claim::{Claim, SignedClaim};
use crate::day::Day;

mod entry;
mod jwks;
mod rsa;
mod setting;
mod validity;

pub use entry::{Algorithm, KeyEntry, Material, PublicHalf, Secret};
pub use rsa::{BadRsaKey, RsaKey, RsaPublic};
pub use setting::{Published, SettingError, SigningKeys};
pub use validity::Validity;

/// A public key of the issuer and the time for which it speaks. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKey {
    /// The number that claims and lists name it by.
    pub kid: u16,
    /// The Ed25519 public key, known to be a point that can verify.
    pub public: PublicKey,
    /// Signs nothing earlier.
    pub not_before: u64,
    /// Signs nothing later; what it signed before verifies for ever.
    pub not_after: Option<u64>,
    /// From here on somebody else may hold the key: whatever says it was signed on that day or later is refused.
    pub compromised_at: Option<u64>,
}

impl IssuerKey {
    /// The key of this number and time.
    pub fn new(kid: u16, public: PublicKey, validity: Validity) -> Self {
        Self {
            kid,
            public,
            not_before: validity.not_before,
            not_after: validity.not_after,
            compromised_at: validity.compromised_at,
        }
    }

    /// Its time.
    pub fn validity(&self) -> Validity {
        Validity {
            not_before: self.not_before,
            not_after: self.not_after,
            compromised_at: self.compromised_at,
        }
    }
}

/// An Ed25519 public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The bytes are not a public key that can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the 32 bytes of an Ed25519 public key")]
pub struct BadPublicKey;

impl PublicKey {
    /// Reads the 32 bytes; a point of small order, for which signatures can be made up, is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadPublicKey> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| BadPublicKey)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| BadPublicKey)?;
        if key.is_weak() {
            Err(BadPublicKey)
        } else {
            Ok(Self(key))
        }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether the signature over the message is this key's (RFC 8032, strict: one signature has one form).
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PublicKey({})",
            data_encoding::BASE64URL_NOPAD.encode(self.as_bytes())
        )
    }
}

/// Why a claim or list is not the issuer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forgery {
    /// No key of the set has that number.
    #[error("no known key of the issuer has number {0}")]
    UnknownKey(u16),
    /// The key was not in use at the time of signing.
    #[error("the key was not in use when this says it was signed")]
    KeyNotInUse,
    /// The key was compromised by then.
    #[error("the key was compromised when this says it was signed")]
    KeyCompromised,
    /// The signature is not the key's.
    #[error("the signature is not the key's")]
    Signature,
}

impl Forgery {
    /// The stable code of the reason, in `snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownKey(_) => "unknown_key",
            Self::KeyNotInUse => "key_not_in_use",
            Self::KeyCompromised => "key_compromised",
            Self::Signature => "signature",
        }
    }
}

/// Every key that the issuer ever published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<IssuerKey>,
    rsa: Vec<RsaKey>,
}

/// Two keys of a set have one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two keys have the number {0}")]
pub struct DuplicateKey(pub u16);

impl KeySet {
    /// The set of these keys, in this order.
    pub fn new(keys: Vec<IssuerKey>) -> Result<Self, DuplicateKey> {
        for (at, key) in keys.iter().enumerate() {
            if keys[..at].iter().any(|earlier| earlier.kid == key.kid) {
                return Err(DuplicateKey(key.kid));
            }
        }
        let rsa = Vec::new();
        Ok(Self { keys, rsa })
    }

    /// The same set with these RSA keys, which verify credentials for wallets and nothing here.
    pub fn with_rsa(self, rsa: Vec<RsaKey>) -> Result<Self, DuplicateKey> {
        for (at, key) in rsa.iter().enumerate() {
            let earlier = rsa[..at].iter().map(|key| key.kid);
            let mut others = self.keys.iter().map(|key| key.kid).chain(earlier);
            if others.any(|kid| kid == key.kid) {
                return Err(DuplicateKey(key.kid));
            }
        }
        Ok(Self { rsa, ..self })
    }

    /// The keys that verify claims and lists.
    pub fn keys(&self) -> &[IssuerKey] {
        &self.keys
    }

    /// The keys that verify `RS256` credentials.
    pub fn rsa_keys(&self) -> &[RsaKey] {
        &self.rsa
    }

    /// The set without compromised keys: for verifiers that do not read `compromised_at`, and would go on trusting
    /// whoever holds such a key.
    #[must_use]
    pub fn trusted(&self) -> Self {
        let keys = self.keys.iter().filter(|key| key.compromised_at.is_none());
        let rsa = self.rsa.iter();
        let rsa = rsa.filter(|key| key.validity.compromised_at.is_none());
        Self {
            keys: keys.cloned().collect(),
            rsa: rsa.cloned().collect(),
        }
    }

    /// Whether somebody else may hold the key of this number, since whatever day: then also a claim that says it is older
    /// counts only if the issuer's own record has that very token.
    pub fn is_compromised(&self, kid: u16) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|key| key.kid == kid && key.compromised_at.is_some())
    }

    /// The key that may have signed at some second from `first` to `last`.
    pub(crate) fn in_use(&self, kid: u16, first: u64, last: u64) -> Result<&IssuerKey, Forgery> {
        let key = self
            .keys
            .iter()
            .find(|key| key.kid == kid)
            .ok_or(Forgery::UnknownKey(kid))?;
        if key.compromised_at.is_some_and(|at| at <= last) {
            return Err(Forgery::KeyCompromised);
        }
        if last < key.not_before || key.not_after.is_some_and(|at| first > at) {
            return Err(Forgery::KeyNotInUse);
        }
        Ok(key)
    }

    /// The key that a claim must have been signed with.
    pub fn key_of(&self, claim: &Claim) -> Result<&IssuerKey, Forgery> {
        let day = claim.issued();
        self.in_use(claim.key_id, day.first_second(), day.last_second())
    }

    /// Makes sure that the issuer signed the claim, with a key in use on its day of issue.
    pub fn authenticate(&self, signed: SignedClaim) -> Result<Authentic, Forgery> {
        self.authenticate_with(signed, PublicKey::verify)
    }

    /// As [`Self::authenticate`], with another implementation of Ed25519 verification.
    pub fn authenticate_with(
        &self,
        signed: SignedClaim,
        verify: impl FnOnce(&PublicKey, &[u8], &[u8; 64]) -> bool,
    ) -> Result<Authentic, Forgery> {
        let key = self.key_of(signed.claim())?;
        if verify(&key.public, signed.message(), signed.signature()) {
            Ok(Authentic(signed.into_claim()))
        } else {
            Err(Forgery::Signature)
        }
    }
}

/// A claim that the issuer did sign. Only [`KeySet`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic(Claim);

impl Authentic {
    /// The claim.
    pub fn claim(&self) -> &Claim {
        &self.0
    }
}

/// A private key with its public half and time. Debug shows no secret; memory is wiped on drop.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    issuer: IssuerKey,
}

impl SigningKey {
    /// The key of a 32-byte seed; first and last day of use are inclusive.
    pub fn new(
        kid: u16,
        seed: &[u8; 32],
        not_before: Day,
        not_after: Option<Day>,
        compromised_at: Option<Day>,
    ) -> Self {
        let validity = Validity::of_days(not_before, not_after, compromised_at);
        Self::with_validity(kid, seed, validity)
    }

    /// The key of a 32-byte seed.
    pub fn with_validity(kid: u16, seed: &[u8; 32], validity: Validity) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = PublicKey(secret.verifying_key());
        let issuer = IssuerKey::new(kid, public, validity);
        Self { secret, issuer }
    }

    /// The number that claims and lists name it by.
    pub fn kid(&self) -> u16 {
        self.issuer.kid
    }

    /// The public half, to publish.
    pub fn issuer_key(&self) -> &IssuerKey {
        &self.issuer
    }

    /// Whether it may sign at this Unix time.
    pub fn may_sign_at(&self, now: u64) -> bool {
        self.issuer.validity().may_sign_at(now)
    }

    /// The Ed25519 signature (RFC 8032). What is signed must say what it is: claims begin with their own text, and a JWS
    /// with its header.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
