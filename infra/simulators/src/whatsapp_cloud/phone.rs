//! `/phone`: what whoever holds a phone does.
//!
//! * `POST /phone/messages` with `{"from": "+234812345678", "name": "John Doe", "text": "…"}` writes a message; in place of `text`:
//!   `"choice": "chat_support"` (a row of a list), `"media": {"type": "image" | "document", "mime_type", "filename"?, "base64", "caption"?}`, or
//!   `"reaction": "👍"`, or `"message": {"type": "location", "location": {…}}`: the members of a message of any kind. With `"user_id":
//!   "NG.…"` the message tells that too; without `from` it tells nothing else. `id` is optional: the same id twice is the same message
//!   twice. Answer: `{"id", "webhook_status"}`
//! * `POST /phone/statuses` with `{"message_id", "status": "read" | "failed" | …, "error"?: 131026}` tells a status of a message that went out
//! * `PUT /phone/silence` with `["+234…"]`: these have not written for 24 hours, and free texts to them are refused

use std::sync::Arc;

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{File, callback, e164};
use crate::Deps;
use crate::envelope::{broken, refuse};
use crate::store::{Accepted, Provider, random_id};

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/phone/messages", post(write))
        .route("/phone/statuses", post(status))
        .route("/phone/silence", put(silence))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    user_id: Option<String>,
    name: String,
    id: Option<String>,
    text: Option<String>,
    choice: Option<String>,
    media: Option<Media>,
    reaction: Option<String>,
    message: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    r#type: String,
    mime_type: String,
    filename: Option<String>,
    base64: String,
    caption: Option<String>,
}

async fn write(State(deps): State<Arc<Deps>>, Json(written): Json<Written>) -> Response {
    let id = written
        .id
        .clone()
        .unwrap_or_else(|| format!("wamid.{}", random_id::<24>()));
    let digits = written
        .from
        .map(|from| from.trim_start_matches('+').to_owned());
    let who = match (&digits, &written.user_id) {
        (Some(digits), _) => e164(digits),
        (None, Some(user_id)) => user_id.clone(),
        (None, None) => return refuse(StatusCode::BAD_REQUEST, "from or user_id is needed"),
    };
    let mut message = json!({
        "id": id, "timestamp": jiff::Timestamp::now().as_second().to_string(),
    });
    let mut contact = json!({ "profile": { "name": written.name } });
    if let Some(digits) = digits {
        contact["wa_id"] = json!(digits);
        message["from"] = json!(digits);
    }
    if let Some(user_id) = written.user_id {
        contact["user_id"] = json!(user_id);
        message["from_user_id"] = json!(user_id);
    }
    if let Some(text) = written.text {
        message["type"] = json!("text");
        message["text"] = json!({ "body": text });
    } else if let Some(choice) = written.choice {
        message["type"] = json!("interactive");
        message["interactive"] =
            json!({ "type": "list_reply", "list_reply": { "id": choice, "title": choice } });
    } else if let Some(media) = written.media {
        let Ok(bytes) = data_encoding::BASE64.decode(media.base64.as_bytes()) else {
            return refuse(StatusCode::BAD_REQUEST, "media.base64 is not base64");
        };
        let digits = u64::from(getrandom::u32().unwrap_or_default()) + 1_000_000_000;
        let media_id = digits.to_string();
        let sha256 = callback::sha256(&bytes);
        let mut file = json!({ "id": media_id, "mime_type": media.mime_type, "sha256": sha256 });
        if let Some(name) = media.filename {
            file["filename"] = json!(name);
        }
        if let Some(caption) = media.caption {
            file["caption"] = json!(caption);
        }
        message["type"] = json!(media.r#type);
        message[media.r#type.as_str()] = file;
        let file = File {
            mime_type: media.mime_type,
            bytes: bytes.into(),
        };
        deps.phones.lock().files.insert(media_id, file);
    } else if let Some(emoji) = written.reaction {
        message["type"] = json!("reaction");
        message["reaction"] = json!({ "message_id": "wamid.1", "emoji": emoji });
    } else if let Some(members) = written.message {
        for (name, value) in members {
            message[name] = value;
        }
    } else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "text, choice, media, reaction or message is needed",
        );
    }
    deps.phones.lock().silent.remove(&who);
    let value = json!({
        "contacts": [contact],
        "messages": [message],
    });
    let event = callback::event(&deps, value);
    let webhook_status = callback::call(&deps, &who, &id, event).await;
    Json(json!({ "id": id, "webhook_status": webhook_status })).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    message_id: String,
    status: String,
    error: Option<u32>,
}

async fn status(State(deps): State<Arc<Deps>>, Json(told): Json<Told>) -> Response {
    let message = match sent(&deps, &told.message_id) {
        Ok(Some(message)) => message,
        Ok(None) => return refuse(StatusCode::NOT_FOUND, "no such message"),
        Err(error) => return broken(&error),
    };
    let status = callback::status(&message, &told.status, told.error);
    let event = callback::event(&deps, json!({ "statuses": [status] }));
    let webhook_status = callback::call(&deps, &message.to, &told.message_id, event).await;
    Json(json!({ "webhook_status": webhook_status })).into_response()
}

/// A message that went out.
fn sent(deps: &Deps, message_id: &str) -> rusqlite::Result<Option<Accepted>> {
    let connection = deps.store.lock();
    let mut statement = connection.prepare_cached(
        "SELECT recipient, (SELECT value FROM arguments WHERE arguments.seq = journal.seq AND name = 'tag')
         FROM journal WHERE provider = 'whatsapp_cloud' AND kind = 'whatsapp' AND message_id = ?",
    )?;
    let mut rows = statement.query([message_id])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let tag: Option<String> = row.get(1)?;
    Ok(Some(Accepted {
        provider: Provider::WhatsappCloud,
        kind: "whatsapp",
        to: row.get(0)?,
        message_id: message_id.to_owned(),
        arguments: tag.map(|tag| ("tag".to_owned(), tag)).into_iter().collect(),
        details: serde_json::Map::new(),
    }))
}

async fn silence(State(deps): State<Arc<Deps>>, Json(numbers): Json<Value>) -> Response {
    let Some(numbers) = numbers.as_array() else {
        return refuse(StatusCode::BAD_REQUEST, "a list of numbers is needed");
    };
    deps.phones.lock().silent = numbers
        .iter()
        .filter_map(|number| number.as_str().map(e164))
        .collect();
    StatusCode::NO_CONTENT.into_response()
}
