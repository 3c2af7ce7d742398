//! Twilio `SendGrid`: Mail Send v3 and the Email Activity Feed API, both behind `Authorization: Bearer <API key>`.
//!
//! Errors have the documented form `{"errors": [{"message", "field", "help"}]}`.

mod activity;
mod check;
mod query;
mod send;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::bearer_is;
use crate::{Deps, Options};

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/v3/mail/send", post(send::send))
        .route("/v3/messages", get(activity::messages))
}

/// One thing wrong with a request.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Problem {
    message: String,
    field: Option<String>,
    help: Option<String>,
}

impl Problem {
    fn general(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            field: None,
            help: None,
        }
    }
}

fn refusal(status: StatusCode, problems: &[Problem]) -> Response {
    let mut response = (status, Json(json!({ "errors": problems }))).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        let reset = jiff::Timestamp::now().as_second() + 1;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        headers.insert("x-ratelimit-limit", HeaderValue::from_static("600"));
        headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
        headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
    }
    response
}

/// A refusal of the whole request in the vendor's form.
pub(crate) fn error(status: StatusCode) -> Response {
    let message = match status {
        StatusCode::TOO_MANY_REQUESTS => "too many requests",
        StatusCode::PAYLOAD_TOO_LARGE => {
            "The JSON payload you have included in your request is too large."
        }
        StatusCode::UNAUTHORIZED => {
            "The provided authorization grant is invalid, expired, or revoked"
        }
        status => status.canonical_reason().unwrap_or("error"),
    };
    refusal(status, &[Problem::general(message)])
}

/// The refusal of a request without the key.
fn unauthorised(headers: &HeaderMap, options: &Options) -> Option<Response> {
    if bearer_is(headers, &options.sendgrid_key) {
        None
    } else if headers.contains_key(header::AUTHORIZATION) {
        Some(error(StatusCode::UNAUTHORIZED))
    } else {
        let problem = Problem::general("Permission denied, wrong credentials");
        Some(refusal(StatusCode::UNAUTHORIZED, &[problem]))
    }
}

/// The recipients that a body names, for fault rules.
pub(crate) fn recipients(body: &[u8]) -> Vec<String> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Vec::new();
    };
    let personalizations = body["personalizations"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    personalizations
        .iter()
        .flat_map(|block| {
            ["to", "cc", "bcc"].map(|role| block[role].as_array().cloned().unwrap_or_default())
        })
        .flatten()
        .filter_map(|person| person["email"].as_str().map(str::to_owned))
        .collect()
}
