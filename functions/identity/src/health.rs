//! `GET /health`: whether the function runs and reaches the table.

use crate::Deps;
use axum::extract::State;
use registrar_runtime::{problem::ApiResult, reply::Reply};
use serde_json::json;
use uuid::Uuid;

#[tracing::instrument(name = "health", skip_all)]
pub(crate) async fn health(State(deps): State<Deps>) -> ApiResult {
    // An account that nobody has: one read, which answers 503 when the table cannot be reached.
    deps.shell.table.account(Uuid::nil().into()).await?;
    Ok(Reply::ok(&json!({"status": "ok"})))
}
