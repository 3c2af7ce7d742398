//! `GET …/bulk`: all bulk issues, newest first.

use super::view::ListView;
use crate::Deps;
use axum::extract::State;
use registrar_domain::page::Limit;
use registrar_runtime::{
    extract::{Params, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(super) cursor: Option<String>,
    #[serde(default)]
    pub(super) limit: Limit,
}

#[tracing::instrument(name = "certificates.bulk.list", skip_all)]
pub(crate) async fn list(
    State(deps): State<Deps>,
    _: Staff,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let table = &deps.shell.table;
    let page = table.bulks(wanted.cursor.as_deref(), wanted.limit).await?;
    Ok(Reply::ok(&ListView::from(&page)))
}
