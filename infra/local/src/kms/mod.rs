//! KMS: the template's keys, made when they are first used and kept in `<data>/kms.json` (mode 0600).
//!
//! KMS's JSON protocol: one `POST /`, the action in `X-Amz-Target: TrentService.<Action>`. Actions: `Encrypt` and `Decrypt`
//! (symmetric keys, with encryption context), `Sign` and `GetPublicKey` (`RSA_2048` to `RSA_4096`, `ECC_NIST_EDWARDS25519`).
//! A key is named by its id or ARN. Limits that code must know are held: 4096 bytes a message, a digest of 32 bytes for
//! SHA-256, `RAW` for `ED25519_SHA_512`, the key's own usage.
//!
//! It is not a vault: whoever reads the folder has the keys, as with the seeds of `secrets.json`.

mod actions;
mod keys;

pub(crate) use actions::run;
pub(crate) use keys::Keys;

use actions::Refusal;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The service, over these keys.
pub(crate) fn router(keys: Arc<Keys>) -> Router {
    Router::new().fallback(handle).with_state(keys)
}

async fn handle(State(keys): State<Arc<Keys>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target");
    let target = target.and_then(|value| value.to_str().ok()?.strip_prefix("TrentService."));
    let request: Option<Json> = serde_json::from_slice(&body).ok();
    let answer = match (target, request) {
        (None, _) => Err(Refusal::new(
            "UnknownOperationException",
            "X-Amz-Target: TrentService.<Action> is needed",
        )),
        (Some(_), None) => Err(Refusal::new(
            "SerializationException",
            "the body is not JSON",
        )),
        (Some(action), Some(request)) => {
            let action = action.to_owned();
            // Making an RSA key takes a while.
            let worked = tokio::task::spawn_blocking(move || run(&keys, &action, &request));
            worked
                .await
                .unwrap_or_else(|_| Err(Refusal::internal("the action panicked")))
        }
    };
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => {
            let body = json!({"__type": refusal.shape, "message": refusal.message});
            (refusal.status, body)
        }
    };
    let kind = HeaderValue::from_static("application/x-amz-json-1.1");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

#[cfg(test)]
mod tests;
