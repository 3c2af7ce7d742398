//! `POST /bulk/get`: `{"keys": [...], "type"?: "text"}`, at most 100; `result: {"values": {"<key>": "<value>" | null}}`.
//! `PUT /bulk`: `[{"key", "value", "base64"?, "expiration"?, "expiration_ttl"?, "metadata"?}]`, at most 10,000, all written or none;
//! `result: {"successful_key_count", "unsuccessful_keys"}`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use data_encoding::BASE64;
use rusqlite::{OptionalExtension as _, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{LARGEST_VALUE, Namespace, Pair, expiry, key_is_right, refusal, success, unauthorised};
use crate::Deps;
use crate::envelope::broken;
use crate::store::Accepted;

#[derive(Debug, Deserialize)]
struct Given {
    key: String,
    value: String,
    #[serde(default)]
    base64: bool,
    expiration: Option<i64>,
    expiration_ttl: Option<i64>,
    metadata: Option<Value>,
}

impl Given {
    fn read(self) -> Result<Pair, &'static str> {
        if !key_is_right(&self.key) {
            return Err("put: 'invalid key name'");
        }
        let value = if self.base64 {
            BASE64
                .decode(self.value.as_bytes())
                .map_err(|_| "put: 'value is not base64'")?
        } else {
            self.value.into_bytes()
        };
        if value.len() > LARGEST_VALUE {
            return Err("put: 'value is too large'");
        }
        let expires_at = expiry(self.expiration, self.expiration_ttl)?;
        Ok(Pair {
            key: self.key,
            value,
            metadata: self.metadata,
            expires_at,
        })
    }
}

/// Most keys of one reading.
const MOST_READ: usize = 100;

#[derive(Debug, Deserialize)]
struct Wanted {
    keys: Vec<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

pub(super) async fn read(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<Namespace>,
    body: Bytes,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    let wanted: Wanted = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(_) => return refusal(StatusCode::BAD_REQUEST, 10012, "get: 'invalid json body'"),
    };
    if wanted.keys.is_empty() || wanted.keys.len() > MOST_READ {
        return refusal(
            StatusCode::BAD_REQUEST,
            10030,
            "get: 'wrong number of keys'",
        );
    }
    if wanted.kind.as_deref().is_some_and(|kind| kind != "text") {
        return refusal(
            StatusCode::BAD_REQUEST,
            10012,
            "get: 'only text is read here'",
        );
    }
    match values(&deps, &at, &wanted.keys) {
        Ok(values) => success(&json!({ "values": values })),
        Err(error) => broken(&error),
    }
}

fn values(deps: &Deps, at: &Namespace, keys: &[String]) -> rusqlite::Result<Map<String, Value>> {
    let sql = "SELECT value FROM kv WHERE account = ?1 AND namespace = ?2 AND key = ?3
        AND (expires_at IS NULL OR expires_at > ?4)";
    let now = jiff::Timestamp::now().as_second();
    let connection = deps.store.lock();
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = Map::new();
    for key in keys {
        let value: Option<Vec<u8>> = statement
            .query_row(params![at.account, at.namespace, key, now], |row| {
                row.get(0)
            })
            .optional()?;
        let text = value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        found.insert(key.clone(), json!(text));
    }
    Ok(found)
}

pub(super) async fn write(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<Namespace>,
    body: Bytes,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    let given: Vec<Given> = match serde_json::from_slice(&body) {
        Ok(given) => given,
        Err(_) => return refusal(StatusCode::BAD_REQUEST, 10012, "put: 'invalid json body'"),
    };
    if given.len() > 10_000 {
        return refusal(StatusCode::BAD_REQUEST, 10030, "put: 'too many keys'");
    }
    let pairs: Vec<Pair> = match given.into_iter().map(Given::read).collect() {
        Ok(pairs) => pairs,
        Err(message) => return refusal(StatusCode::BAD_REQUEST, 10033, message),
    };
    let entries: Vec<Accepted> = pairs.iter().map(|pair| pair.accepted(&at)).collect();
    match deps.store.accept(&entries, |connection| {
        pairs
            .iter()
            .try_for_each(|pair| pair.store(&at, connection))
    }) {
        Ok(()) => success(&json!({ "successful_key_count": pairs.len(), "unsuccessful_keys": [] })),
        Err(error) => broken(&error),
    }
}
