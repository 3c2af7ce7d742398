//! `GET /api/admin/accounts`: all accounts, newest first; `GET …/{id}`: one.

use crate::{Deps, view::AccountView};
use axum::extract::State;
use registrar_domain::{actor::Role, id::AccountId, page::Limit};
use registrar_runtime::{
    extract::{Params, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::accounts::AccountRow;
use serde::{Deserialize, Serialize};

/// Which page of which accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[derive(Debug, Serialize)]
struct AccountsView {
    accounts: Vec<RowView>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    id: AccountId,
    #[serde(flatten)]
    row: AccountRow,
}

#[tracing::instrument(name = "accounts.list", skip_all)]
pub(crate) async fn list(
    State(deps): State<Deps>,
    _: Staff,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let cursor = wanted.cursor.as_deref();
    let table = &deps.shell.table;
    let page = table
        .list_accounts(wanted.role, cursor, wanted.limit)
        .await?;
    let page = page.map(|row| RowView {
        id: row.account_id,
        row,
    });
    Ok(Reply::ok(&AccountsView {
        accounts: page.rows,
        next_cursor: page.next_cursor,
    }))
}

#[tracing::instrument(name = "accounts.get", skip_all)]
pub(crate) async fn get(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<AccountId>,
) -> ApiResult {
    let account = deps.account(id).await?;
    Ok(Reply::ok(&AccountView::from(&account)).etag(account.version))
}
