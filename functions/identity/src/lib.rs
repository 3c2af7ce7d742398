//! Who somebody is, over HTTP.
//!
//! | path | what |
//! |---|---|
//! | `POST /auth/sign-in` | e-mail and password for a token |
//! | `GET /auth/me` | the signed-in account |
//! | `GET /.well-known/jwks.json` | the public keys of the tokens |
//! | `GET /health` | whether the function runs and reaches the table |
//! | `GET /favicon.ico` | 204: there is no icon |
//!
//! This function also has the API's `$default` route: what belongs to no function is a 404 of ours.
#![warn(missing_docs)]
#![deny(clippy::unwrap_used)]

mod attempts;
mod health;
mod jwks;
mod me;
mod password;
mod sign_in;
mod view;

pub use password::{HashError, hash_password};

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use registrar_runtime::{Shell, auth::TokenSigner};
use std::sync::Arc;

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Table, clock, ids.
    pub shell: Shell,
    /// Signs the tokens.
    pub signer: Arc<TokenSigner>,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/auth/sign-in", post(sign_in::sign_in))
        .route("/auth/me", get(me::me))
        .route("/.well-known/jwks.json", get(jwks::jwks))
        .route("/health", get(health::health))
        .route("/favicon.ico", get(async || no_icon()))
        .with_state(deps)
}

/// Browsers ask for an icon wherever they show an answer; this says for a day that there is none.
fn no_icon() -> impl IntoResponse {
    let cached = [(header::CACHE_CONTROL, "public, max-age=86400")];
    (StatusCode::NO_CONTENT, cached)
}

#[cfg(test)]
mod tests;
