//! `GET …/bulk/{id}/errors`: what is wrong with which rows.

use super::{list::Wanted, load, view::ErrorsView};
use crate::Deps;
use axum::extract::State;
use registrar_domain::id::BulkId;
use registrar_runtime::{
    extract::{Params, Segment, Staff},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "certificates.bulk.errors", skip_all, fields(bulk.id = %id))]
pub(crate) async fn errors(
    State(deps): State<Deps>,
    _: Staff,
    Segment(id): Segment<BulkId>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let bulk = load(&deps, id).await?;
    let table = &deps.shell.table;
    let page = table
        .bulk_errors(bulk.id, wanted.cursor.as_deref(), wanted.limit)
        .await?;
    Ok(Reply::ok(&ErrorsView::from(page)))
}
