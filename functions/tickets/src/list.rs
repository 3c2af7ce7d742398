//! `GET /tickets` and the staff's lists.

use crate::{query::Wanted, rows::ListView};
use axum::extract::State;
use futures_util::future::try_join;
use registrar_domain::{actor::Actor, id::AccountId, page::Limit, ticket::Status};
use registrar_runtime::{
    Shell,
    extract::{Params, Segment, SignedIn, Staff},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::find::TicketQuery;

/// A page of what a query asks for, as `actor` is shown it.
async fn page(
    shell: &Shell,
    actor: Actor,
    query: &TicketQuery,
    cursor: Option<&str>,
    (limit, skip): (Limit, usize),
) -> ApiResult {
    let table = &shell.table;
    let (page, total) = try_join(
        table.find_tickets(query, cursor, limit, skip),
        table.count_tickets(query),
    )
    .await?;
    let view = ListView::read(shell, actor, page, total).await?;
    Ok(Reply::ok(&view))
}

#[tracing::instrument(name = "tickets.list_own", skip_all)]
pub(crate) async fn own(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Params(mut wanted): Params<Wanted>,
) -> ApiResult {
    let (rows, cursor) = (wanted.page(&shell), wanted.cursor.take());
    let query = wanted.for_requester(&shell, actor)?;
    page(&shell, actor, &query, cursor.as_deref(), rows).await
}

#[tracing::instrument(name = "tickets.list_all", skip_all)]
pub(crate) async fn all(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Params(mut wanted): Params<Wanted>,
) -> ApiResult {
    let (rows, cursor) = (wanted.page(&shell), wanted.cursor.take());
    let query = wanted.for_staff(&shell, None)?;
    page(&shell, actor, &query, cursor.as_deref(), rows).await
}

#[tracing::instrument(name = "tickets.list_of_student", skip_all)]
pub(crate) async fn of_student(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Segment(student): Segment<AccountId>,
    Params(mut wanted): Params<Wanted>,
) -> ApiResult {
    let (rows, cursor) = (wanted.page(&shell), wanted.cursor.take());
    let query = wanted.for_staff(&shell, Some(student))?;
    page(&shell, actor, &query, cursor.as_deref(), rows).await
}

/// What waits for staff: new and open tickets.
#[tracing::instrument(name = "tickets.list_open", skip_all)]
pub(crate) async fn open(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Params(mut wanted): Params<Wanted>,
) -> ApiResult {
    let (rows, cursor) = (wanted.page(&shell), wanted.cursor.take());
    let mut query = wanted.for_staff(&shell, None)?;
    if query.statuses.is_empty() {
        query.statuses = vec![Status::New, Status::Open];
    }
    page(&shell, actor, &query, cursor.as_deref(), rows).await
}
