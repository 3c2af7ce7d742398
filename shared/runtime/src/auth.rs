//! Bearer tokens: JWTs (RFC 7519) of one issuer, signed by a key of its set.
//!
//! ```text
//! {"alg": "EdDSA", "typ": "JWT", "kid": "<key>"}
//! {"iss": "<AUTH_ISSUER>", "aud": "<AUTH_AUDIENCE>", "sub": "<account id>", "role": "student", "iat": 1795255200, "exp": 1795258800, "jti": "…"}
//! ```
//!
//! * A token must name the issuer and, among its audiences, `AUTH_AUDIENCE`. `nbf` and `iat` must not lie ahead, and no
//!   token counts that was made for more than a day.
//! * `typ`, where there is one, is `JWT` or `at+jwt` (RFC 9068). A token with `crit` is refused: none of its extensions is known.
//! * A token says who, never what they may do: the role is the account's own (`auth::people`). A token counts for staff for 15
//!   minutes after it was made, whoever made it.
//!
//! The key set may be our own ([`TokenSigner`]) or any issuer's: Ed25519 (`EdDSA`), RSA (`RS256`) and P-256 (`ES256`) keys
//! are read. A key decides the algorithm; what a token says of itself must agree with it.

mod channel;
mod people;
mod provider;
mod signer;

use people::People;

pub use channel::ChannelError;
pub use signer::TokenSigner;

use crate::{
    problem::Problem,
    settings::{Settings, SettingsError},
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use data_encoding::BASE64URL_NOPAD;
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
use registrar_store::Table;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use std::sync::Arc;

/// How far the issuer's clock and ours may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(5);
/// The longest life that a token may be made for.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// For how long our own tokens are made, and for how long any token counts for staff.
const STAFF_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// For how long a token of ours is made for somebody.
pub fn lifetime(role: Role) -> SignedDuration {
    if role.is_staff() {
        STAFF_LIFETIME
    } else {
        LIFETIME
    }
}

/// Checks tokens.
#[derive(Clone, Debug)]
pub struct Authenticator {
    issuer: String,
    audience: String,
    people: Arc<People>,
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
    aud: Audience,
    sub: AccountId,
    /// For whoever has the token; not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// One audience or several.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::One(audience) => audience == name,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == name),
        }
    }
}

/// What a header says of the token as a whole.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

impl Kind {
    fn is_read(token: &str) -> bool {
        let header = token.split('.').next().unwrap_or_default();
        let header = BASE64URL_NOPAD.decode(header.as_bytes()).ok();
        let kind: Option<Self> = header.and_then(|json| serde_json::from_slice(&json).ok());
        kind.is_some_and(|kind| {
            let known = kind.typ.is_none_or(|typ| {
                let typ = typ.to_ascii_lowercase();
                let typ = typ.strip_prefix("application/").unwrap_or(&typ);
                matches!(typ, "jwt" | "at+jwt")
            });
            known && kind.crit.is_none()
        })
    }
}

/// A good token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose.
    pub subject: AccountId,
    /// When it was made.
    pub issued_at: Timestamp,
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
    /// Reads `AUTH_ISSUER`, `AUTH_AUDIENCE`, `AUTH_JWKS`, `ROLE_CACHE_SECONDS` (30) and, where the function takes a channel's
    /// calls, `CHANNEL_SECRET`.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let (issuer, jwks) = (settings.need("AUTH_ISSUER")?, settings.need("AUTH_JWKS")?);
        let mut own = Self::new(issuer, &jwks).ok_or_else(|| {
            SettingsError::invalid("AUTH_JWKS", "a JSON Web Key Set with a usable signing key")
        })?;
        own.audience = settings.need("AUTH_AUDIENCE")?;
        own.people = Arc::new(People::from_settings(settings)?);
        let secret = settings.optional("CHANNEL_SECRET");
        own.channel = secret
            .map(|secret| CallKey::from_base64(&secret))
            .transpose()
            .map_err(|e| SettingsError::refused("CHANNEL_SECRET", e))?;
        Ok(own)
    }

    /// Accepts tokens of `issuer` for itself, signed by a key of `jwks` (JSON). `None` when no key of the set can be used.
    pub fn new(issuer: String, jwks: &str) -> Option<Self> {
        provider::install();
        let set: JwkSet = serde_json::from_str(jwks).ok()?;
        let keys: Vec<Key> = set.keys.iter().filter_map(Key::read).collect();
        let channel = None;
        (!keys.is_empty()).then_some(Self {
            audience: issuer.clone(),
            people: Arc::default(),
            issuer,
            keys,
            channel,
        })
    }

    /// The same, where somebody's role was just read.
    #[cfg(test)]
    pub(crate) fn knowing(self, actor: Actor, now: Timestamp) -> Self {
        self.people.keep(actor.id, actor.role, now);
        self
    }

    /// Who sends a request: nobody without a token.
    ///
    /// # Errors
    /// A token that is there and not good is refused on public routes as well, because its sender takes it for good.
    pub fn resolve(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Token>, TokenError> {
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

    /// Who has a token, with the role that their account has now.
    ///
    /// # Errors
    /// 401 where the account is gone, disabled or has no password, or where staff's token is too old; 503.
    pub(crate) async fn actor(
        &self,
        table: &Table,
        token: Token,
        now: Timestamp,
    ) -> Result<Actor, Problem> {
        let role = self.people.role(table, token.subject, now).await?;
        let role = role.ok_or(TokenError::Invalid)?;
        if role.is_staff() && token.issued_at + STAFF_LIFETIME + LEEWAY <= now {
            return Err(TokenError::Expired.into());
        }
        let id = token.subject;
        Ok(Actor { id, role })
    }

    /// Whose token this is.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Token, TokenError> {
        if !Kind::is_read(token) {
            return Err(TokenError::Invalid);
        }
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
        let (issued_at, ends) = (at(claims.iat)?, at(claims.exp)?);
        let begins = claims.nbf.map_or(Ok(issued_at), at)?;
        let ahead = issued_at.max(begins) > now + LEEWAY;
        let life = ends.duration_since(issued_at);
        if ahead || life > LONGEST_LIFE || !claims.aud.has(&self.audience) {
            return Err(TokenError::Invalid);
        }
        if ends + LEEWAY <= now {
            return Err(TokenError::Expired);
        }
        Ok(Token {
            subject: claims.sub,
            issued_at,
        })
    }

    fn claims(&self, token: &str, key: &Key) -> Option<Claims> {
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        // Time comes from our clock, in `check`, and the audience is looked at there.
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
