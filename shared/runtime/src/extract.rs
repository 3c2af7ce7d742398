//! What handlers take out of a request. Every refusal is a [`Problem`].

mod body;
mod params;
mod visible;

pub use body::{BODY_BYTES, Body, CsvBody, FormOrJson, OptionalBody};
pub(crate) use body::{is_form, read};
pub use params::Params;
pub use visible::{Asked, Asker, Row, Visible};

pub use crate::idempotency::Earlier;

use crate::{auth::TokenError, idempotency, problem::Problem};
use axum::{
    extract::{FromRequestParts, Path},
    http::{StatusCode, header, request::Parts},
};
use registrar_domain::actor::{Actor, Role};
use registrar_store::answers::Claim;
use std::str::FromStr;

/// Who sends the request; put there by the authentication layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolved(pub(crate) Option<Actor>);

/// The signature of the chat channel that sends the request; put there by the authentication layer.
#[derive(Clone, Debug)]
pub(crate) struct Signed(pub(crate) String);

/// Whether the chat channel signed the request; 401 `token_missing` when it did not and nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromChannel(pub bool);

impl<S: Sync> FromRequestParts<S> for FromChannel {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let signed = parts.extensions.get::<Signed>().is_some();
        let resolved = parts.extensions.get::<Resolved>();
        if signed || resolved.is_some_and(|resolved| resolved.0.is_some()) {
            Ok(Self(signed))
        } else {
            Err(TokenError::Missing.into())
        }
    }
}

/// Anybody; an actor if they are signed in.
#[derive(Clone, Copy, Debug)]
pub struct Visitor(pub Option<Actor>);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(
            parts
                .extensions
                .get::<Resolved>()
                .and_then(|resolved| resolved.0),
        ))
    }
}

/// Somebody signed in; 401 `token_missing` otherwise.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(pub Actor);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Visitor(actor) = Visitor::from_request_parts(parts, state).await?;
        Ok(Self(actor.ok_or(TokenError::Missing)?))
    }
}

/// An admin or super admin; 403 `forbidden` otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Staff(pub Actor);

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, state).await?;
        if actor.role.is_staff() {
            Ok(Self(actor))
        } else {
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden").detail("this is for staff"))
        }
    }
}

/// A super admin; 403 `forbidden` otherwise.
#[derive(Clone, Copy, Debug)]
pub struct SuperAdmin(pub Actor);

impl<S: Sync> FromRequestParts<S> for SuperAdmin {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, state).await?;
        if actor.role == Role::SuperAdmin {
            Ok(Self(actor))
        } else {
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden").detail("this is for super admins"))
        }
    }
}

/// The one parameter of the path. What cannot be an id names nothing: 404 `not_found`.
#[derive(Clone, Debug)]
pub struct Segment<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Segment<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The claim on the request's `Idempotency-Key`, for the transaction of the change; `None` when the client sent no key.
///
/// Stands behind the extractors that say who may ask, so that a refusal writes nothing, and before the body. Every POST that
/// changes something has it.
#[derive(Clone, Debug)]
pub struct Once(pub Option<Claim>);

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Earlier;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Earlier> {
        match parts.extensions.get::<idempotency::Asked>().cloned() {
            Some(asked) => asked.claim().await.map(Self),
            None => Ok(Self(None)),
        }
    }
}

/// The version that the client has seen, from `If-Match: "<version>"`. `*` is any version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl IfMatch {
    /// 412 `precondition_failed` when the client has seen another version than `version`.
    pub fn check(self, version: u64) -> Result<(), Problem> {
        match self.0 {
            Some(seen) if seen != version => Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
            )
            .detail("it was changed since it was read: read it again")),
            _ => Ok(()),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self(None));
        }
        // The digest behind the version is for reading only.
        let tag = text.strip_prefix('"')?.strip_suffix('"')?;
        let digits = tag.split_once('-').map_or(tag, |(version, _)| version);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| digits.parse().ok())
            .flatten()
            .map(|version| Self(Some(version)))
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        value
            .to_str()
            .ok()
            .and_then(|text| Self::parse(text.trim()))
            .ok_or_else(|| {
                Problem::new(StatusCode::BAD_REQUEST, "invalid_if_match")
                    .detail("If-Match must be one ETag that this service gave out, such as \"3\"")
            })
    }
}

#[cfg(test)]
mod tests;
