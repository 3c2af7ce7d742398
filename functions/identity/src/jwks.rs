//! `GET /.well-known/jwks.json`: the public keys of the tokens (RFC 7517).

use crate::Deps;
use axum::extract::State;
use registrar_runtime::{problem::ApiResult, reply::Reply};

/// How long the set may be cached, in seconds.
const MAX_AGE: u32 = 300;

pub(crate) async fn jwks(State(deps): State<Deps>) -> ApiResult {
    Ok(Reply::ok(&deps.signer.jwks()).public(MAX_AGE))
}
