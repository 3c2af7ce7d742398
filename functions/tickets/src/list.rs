//! `GET /tickets`: lists, newest first.

use crate::view::ListView;
use axum::extract::State;
use registrar_domain::{id::AccountId, page::Limit, ticket::Status};
use registrar_runtime::{
    Shell,
    extract::{Params, Segment, SignedIn, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which page of which tickets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[tracing::instrument(name = "tickets.list_own", skip_all)]
pub(crate) async fn own(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let page = shell
        .table
        .tickets_of(
            actor.id,
            wanted.status,
            wanted.cursor.as_deref(),
            wanted.limit,
        )
        .await?;
    Ok(Reply::ok(&ListView::from(page)))
}

#[tracing::instrument(name = "tickets.list_all", skip_all)]
pub(crate) async fn all(
    State(shell): State<Shell>,
    _: Staff,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let page = shell
        .table
        .tickets(wanted.status, wanted.cursor.as_deref(), wanted.limit)
        .await?;
    Ok(Reply::ok(&ListView::from(page)))
}

#[tracing::instrument(name = "tickets.list_of_student", skip_all)]
pub(crate) async fn of_student(
    State(shell): State<Shell>,
    _: Staff,
    Segment(student): Segment<AccountId>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let page = shell
        .table
        .tickets_of(
            student,
            wanted.status,
            wanted.cursor.as_deref(),
            wanted.limit,
        )
        .await?;
    Ok(Reply::ok(&ListView::from(page)))
}
