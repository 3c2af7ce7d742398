//! Cloudflare Workers KV over the REST API, behind `Authorization: Bearer <API token>`.
//!
//! Under `/client/v4/accounts/{account}/storage/kv/namespaces/{namespace}`: `PUT`, `GET` and `DELETE` `/values/{key}` (the key percent-encoded, slashes too),
//! `GET /metadata/{key}`, `GET /keys?prefix=&limit=&cursor=`, `PUT /bulk`, `POST /bulk/get`. Answers carry `{"success", "errors": [{"code", "message"}], "messages", "result"}`, except a value,
//! which is answered as it was stored.

mod bulk;
mod keys;
mod values;

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use data_encoding::HEXLOWER_PERMISSIVE;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Deps;
use crate::envelope::bearer_is;
use crate::store::{Accepted, Provider, random_hex};

const NAMESPACE: &str = "/client/v4/accounts/{account}/storage/kv/namespaces/{namespace}";

pub(crate) fn router() -> Router<Arc<Deps>> {
    let at = |path: &str| format!("{NAMESPACE}{path}");
    Router::new()
        .route(
            &at("/values/{key}"),
            get(values::read).put(values::write).delete(values::delete),
        )
        .route(&at("/metadata/{key}"), get(values::metadata))
        .route(&at("/keys"), get(keys::list))
        .route(&at("/bulk"), put(bulk::write))
        .route(&at("/bulk/get"), post(bulk::read))
}

/// A namespace of an account.
#[derive(Clone, Debug, Deserialize)]
struct Namespace {
    account: String,
    namespace: String,
}

/// The key that a path names, for fault rules.
pub(crate) fn recipients(path: &str) -> Vec<String> {
    let key = path
        .rsplit_once("/values/")
        .map(|(_, key)| percent_decoded(key));
    key.into_iter().collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = if *first == b'%' {
            after
                .get(..2)
                .and_then(|digits| HEXLOWER_PERMISSIVE.decode(digits).ok())
        } else {
            None
        };
        if let Some(decoded) = escaped {
            bytes.extend(decoded);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A refusal in the vendor's form, for a status without a code of its own.
pub(crate) fn error(status: StatusCode) -> Response {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => 971,
        StatusCode::PAYLOAD_TOO_LARGE => 10047,
        _ => 10000,
    };
    refusal(status, code, status.canonical_reason().unwrap_or("error"))
}

fn refusal(status: StatusCode, code: u32, message: &str) -> Response {
    let errors = json!([{ "code": code, "message": message }]);
    (
        status,
        Json(json!({ "success": false, "errors": errors, "messages": [], "result": null })),
    )
        .into_response()
}

fn success(result: &Value) -> Response {
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result })).into_response()
}

/// The refusal of a request without the token.
fn unauthorised(deps: &Deps, headers: &HeaderMap) -> Option<Response> {
    let right = bearer_is(headers, &deps.options.cloudflare_token);
    (!right).then(|| refusal(StatusCode::UNAUTHORIZED, 10000, "Authentication error"))
}

/// Longest key in bytes; `.` and `..` are no keys.
fn key_is_right(key: &str) -> bool {
    !key.is_empty() && key.len() <= 512 && key != "." && key != ".."
}

/// Largest value in bytes.
const LARGEST_VALUE: usize = 25 * 1024 * 1024;

/// A pair to be written.
struct Pair {
    key: String,
    value: Vec<u8>,
    metadata: Option<Value>,
    expires_at: Option<i64>,
}

impl Pair {
    fn accepted(&self, at: &Namespace) -> Accepted {
        let value = match std::str::from_utf8(&self.value) {
            Ok(text) => json!(text),
            Err(_) => json!({ "base64": data_encoding::BASE64.encode(&self.value) }),
        };
        entry(
            "kv_put",
            &self.key,
            at,
            [("value", value), ("metadata", json!(self.metadata))],
        )
    }

    fn store(&self, at: &Namespace, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute(
            "INSERT OR REPLACE INTO kv (account, namespace, key, value, metadata, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![at.account, at.namespace, self.key, self.value, self.metadata.as_ref().map(Value::to_string), self.expires_at],
        )?;
        Ok(())
    }
}

fn entry<const FIELDS: usize>(
    kind: &'static str,
    key: &str,
    at: &Namespace,
    fields: [(&str, Value); FIELDS],
) -> Accepted {
    let mut details = Map::from_iter([
        ("account".to_owned(), json!(at.account)),
        ("namespace".to_owned(), json!(at.namespace)),
    ]);
    details.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Accepted {
        provider: Provider::Cloudflare,
        kind,
        to: key.to_owned(),
        message_id: random_hex::<8>(),
        arguments: Vec::new(),
        details,
    }
}

/// When a pair expires: `expiration_ttl` seconds from now (at least 60), else at `expiration`.
fn expiry(expiration: Option<i64>, ttl: Option<i64>) -> Result<Option<i64>, &'static str> {
    let now = jiff::Timestamp::now().as_second();
    match (ttl, expiration) {
        (Some(ttl), _) if ttl < 60 => Err("expiration_ttl must be at least 60"),
        (Some(ttl), _) => Ok(Some(now.saturating_add(ttl))),
        (None, Some(at)) if at < now + 60 => {
            Err("expiration must be at least 60 seconds in the future")
        }
        (None, at) => Ok(at),
    }
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn a_key_is_read_back_from_its_path_whatever_was_escaped() {
        assert_eq!(percent_decoded("cert%2FCERT-1"), "cert/CERT-1");
        assert_eq!(percent_decoded("%C3%A9%zz%4"), "é%zz%4");
    }
}
