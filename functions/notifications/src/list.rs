//! `GET /api/notifications` and how many are unread.

use crate::{
    own::own,
    view::{CountView, ListView},
};
use axum::extract::State;
use registrar_domain::{id::AccountId, page::Limit};
use registrar_runtime::{
    Shell,
    extract::{Params, SignedIn},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The unread ones alone.
    #[serde(default)]
    unread: bool,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    user_id: Option<AccountId>,
}

/// Whose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    #[serde(default)]
    user_id: Option<AccountId>,
}

#[tracing::instrument(name = "notifications.list", skip_all)]
pub(crate) async fn list(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    own(actor, wanted.user_id)?;
    let (table, cursor) = (&shell.table, wanted.cursor.as_deref());
    let (page, inbox) = table
        .notifications(actor.id, wanted.unread, cursor, wanted.limit, shell.now())
        .await?;
    Ok(Reply::ok(&ListView::new(page, &inbox)))
}

#[tracing::instrument(name = "notifications.unread_count", skip_all)]
pub(crate) async fn unread_count(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Params(whose): Params<Whose>,
) -> ApiResult {
    own(actor, whose.user_id)?;
    let inbox = shell.table.inbox(actor.id, shell.now()).await?;
    Ok(Reply::ok(&CountView {
        count: inbox.unread,
        unread_count: inbox.unread,
    }))
}
