//! Calls of the webhook: signed as the vendor signs, tried three times, and entered into the journal once they were taken.
//!
//! A journal entry of kind `whatsapp_callback` has the `message_id`s in question in turn, the `status` of the answer and the
//! `event` that was sent.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::Deps;
use crate::store::{Accepted, Provider};

const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
const TIME_OUT: Duration = Duration::from_secs(10);

pub(super) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A webhook body with this value of a change.
pub(super) fn event(deps: &Deps, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({
        "display_phone_number": "15550783881", "phone_number_id": deps.options.whatsapp.phone_number_id,
    });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": value }] }],
    })
}

/// A status of a message that was accepted before.
pub(super) fn status(message: &Accepted, state: &str, error: Option<u32>) -> Value {
    let tag = message.arguments.iter().find(|(name, _)| name == "tag");
    let mut status = json!({
        "id": message.message_id, "status": state,
        "timestamp": jiff::Timestamp::now().as_second().to_string(),
    });
    match message.to.strip_prefix('+') {
        Some(digits) => status["recipient_id"] = json!(digits),
        None => status["recipient_user_id"] = json!(message.to),
    }
    if let Some((_, tag)) = tag {
        status["biz_opaque_callback_data"] = json!(tag);
    }
    if let Some(code) = error {
        status["errors"] = json!([{ "code": code, "title": "Message failed to send" }]);
    }
    status
}

/// Tells the webhook, in one call and without waiting, that a message went through these states.
pub(super) fn tell_statuses(deps: &Arc<Deps>, message: Accepted, states: &[&'static str]) {
    if deps.options.whatsapp.callback.is_none() {
        return;
    }
    let statuses: Vec<Value> = states
        .iter()
        .map(|state| status(&message, state, None))
        .collect();
    let body = event(deps, json!({ "statuses": statuses }));
    let deps = Arc::clone(deps);
    tokio::spawn(async move { call(&deps, &message.to, &message.message_id, body).await });
}

/// Calls the webhook; the status of its answer, or of the last one. An answer of success is entered into the journal.
pub(super) async fn call(deps: &Deps, to: &str, message_id: &str, event: Value) -> Option<u16> {
    let mut answered = None;
    for n in 0..TRIES {
        if n > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let sent = tokio::time::timeout(TIME_OUT, post(deps, event.to_string())).await;
        answered = sent.ok().flatten();
        if answered.is_some_and(|status| status < 300) {
            break;
        }
    }
    if let Some(status) = answered.filter(|status| *status < 300) {
        let entry = Accepted {
            provider: Provider::WhatsappCloud,
            kind: "whatsapp_callback",
            to: to.to_owned(),
            message_id: message_id.to_owned(),
            arguments: Vec::new(),
            details: Map::from_iter([
                ("status".to_owned(), json!(status)),
                ("event".to_owned(), event),
            ]),
        };
        if let Err(error) = deps.store.accept(&[entry], |_| Ok(())) {
            tracing::error!(%error, "the journal failed");
        }
    }
    answered
}

async fn post(deps: &Deps, body: String) -> Option<u16> {
    let options = &deps.options.whatsapp;
    let mut mac = Hmac::<Sha256>::new_from_slice(options.app_secret.as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(body.as_bytes());
    let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
    let request = hyper::Request::post(options.callback.as_deref()?)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", format!("sha256={signature}"))
        .body(Body::from(Bytes::from(body)))
        .ok()?;
    let client: Client<HttpConnector, Body> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let response = client.request(request).await.ok()?;
    Some(response.status().as_u16())
}
