//! `/journal`: what the vendors accepted, in order.
//!
//! * `GET /journal?provider=&kind=&to=&message_id=&arg.<name>=<value>&cursor=&limit=` → `{"entries": […], "next_cursor": "…" | null}`, oldest
//!   first, 100 a page unless told otherwise (1–1000)
//! * `GET /journal/count?<the same filters>` → `{"count": 3}`
//! * `GET /journal/wait?<the same filters>&at_least=1&timeout_ms=10000` → `{"reached": true, "count": 1, "entries": […]}`, as soon
//!   as there are that many, at the latest after `timeout_ms` (at most 60,000)
//! * `GET /journal/{seq}` → the entry; `GET /journal/{seq}/html` → a mail's HTML, to look at
//! * `DELETE /journal` → 204, the journal is empty; KV values stay
//!
//! An entry: `{"seq", "at", "provider", "kind", "to", "message_id", …}`. Kind `email` adds `role` (`to`, `cc`, `bcc`), `msg_id`, `from`, `subject`, `text`,
//! `html`, `custom_args`, `categories`, `attachments`; `whatsapp` adds `campaign`, `campaign_id`, `user_name`, `params`, `media`, `tags`; `kv_put` and `kv_delete` add
//! `account`, `namespace` and, for a put, `value` and `metadata`; `webhook` adds `headers` and `body`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Row, params_from_iter};
use serde_json::{Map, Value, json};

use crate::Deps;
use crate::envelope::{broken, refuse};
use crate::store::Store;

const LONGEST_WAIT_MS: u64 = 60_000;

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/journal", get(list).delete(clear))
        .route("/journal/count", get(count))
        .route("/journal/wait", get(wait))
        .route("/journal/{seq}", get(entry))
        .route("/journal/{seq}/html", get(html))
}

type Parameters = Query<BTreeMap<String, String>>;

/// Conditions on entries, and where a page starts and how long it is.
#[derive(Debug, Default)]
struct Filter {
    clauses: Vec<&'static str>,
    values: Vec<String>,
    limit: u32,
}

impl Filter {
    /// Reads the filters among `parameters`; `own` names those that the caller reads itself.
    fn read(parameters: &BTreeMap<String, String>, own: &[&str]) -> Result<Self, String> {
        let mut filter = Self {
            limit: 100,
            ..Self::default()
        };
        for (name, value) in parameters {
            let clause = match name.as_str() {
                "provider" => "provider = ?",
                "kind" => "kind = ?",
                "to" => "recipient = ?",
                "message_id" => "message_id = ?",
                "cursor" => {
                    value
                        .parse::<i64>()
                        .map_err(|_| "cursor is not one that a page gave".to_owned())?;
                    "seq > CAST(? AS INTEGER)"
                }
                "limit" => {
                    filter.limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=1000).contains(limit))
                        .ok_or_else(|| "limit is a number from 1 to 1000".to_owned())?;
                    continue;
                }
                name if own.contains(&name) => continue,
                name => match name.strip_prefix("arg.") {
                    Some(argument) => {
                        filter.values.push(argument.to_owned());
                        "EXISTS (SELECT 1 FROM arguments WHERE arguments.seq = journal.seq AND name = ? AND value = ?)"
                    }
                    None => return Err(format!("unknown parameter {name}")),
                },
            };
            filter.clauses.push(clause);
            filter.values.push(value.clone());
        }
        Ok(filter)
    }

    fn condition(&self) -> String {
        if self.clauses.is_empty() {
            "TRUE".to_owned()
        } else {
            self.clauses.join(" AND ")
        }
    }

    fn count(&self, store: &Store) -> rusqlite::Result<u64> {
        let sql = format!("SELECT COUNT(*) FROM journal WHERE {}", self.condition());
        store
            .lock()
            .query_row(&sql, params_from_iter(&self.values), |row| row.get(0))
    }

    fn page(&self, store: &Store) -> rusqlite::Result<(Vec<Value>, Option<String>)> {
        let sql = format!(
            "SELECT {COLUMNS} FROM journal WHERE {} ORDER BY seq LIMIT {}",
            self.condition(),
            self.limit + 1
        );
        let connection = store.lock();
        let mut statement = connection.prepare_cached(&sql)?;
        let mut entries = statement
            .query_map(params_from_iter(&self.values), view)?
            .collect::<rusqlite::Result<Vec<Value>>>()?;
        let more = entries.len() > self.limit as usize;
        entries.truncate(self.limit as usize);
        let next = if more {
            entries.last().map(|last| last["seq"].to_string())
        } else {
            None
        };
        Ok((entries, next))
    }
}

const COLUMNS: &str = "seq, at, provider, kind, recipient, message_id, details";

fn view(row: &Row<'_>) -> rusqlite::Result<Value> {
    let mut entry = Map::new();
    entry.insert("seq".to_owned(), json!(row.get::<_, i64>(0)?));
    for (index, name) in [
        (1, "at"),
        (2, "provider"),
        (3, "kind"),
        (4, "to"),
        (5, "message_id"),
    ] {
        entry.insert(name.to_owned(), json!(row.get::<_, String>(index)?));
    }
    if let Ok(Value::Object(details)) = serde_json::from_str(&row.get::<_, String>(6)?) {
        entry.extend(details);
    }
    Ok(Value::Object(entry))
}

async fn list(State(deps): State<Arc<Deps>>, Query(parameters): Parameters) -> Response {
    let filter = match Filter::read(&parameters, &[]) {
        Ok(filter) => filter,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    match filter.page(&deps.store) {
        Ok((entries, next)) => {
            Json(json!({ "entries": entries, "next_cursor": next })).into_response()
        }
        Err(error) => broken(&error),
    }
}

async fn count(State(deps): State<Arc<Deps>>, Query(parameters): Parameters) -> Response {
    let filter = match Filter::read(&parameters, &[]) {
        Ok(filter) => filter,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    match filter.count(&deps.store) {
        Ok(count) => Json(json!({ "count": count })).into_response(),
        Err(error) => broken(&error),
    }
}

async fn wait(State(deps): State<Arc<Deps>>, Query(parameters): Parameters) -> Response {
    let number = |name: &str, default: u64| match parameters.get(name) {
        None => Ok(default),
        Some(value) => value
            .parse::<u64>()
            .map_err(|_| format!("{name} is a whole number")),
    };
    let read = Filter::read(&parameters, &["at_least", "timeout_ms"]).and_then(|filter| {
        Ok((
            filter,
            number("at_least", 1)?,
            number("timeout_ms", 10_000)?.min(LONGEST_WAIT_MS),
        ))
    });
    let (filter, at_least, timeout_ms) = match read {
        Ok(read) => read,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error),
    };
    let mut changes = deps.store.changes();
    let mut stop = deps.stop.clone();
    let deadline = tokio::time::Instant::now() + Duration::from_millis(timeout_ms);
    loop {
        let count = match filter.count(&deps.store) {
            Ok(count) => count,
            Err(error) => return broken(&error),
        };
        let last = count >= at_least
            || tokio::select! {
                news = changes.changed() => news.is_err(),
                () = tokio::time::sleep_until(deadline) => true,
                _ = stop.wait_for(|stopping| *stopping) => true,
            };
        if last {
            return match filter.page(&deps.store) {
                Ok((entries, _)) => Json(
                    json!({ "reached": count >= at_least, "count": count, "entries": entries }),
                )
                .into_response(),
                Err(error) => broken(&error),
            };
        }
    }
}

/// The entry `seq`, or the answer in its place.
fn shown(deps: &Deps, seq: i64, show: impl FnOnce(Value) -> Response) -> Response {
    let sql = format!("SELECT {COLUMNS} FROM journal WHERE seq = ?");
    let found = deps.store.lock().query_row(&sql, [seq], view);
    match found {
        Ok(entry) => show(entry),
        Err(rusqlite::Error::QueryReturnedNoRows) => refuse(StatusCode::NOT_FOUND, "no such entry"),
        Err(error) => broken(&error),
    }
}

async fn entry(State(deps): State<Arc<Deps>>, Path(seq): Path<i64>) -> Response {
    shown(&deps, seq, |entry| Json(entry).into_response())
}

async fn html(State(deps): State<Arc<Deps>>, Path(seq): Path<i64>) -> Response {
    shown(&deps, seq, |entry| match entry["html"].as_str() {
        Some(html) => Html(html.to_owned()).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "this entry has no HTML"),
    })
}

async fn clear(State(deps): State<Arc<Deps>>) -> Response {
    match deps.store.clear_journal() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => broken(&error),
    }
}
