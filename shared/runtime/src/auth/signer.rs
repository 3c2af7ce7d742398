//! Our own tokens, for deployments that have no other issuer.

use super::{Audience, Claims, lifetime, provider};
use crate::{
    limits::Digests,
    settings::{Settings, SettingsError},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use registrar_domain::actor::Actor;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Signs tokens with an Ed25519 key.
#[derive(Clone)]
pub struct TokenSigner {
    issuer: String,
    audience: String,
    key: EncodingKey,
    /// The public key, base64url.
    x: String,
    key_id: String,
    digests: Digests,
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner")
            .field("issuer", &self.issuer)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl TokenSigner {
    /// Reads `AUTH_ISSUER`, `AUTH_AUDIENCE` and `TOKEN_SIGNING_KEY` (base64 of a 32-byte seed).
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let bad = || SettingsError::invalid("TOKEN_SIGNING_KEY", "the base64 of 32 bytes");
        let seed = BASE64
            .decode(settings.need("TOKEN_SIGNING_KEY")?.as_bytes())
            .map_err(|_| bad())?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| bad())?;
        let own = Self::new(settings.need("AUTH_ISSUER")?, &seed);
        Ok(own.for_audience(settings.need("AUTH_AUDIENCE")?))
    }

    /// Signs as `issuer`, for itself, with the key of `seed`.
    ///
    /// # Panics
    /// Never: any 32 bytes are a seed.
    pub fn new(issuer: String, seed: &[u8; 32]) -> Self {
        provider::install();
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed");
        let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        // RFC 7638: the digest of the members that make the key, in alphabetical order, without white space.
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Self {
            audience: issuer.clone(),
            issuer,
            key: EncodingKey::from_ed_der(seed),
            x,
            key_id: BASE64URL_NOPAD.encode(&thumbprint),
            digests: Digests::from_secret(seed),
        }
    }

    /// Digests of what sign-ins are counted by, with a key that follows from the signing key.
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    /// The same for another audience.
    #[must_use]
    pub fn for_audience(self, audience: String) -> Self {
        Self { audience, ..self }
    }

    /// A token for `actor`, good for [`lifetime`] from `now` on.
    ///
    /// # Panics
    /// Never: the key is one of the algorithm, and the claims are texts and numbers.
    pub fn sign(&self, actor: Actor, id: Uuid, now: Timestamp) -> String {
        let header = Header {
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: Audience::One(self.audience.clone()),
            sub: actor.id,
            role: Some(actor.role),
            iat: now.as_second(),
            nbf: None,
            exp: (now + lifetime(actor.role)).as_second(),
            jti: Some(id.to_string()),
        };
        encode(&header, &claims, &self.key)
            .expect("the key is one of this algorithm and the claims are JSON")
    }

    /// The public key set (RFC 7517), as `AUTH_JWKS` takes it. The key's id is its RFC 7638 thumbprint.
    pub fn jwks(&self) -> Value {
        json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.key_id, "alg": "EdDSA", "use": "sig"},
        ]})
    }
}
