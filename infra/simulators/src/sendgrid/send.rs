//! `POST /v3/mail/send`: 202 without a body and with `X-Message-Id`; 200 and nothing sent in sandbox mode.
//!
//! A journal entry is one recipient: the vendor, too, gives each recipient a message id of its own, which begins with `X-Message-Id`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{Problem, check, error, refusal, unauthorised};
use crate::Deps;
use crate::envelope::broken;
use crate::store::{Accepted, Provider, random_id};

pub(super) async fn send(
    State(deps): State<Arc<Deps>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refusal) = unauthorised(&headers, &deps.options) {
        return refusal;
    }
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(';')
                .next()
                .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        });
    if !is_json {
        return error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Ok(mail) = serde_json::from_slice::<Value>(&body) else {
        return refusal(StatusCode::BAD_REQUEST, &[Problem::general("Bad Request")]);
    };
    let problems = check::check(&mail);
    if !problems.is_empty() {
        return refusal(StatusCode::BAD_REQUEST, &problems);
    }
    if mail["mail_settings"]["sandbox_mode"]["enable"] == Value::Bool(true) {
        return StatusCode::OK.into_response();
    }
    let message_id = random_id::<16>();
    if let Err(error) = deps.store.accept(&entries(&mail, &message_id), |_| Ok(())) {
        return broken(&error);
    }
    let id = HeaderValue::from_str(&message_id).expect("base64url is a header value");
    let mut response = StatusCode::ACCEPTED.into_response();
    response.headers_mut().insert("x-message-id", id);
    response
}

fn entries(mail: &Value, message_id: &str) -> Vec<Accepted> {
    let blocks = mail["personalizations"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut entries = Vec::new();
    for block in blocks {
        let mut custom_args = mail["custom_args"].as_object().cloned().unwrap_or_default();
        // Where both name an argument, the block's holds.
        custom_args.extend(
            block["custom_args"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
        );
        for role in ["to", "cc", "bcc"] {
            for person in block[role]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
            {
                let arguments = custom_args
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                    .collect();
                let mut details = details(mail, block, &custom_args);
                details.insert("role".to_owned(), json!(role));
                details.insert("to_name".to_owned(), person["name"].clone());
                details.insert(
                    "msg_id".to_owned(),
                    json!(format!("{message_id}.simulator-{}.0", entries.len())),
                );
                entries.push(Accepted {
                    provider: Provider::Sendgrid,
                    kind: "email",
                    to: person["email"].as_str().unwrap_or_default().to_owned(),
                    message_id: message_id.to_owned(),
                    arguments,
                    details,
                });
            }
        }
    }
    entries
}

fn details(mail: &Value, block: &Value, custom_args: &Map<String, Value>) -> Map<String, Value> {
    let content = |kind: &str| {
        mail["content"]
            .as_array()
            .and_then(|blocks| blocks.iter().find(|block| block["type"] == kind))
            .map_or(Value::Null, |block| block["value"].clone())
    };
    let attachments: Vec<Value> = mail["attachments"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(|file| json!({ "filename": file["filename"], "type": file["type"], "content": file["content"] }))
        .collect();
    let subject = if block["subject"].is_string() {
        &block["subject"]
    } else {
        &mail["subject"]
    };
    Map::from_iter([
        ("from".to_owned(), mail["from"].clone()),
        ("reply_to".to_owned(), mail["reply_to"].clone()),
        ("subject".to_owned(), subject.clone()),
        ("text".to_owned(), content("text/plain")),
        ("html".to_owned(), content("text/html")),
        ("custom_args".to_owned(), Value::Object(custom_args.clone())),
        (
            "categories".to_owned(),
            mail["categories"]
                .as_array()
                .cloned()
                .unwrap_or_default()
                .into(),
        ),
        ("attachments".to_owned(), attachments.into()),
    ])
}
