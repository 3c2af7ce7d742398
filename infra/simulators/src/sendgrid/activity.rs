//! `GET /v3/messages?query=…&limit=…`: the Email Activity Feed API (an add-on of a `SendGrid` account).
//!
//! Answer: `{"messages": [{"from_email", "msg_id", "subject", "to_email", "status", "opens_count", "clicks_count", "last_event_time"}]}`, newest first, ten unless
//! `limit` (1–1000) says otherwise. Without a query: the most recent ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rusqlite::{Row, params_from_iter};
use serde_json::{Value, json};

use super::query::{Condition, parse};
use super::{Problem, refusal, unauthorised};
use crate::Deps;
use crate::envelope::broken;
use crate::store::Store;

pub(super) async fn messages(
    State(deps): State<Arc<Deps>>,
    headers: HeaderMap,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    if let Some(refusal) = unauthorised(&headers, &deps.options) {
        return refusal;
    }
    let limit = match parameters.get("limit").map(|limit| limit.parse::<u32>()) {
        None => 10,
        Some(Ok(limit @ 1..=1000)) => limit,
        Some(_) => {
            return bad(
                "limit",
                "limit must be greater than 0 and less than or equal to 1000",
            );
        }
    };
    let condition = match parameters.get("query").map(|query| parse(query)) {
        None => Condition {
            sql: "TRUE".to_owned(),
            values: Vec::new(),
        },
        Some(Ok(condition)) => condition,
        Some(Err(message)) => return bad("query", &message),
    };
    match find(&deps.store, &condition, limit) {
        Ok(messages) => Json(json!({ "messages": messages })).into_response(),
        Err(error) => broken(&error),
    }
}

fn bad(field: &str, message: &str) -> Response {
    refusal(
        StatusCode::BAD_REQUEST,
        &[Problem {
            message: message.to_owned(),
            field: Some(field.to_owned()),
            help: None,
        }],
    )
}

fn find(store: &Store, condition: &Condition, limit: u32) -> rusqlite::Result<Vec<Value>> {
    let sql = format!(
        "SELECT at, recipient, details FROM journal WHERE provider = 'sendgrid' AND {} ORDER BY seq DESC LIMIT {limit}",
        condition.sql
    );
    let connection = store.lock();
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_map(params_from_iter(&condition.values), view)?
        .collect()
}

fn view(row: &Row<'_>) -> rusqlite::Result<Value> {
    let (at, to): (String, String) = (row.get(0)?, row.get(1)?);
    let details: Value = serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default();
    Ok(json!({
        "from_email": details["from"]["email"],
        "msg_id": details["msg_id"],
        "subject": details["subject"],
        "to_email": to,
        "status": "delivered",
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": at,
    }))
}
