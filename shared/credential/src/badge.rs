//! Open Badges 3.0: a certificate as a credential for wallets, and what vouches for it.
//!
//! A badge is an `OpenBadgeCredential` of the W3C data model 2.0 in a VC-JWT (Open Badges 3.0, 8.2): the payload is the
//! credential itself with the registered claims beside its members, and no `vc`.
//!
//! ```text
//! header   alg, kid (an address that answers with the JWK), typ "JWT"; no other member is allowed
//! payload  iss = issuer.id · jti = id · sub = credentialSubject.id · nbf = validFrom · exp = validUntil, if there is one
//! ```
//!
//! Nothing here signs: [`header`] and [`Badge::credential`] are what a JWS is made of, by whoever has the keys.
//!
//! The subject's `id` is the badge's own address with `#holder`: it must be there, and says nothing of a person. The holder
//! is an `IdentityObject` with the name as the certificate shows it. A salted hash of the e-mail, which some issuers put
//! there, would let whoever guesses an address confirm whose certificate it is; a badge lies open, so there is none.
//!
//! `credentialStatus` names both lists. The W3C data model takes any number of entries, version 3.1 of Open Badges will
//! (issue 623 of its specification); the JSON schema of 3.0 has room for one, and a suspension must show.

use crate::id::CertificateId;
use crate::status::Purpose;

mod credential;
mod jwt;
mod published;
mod record;

pub use credential::{Badge, Credential};
pub use jwt::{header, payload};
pub use published::{Jwk, JwkSet, Profile};
pub use record::BadgeRecord;

/// The public addresses that a badge names. They stand under the address of the edge, which the origin backs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses<'a>(&'a str);

impl<'a> Addresses<'a> {
    /// The addresses under `base`, which has no slash at its end.
    pub fn under(base: &'a str) -> Self {
        Self(base)
    }

    /// The issuer's [`Profile`]; also the issuer's name in credentials and lists.
    pub fn issuer(self) -> String {
        format!("{}/.well-known/openbadges/issuer", self.0)
    }

    /// The [`JwkSet`].
    pub fn keys(self) -> String {
        format!("{}/.well-known/openbadges/keys", self.0)
    }

    /// One [`Jwk`]; also its `kid`.
    pub fn key(self, kid: u16) -> String {
        format!("{}/{kid}", self.keys())
    }

    /// A badge; also its `id`.
    pub fn badge(self, id: &CertificateId) -> String {
        format!("{}/badges/{id}", self.0)
    }

    /// The image with the badge baked in.
    pub fn image(self, id: &CertificateId) -> String {
        format!("{}.png", self.badge(id))
    }

    /// A status list; also its `id`.
    pub fn list(self, purpose: Purpose, number: u32) -> String {
        format!("{}/status-lists/{}", self.0, purpose.path(number))
    }
}

#[cfg(test)]
mod tests;
