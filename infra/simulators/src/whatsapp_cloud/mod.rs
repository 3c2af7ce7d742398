//! `WhatsApp` Business Platform, Cloud API, and the phones that it reaches.
//!
//! * `POST /{version}/{phone number id}/messages`, bearer token: `{"messaging_product": "whatsapp", "to": "<digits>", "type":
//!   "text" | "template", "text"?: {"body"}, "template"?: {"name", "language": {"code"}, "components"}, "biz_opaque_callback_data"?}`
//!   → `{"messaging_product", "contacts": [{"input", "wa_id"}], "messages": [{"id": "wamid.…"}]}`. In place of `to` there may be
//!   `"recipient": "<business-scoped user id>"`, and then the contact has `user_id` in place of `wa_id`; `to` wins where both are.
//! * `GET /{version}/{media id}` → `{"url", "mime_type", "sha256", "file_size", "id", "messaging_product"}`; `GET` of that url → the file
//!
//! What was accepted is told to the webhook as `sent` and `delivered`. `/phone` stands for whoever holds the phone: see [`phone`].

mod callback;
mod phone;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::envelope::{bearer_is, broken};
use crate::store::{Accepted, Provider, random_id};
use crate::{Deps, Whatsapp};

pub(crate) use phone::router as phone_router;

/// The vendor's code of a free text more than 24 hours after the recipient's last message.
const WINDOW_OVER: u32 = 131_047;

/// What the simulator knows beyond its journal; in memory.
#[derive(Debug, Default)]
pub(crate) struct Phones(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Numbers, in E.164 form, and user ids that have not written for 24 hours.
    silent: BTreeSet<String>,
    /// Files that phones sent, by id.
    files: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
struct File {
    mime_type: String,
    bytes: Bytes,
}

impl Phones {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/{version}/{id}", get(media))
        .route("/{version}/{id}/messages", post(send))
        .route("/{version}/{id}/bytes", get(file))
}

/// The recipients that a body names, for fault rules: in E.164 form.
pub(crate) fn recipients(body: &[u8]) -> Vec<String> {
    serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| recipient(&body).ok())
        .into_iter()
        .collect()
}

/// Whom a request names: a number in E.164 form, or a business-scoped user id.
fn recipient(body: &Value) -> Result<String, &'static str> {
    if let Some(to) = body["to"].as_str() {
        let digits = to.trim_start_matches('+');
        let number = (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        return if number {
            Ok(e164(to))
        } else {
            Err("to is not a phone number")
        };
    }
    let id = body["recipient"]
        .as_str()
        .ok_or("to or recipient is required")?;
    if is_user_id(id) {
        Ok(id.to_owned())
    } else {
        Err("recipient is not a business-scoped user id")
    }
}

/// Two letters of a country, a dot, perhaps `ENT.`, and up to 128 letters and digits.
fn is_user_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(country, rest)| {
        let id = rest.strip_prefix("ENT.").unwrap_or(rest);
        country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn e164(digits: &str) -> String {
    format!("+{}", digits.trim_start_matches('+'))
}

/// A refusal in the vendor's form.
pub(crate) fn error(status: StatusCode) -> Response {
    let code = match status.as_u16() {
        401 => 190,
        429 => 130_429,
        400..=499 => 100,
        _ => 131_000,
    };
    refusal(status, code, status.canonical_reason().unwrap_or("Error"))
}

fn refusal(status: StatusCode, code: u32, message: &str) -> Response {
    let error = json!({
        "message": format!("(#{code}) {message}"), "type": "OAuthException", "code": code,
        "error_data": { "messaging_product": "whatsapp", "details": message }, "fbtrace_id": random_id::<8>(),
    });
    (status, Json(json!({ "error": error }))).into_response()
}

async fn send(
    State(deps): State<Arc<Deps>>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let options = &deps.options.whatsapp;
    if !bearer_is(&headers, &options.token) {
        return error(StatusCode::UNAUTHORIZED);
    }
    if id != options.phone_number_id {
        return refusal(StatusCode::BAD_REQUEST, 100, "no such phone number id");
    }
    let body: Value = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(_) => return refusal(StatusCode::BAD_REQUEST, 100, "the body is no JSON"),
    };
    let accepted = match check(&body) {
        Ok(accepted) => accepted,
        Err(problem) => return refusal(StatusCode::BAD_REQUEST, 100, problem),
    };
    if accepted.details["type"] == "text" && deps.phones.lock().silent.contains(&accepted.to) {
        return refusal(
            StatusCode::BAD_REQUEST,
            WINDOW_OVER,
            "Re-engagement message",
        );
    }
    let contact = match accepted.to.strip_prefix('+') {
        Some(digits) => json!({ "input": digits, "wa_id": digits }),
        None => json!({ "input": accepted.to, "user_id": accepted.to }),
    };
    let message_id = accepted.message_id.clone();
    if let Err(error) = deps
        .store
        .accept(std::slice::from_ref(&accepted), |_| Ok(()))
    {
        return broken(&error);
    }
    callback::tell_statuses(&deps, accepted, &["sent", "delivered"]);
    Json(json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{ "id": message_id }],
    }))
    .into_response()
}

/// What a request for a message comes to, or what the vendor says of it.
fn check(body: &Value) -> Result<Accepted, &'static str> {
    if body["messaging_product"] != "whatsapp" {
        return Err("messaging_product must be whatsapp");
    }
    let to = recipient(body)?;
    let kind = body["type"].as_str().unwrap_or("text");
    let mut details = Map::from_iter([("type".to_owned(), json!(kind))]);
    match kind {
        "text" => {
            let text = body["text"]["body"]
                .as_str()
                .ok_or("text.body is required")?;
            if text.is_empty() || text.chars().count() > 4096 {
                return Err("text.body must have 1 to 4096 characters");
            }
            details.insert("text".to_owned(), json!(text));
        }
        "template" => {
            let template = &body["template"];
            let name = template["name"]
                .as_str()
                .ok_or("template.name is required")?;
            let language = template["language"]["code"]
                .as_str()
                .ok_or("template.language.code is required")?;
            let params: Vec<&str> = template["components"][0]["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|parameter| parameter["text"].as_str())
                .collect();
            let broken = |text: &&str| text.is_empty() || text.contains(['\n', '\t']);
            if params.iter().any(broken) {
                return Err("parameters cannot be empty or have new-line or tab characters");
            }
            if params
                .iter()
                .map(|text| text.chars().count())
                .sum::<usize>()
                > 1024
            {
                return Err("the text of a template has at most 1024 characters");
            }
            details.insert("template".to_owned(), json!(name));
            details.insert("language".to_owned(), json!(language));
            details.insert("params".to_owned(), json!(params));
        }
        _ => return Err("this type of message is not served here"),
    }
    let tag = body["biz_opaque_callback_data"].as_str();
    if tag.is_some_and(|tag| tag.len() > 512) {
        return Err("biz_opaque_callback_data has at most 512 characters");
    }
    Ok(Accepted {
        provider: Provider::WhatsappCloud,
        kind: "whatsapp",
        to,
        message_id: format!("wamid.{}", random_id::<24>()),
        arguments: tag
            .map(|tag| ("tag".to_owned(), tag.to_owned()))
            .into_iter()
            .collect(),
        details,
    })
}

/// A file of this id, if the token is right; or the status and the code of the refusal.
fn found(deps: &Deps, headers: &HeaderMap, id: &str) -> Result<File, (StatusCode, u32)> {
    if !bearer_is(headers, &deps.options.whatsapp.token) {
        return Err((StatusCode::UNAUTHORIZED, 190));
    }
    let file = deps.phones.lock().files.get(id).cloned();
    file.ok_or((StatusCode::BAD_REQUEST, 100))
}

async fn media(
    State(deps): State<Arc<Deps>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match found(&deps, &headers, &id) {
        Err((status, code)) => refusal(status, code, "no such media"),
        Ok(file) => {
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let host = host.unwrap_or_default();
            Json(json!({
                "url": format!("http://{host}/whatsapp_cloud/{version}/{id}/bytes"),
                "mime_type": file.mime_type, "file_size": file.bytes.len(), "id": id,
                "sha256": callback::sha256(&file.bytes), "messaging_product": "whatsapp",
            }))
            .into_response()
        }
    }
}

async fn file(
    State(deps): State<Arc<Deps>>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match found(&deps, &headers, &id) {
        Err((status, code)) => refusal(status, code, "no such media"),
        Ok(file) => ([(header::CONTENT_TYPE, file.mime_type)], file.bytes).into_response(),
    }
}

impl Default for Whatsapp {
    fn default() -> Self {
        Self {
            token: "simulator-whatsapp".to_owned(),
            phone_number_id: "106540352242922".to_owned(),
            app_secret: "simulator-app-secret".to_owned(),
            callback: None,
        }
    }
}
