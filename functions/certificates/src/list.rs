//! `GET /api/admin/certificates` and `GET /api/certificates`: lists, newest first.

use crate::{Deps, view::ListView};
use axum::extract::State;
use registrar_domain::{certificate::Standing, id::AccountId, page::Limit};
use registrar_runtime::{
    extract::{Params, SignedIn, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which page of all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedOfAll {
    #[serde(default)]
    student_id: Option<AccountId>,
    #[serde(default)]
    status: Option<Standing>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// Which page of one's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    status: Option<Standing>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[tracing::instrument(name = "certificates.list_all", skip_all)]
pub(crate) async fn all(
    State(deps): State<Deps>,
    _: Staff,
    Params(wanted): Params<WantedOfAll>,
) -> ApiResult {
    let table = &deps.shell.table;
    let cursor = wanted.cursor.as_deref();
    let page = match wanted.student_id {
        Some(student) => {
            table
                .certificates_of(student, wanted.status, cursor, wanted.limit)
                .await?
        }
        None => {
            table
                .certificates(wanted.status, cursor, wanted.limit)
                .await?
        }
    };
    Ok(Reply::ok(&ListView::from(page)))
}

#[tracing::instrument(name = "certificates.list_own", skip_all)]
pub(crate) async fn own(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let table = &deps.shell.table;
    let page = table
        .certificates_of(
            actor.id,
            wanted.status,
            wanted.cursor.as_deref(),
            wanted.limit,
        )
        .await?;
    Ok(Reply::ok(&ListView::from(page)))
}
