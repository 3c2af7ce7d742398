//! Answers of the simulators' own paths, and of a simulator whose own file failed.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal of `/journal` or `/faults`: `{"error": "…"}`.
pub(crate) fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

/// The simulator's own file failed; nothing was accepted.
pub(crate) fn broken(error: &rusqlite::Error) -> Response {
    tracing::error!(%error, "the journal failed");
    refuse(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the simulator's journal failed",
    )
}

/// Whether `header` is `Bearer <key>`.
pub(crate) fn bearer_is(headers: &axum::http::HeaderMap, key: &str) -> bool {
    headers
        .get(axum::http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|token| token == key)
}
