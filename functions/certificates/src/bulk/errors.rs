//! `GET …/bulk/{id}/errors`: what is wrong with which rows.

use super::{list::Wanted, view::ErrorsView};
use crate::Deps;
use axum::extract::State;
use registrar_domain::bulk::Bulk;
use registrar_runtime::{
    extract::{Params, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "certificates.bulk.errors", skip_all, fields(bulk.id = %bulk.id))]
pub(crate) async fn errors(
    State(deps): State<Deps>,
    _: Staff,
    Visible(bulk): Visible<Bulk>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let table = &deps.shell.table;
    let page = table
        .bulk_errors(bulk.id, wanted.cursor.as_deref(), wanted.limit)
        .await?;
    Ok(Reply::ok(&ErrorsView::from(page)))
}
