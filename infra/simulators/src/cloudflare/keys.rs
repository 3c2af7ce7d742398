//! `GET /keys?prefix=&limit=&cursor=`: `result: [{"name", "expiration"?, "metadata"?}]`, `result_info: {"count", "cursor"}`, by name, 1000 a page (10–1000).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use rusqlite::{Row, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Namespace, refusal, unauthorised};
use crate::Deps;
use crate::envelope::broken;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    prefix: String,
    limit: Option<u32>,
    #[serde(default)]
    cursor: String,
}

pub(super) async fn list(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<Namespace>,
    Query(asked): Query<Asked>,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    let limit = asked.limit.unwrap_or(1000);
    if !(10..=1000).contains(&limit) {
        return refusal(StatusCode::BAD_REQUEST, 10029, "limit is out of range");
    }
    let after = BASE64URL_NOPAD
        .decode(asked.cursor.as_bytes())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(after) = after else {
        return refusal(
            StatusCode::BAD_REQUEST,
            10026,
            "list keys: 'invalid cursor'",
        );
    };
    match page(&deps, &at, &asked.prefix, &after, limit) {
        Ok((mut keys, cursor)) => {
            let count = keys.len();
            Json(json!({
                "success": true, "errors": [], "messages": [], "result": std::mem::take(&mut keys),
                "result_info": { "count": count, "cursor": cursor },
            }))
            .into_response()
        }
        Err(error) => broken(&error),
    }
}

fn page(
    deps: &Deps,
    at: &Namespace,
    prefix: &str,
    after: &str,
    limit: u32,
) -> rusqlite::Result<(Vec<Value>, String)> {
    let sql = format!(
        "SELECT key, metadata, expires_at FROM kv WHERE account = ?1 AND namespace = ?2 AND substr(key, 1, length(?3)) = ?3 AND key > ?4
         AND (expires_at IS NULL OR expires_at > ?5) ORDER BY key LIMIT {}",
        limit + 1
    );
    let now = jiff::Timestamp::now().as_second();
    let connection = deps.store.lock();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut keys = statement
        .query_map(params![at.account, at.namespace, prefix, after, now], view)?
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    let more = keys.len() > limit as usize;
    keys.truncate(limit as usize);
    let last = keys
        .last()
        .and_then(|last| last["name"].as_str())
        .unwrap_or_default();
    let cursor = if more {
        BASE64URL_NOPAD.encode(last.as_bytes())
    } else {
        String::new()
    };
    Ok((keys, cursor))
}

fn view(row: &Row<'_>) -> rusqlite::Result<Value> {
    let mut key = Map::from_iter([("name".to_owned(), json!(row.get::<_, String>(0)?))]);
    if let Some(metadata) = row
        .get::<_, Option<String>>(1)?
        .and_then(|text| serde_json::from_str(&text).ok())
    {
        key.insert("metadata".to_owned(), metadata);
    }
    if let Some(at) = row.get::<_, Option<i64>>(2)? {
        key.insert("expiration".to_owned(), json!(at));
    }
    Ok(Value::Object(key))
}
