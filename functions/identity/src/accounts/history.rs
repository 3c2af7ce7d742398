//! `GET /api/admin/accounts/{id}/history`: who did what to an account, newest first; of one that is gone too.

use crate::Deps;
use axum::extract::State;
use registrar_domain::{account::Entry, id::AccountId, page::Limit};
use registrar_runtime::{
    extract::{Params, Segment, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[derive(Debug, Serialize)]
struct HistoryView {
    history: Vec<Entry>,
    next_cursor: Option<String>,
}

#[tracing::instrument(name = "accounts.history", skip_all)]
pub(crate) async fn history(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<AccountId>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let (table, cursor) = (&deps.shell.table, wanted.cursor.as_deref());
    let page = table.account_history(id, cursor, wanted.limit).await?;
    if page.rows.is_empty() && cursor.is_none() && table.account(id).await?.is_none() {
        return Err(Problem::not_found());
    }
    Ok(Reply::ok(&HistoryView {
        history: page.rows,
        next_cursor: page.next_cursor,
    }))
}
