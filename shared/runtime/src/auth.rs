//! Bearer tokens: JWTs (RFC 7519) of one issuer, signed by a key of its set.
//!
//! ```text
//! {"alg": "EdDSA", "typ": "JWT", "kid": "<key>"}
//! {"iss": "<AUTH_ISSUER>", "sub": "<account id>", "role": "student", "iat": 1795255200, "exp": 1795258800, "jti": "…"}
//! ```
//!
//! The key set may be our own ([`TokenSigner`]) or any issuer's: Ed25519 (`EdDSA`), RSA (`RS256`) and P-256 (`ES256`) keys
//! are read. A key decides the algorithm; what a token says of itself must agree with it.

mod channel;
mod provider;
mod signer;

pub use channel::ChannelError;
pub use signer::{TOKEN_LIFETIME, TokenSigner};

use crate::{
    problem::Problem,
    settings::{Settings, SettingsError},
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use registrar_domain::{
    actor::{Actor, Role},
    id::AccountId,
    signed_call::CallKey,
};
use serde::{Deserialize, Serialize};

/// How far the issuer's clock and ours may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(5);

/// Checks tokens.
#[derive(Clone, Debug)]
pub struct Authenticator {
    issuer: String,
    keys: Vec<Key>,
    /// The secret of the chat channel, where this function takes its calls.
    channel: Option<CallKey>,
}

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    public: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: AccountId,
    role: Role,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The route needs a token and there is none.
    #[error("this needs a signed-in account: send a token as 'Authorization: Bearer …'")]
    Missing,
    /// Not a token of this issuer, or changed on the way.
    #[error("the token is not one that this service accepts")]
    Invalid,
    /// It was one.
    #[error("the token has expired: sign in again")]
    Expired,
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let (code, challenge) = match error {
            TokenError::Missing => ("token_missing", "Bearer"),
            TokenError::Invalid => ("token_invalid", "Bearer error=\"invalid_token\""),
            TokenError::Expired => ("token_expired", "Bearer error=\"invalid_token\""),
        };
        Self::new(StatusCode::UNAUTHORIZED, code)
            .detail(error.to_string())
            .header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            )
    }
}

impl Authenticator {
    /// Reads `AUTH_ISSUER`, `AUTH_JWKS` and, where the function takes a channel's calls, `CHANNEL_SECRET`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let (issuer, jwks) = (settings.need("AUTH_ISSUER")?, settings.need("AUTH_JWKS")?);
        let mut own = Self::new(issuer, &jwks).ok_or_else(|| {
            SettingsError::invalid("AUTH_JWKS", "a JSON Web Key Set with a usable signing key")
        })?;
        let secret = settings.optional("CHANNEL_SECRET");
        own.channel = secret
            .map(|secret| CallKey::from_base64(&secret))
            .transpose()
            .map_err(|e| SettingsError::refused("CHANNEL_SECRET", e))?;
        Ok(own)
    }

    /// Accepts tokens of `issuer` signed by a key of `jwks` (JSON). `None` when no key of the set can be used.
    pub fn new(issuer: String, jwks: &str) -> Option<Self> {
        provider::install();
        let set: JwkSet = serde_json::from_str(jwks).ok()?;
        let keys: Vec<Key> = set.keys.iter().filter_map(Key::read).collect();
        let channel = None;
        (!keys.is_empty()).then_some(Self {
            issuer,
            keys,
            channel,
        })
    }

    /// Who sends a request: nobody without a token.
    ///
    /// # Errors
    /// A token that is there and not good is refused on public routes as well, because its sender takes it for good.
    pub fn resolve(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Actor>, TokenError> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let value = value.to_str().map_err(|_| TokenError::Invalid)?;
        let (scheme, token) = value.split_once(' ').ok_or(TokenError::Invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::Invalid);
        }
        self.check(token.trim(), now).map(Some)
    }

    /// Whose token this is.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Actor, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        // A set may hold keys without ids; those are tried for every token.
        let fits =
            |key: &&Key| key.algorithm == header.alg && (key.id.is_none() || key.id == header.kid);
        let claims = self
            .keys
            .iter()
            .filter(fits)
            .find_map(|key| self.claims(token, key))
            .ok_or(TokenError::Invalid)?;
        let at = |seconds| Timestamp::from_second(seconds).map_err(|_| TokenError::Invalid);
        if at(claims.iat)? > now + LEEWAY {
            return Err(TokenError::Invalid);
        }
        if at(claims.exp)? + LEEWAY <= now {
            return Err(TokenError::Expired);
        }
        Ok(Actor {
            id: claims.sub,
            role: claims.role,
        })
    }

    fn claims(&self, token: &str, key: &Key) -> Option<Claims> {
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        // Time comes from our clock, in `check`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        decode::<Claims>(token, &key.public, &validation)
            .ok()
            .map(|data| data.claims)
    }
}

impl Key {
    /// A key of the set, if it is of a kind that is read.
    fn read(jwk: &Jwk) -> Option<Self> {
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                Algorithm::EdDSA
            }
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
                Algorithm::ES256
            }
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            _ => return None,
        };
        let public = DecodingKey::from_jwk(jwk).ok()?;
        debug_assert_ne!(
            public.family(),
            AlgorithmFamily::Hmac,
            "a public set holds no shared secrets"
        );
        Some(Self {
            id: jwk.common.key_id.clone(),
            algorithm,
            public,
        })
    }
}

#[cfg(test)]
mod tests;
