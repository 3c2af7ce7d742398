//! A receiver of webhooks: `POST /receiver/{name}` takes whatever comes and journals it, with its headers and its body as sent.
//!
//! An entry has the kind `webhook`, `to` the name, `message_id` the header `webhook-id`, and adds `headers` (the three of Standard
//! Webhooks, the type and the agent) and `body` (text). The answer is 204. Signatures are not checked here: a test has the secret.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::Deps;
use crate::envelope::broken;
use crate::store::{Accepted, Provider};

/// What is kept of the headers.
const HEADERS: [&str; 5] = [
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "content-type",
    "user-agent",
];

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new().route("/{name}", post(take))
}

/// The name that a path has, for fault rules.
pub(crate) fn recipients(path: &str) -> Vec<String> {
    path.split('/')
        .next_back()
        .map(str::to_owned)
        .into_iter()
        .collect()
}

/// An answer with a status and nothing else.
pub(crate) fn error(status: StatusCode) -> Response {
    status.into_response()
}

async fn take(
    State(deps): State<Arc<Deps>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let kept: Map<String, Value> = HEADERS
        .iter()
        .map(|name| ((*name).to_owned(), json!(header(name))))
        .collect();
    let mut details = Map::new();
    details.insert("headers".to_owned(), Value::Object(kept));
    let text = String::from_utf8_lossy(&body).into_owned();
    details.insert("body".to_owned(), json!(text));
    let accepted = Accepted {
        provider: Provider::Receiver,
        kind: "webhook",
        to: name,
        message_id: header("webhook-id"),
        arguments: Vec::new(),
        details,
    };
    match deps.store.accept(&[accepted], |_| Ok(())) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => broken(&error),
    }
}
