//! The `WhatsApp` Cloud API's two calls.

use crate::{Webhooks, parse, signature::Key};
use axum::{
    body::{Body, to_bytes},
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use registrar_domain::secret::Live;
use registrar_runtime::problem::Problem;
use serde::Deserialize;
use std::sync::Arc;

/// The largest body: what the provider documents for a call (3 MB).
const LARGEST: usize = 3 * 1024 * 1024;
/// The longest challenge that is echoed, in bytes; the provider's have ten digits.
const LONGEST_CHALLENGE: usize = 100;

/// What the provider and this deployment have agreed on.
#[derive(Debug)]
pub(crate) struct Secrets {
    pub(crate) app: Key,
    pub(crate) verify_tokens: Live<String>,
}

/// What the provider sends to confirm the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

#[tracing::instrument(name = "webhooks.whatsapp_confirm", skip_all)]
pub(crate) async fn confirm(
    State(webhooks): State<Arc<Webhooks>>,
    Query(sent): Query<Confirmation>,
) -> Result<Response, Problem> {
    let secrets = &webhooks.whatsapp;
    let mut tokens = secrets.verify_tokens.all();
    let known = tokens.any(|token| secrets.app.same(token, &sent.token));
    if sent.mode != "subscribe" || !known {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("the verify token is not this deployment's"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if sent.challenge.is_empty()
        || sent.challenge.len() > LONGEST_CHALLENGE
        || !sent.challenge.bytes().all(plain)
    {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_challenge")
            .detail("hub.challenge must be 1-100 letters, digits, '.', '_' or '-'"));
    }
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((plain, sent.challenge).into_response())
}

#[tracing::instrument(name = "webhooks.whatsapp_events", skip_all)]
pub(crate) async fn events(
    State(webhooks): State<Arc<Webhooks>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let body = to_bytes(body, LARGEST).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
            .detail("a call may have at most 3 MB")
    })?;
    // Before anything is read of it: nobody but the provider makes us parse.
    let signature = headers
        .get("x-hub-signature-256")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !webhooks.whatsapp.app.signed(signature, &body) {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "signature_invalid")
            .detail("X-Hub-Signature-256 is not the body's"));
    }
    let (number, now) = (&webhooks.phone_number_id, webhooks.shell.now());
    let told = parse::events(&body, number, now).map_err(|problem| {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_event").detail(problem)
    })?;
    tracing::info!(told = told.incoming.len(), "events");
    if told.passed_over() > 0 {
        // A metric and an alarm are made of this line.
        tracing::warn!(
            passed_over = told.passed_over(),
            malformed = told.malformed,
            stale = told.stale,
            "passed over"
        );
    }
    for code in &told.faults {
        tracing::warn!(code, "the provider reports a fault of the number");
    }
    let sent = webhooks
        .queues
        .send_json(&webhooks.conversations_queue_url, &told.incoming);
    sent.await?;
    Ok(StatusCode::OK)
}
