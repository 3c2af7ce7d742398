//! `GET …/attachments`: a ticket's attachments, or one's own drafts, newest first.

use super::{Named, known_to, view::AttachmentView};
use axum::extract::State;
use registrar_domain::page::Limit;
use registrar_runtime::{
    Shell,
    extract::{Params, SignedIn, Visible},
    problem::ApiResult,
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
struct ListView<'a> {
    attachments: Vec<AttachmentView<'a>>,
    next_cursor: Option<&'a str>,
}

#[tracing::instrument(name = "tickets.attachments.list", skip_all)]
pub(crate) async fn list(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(named): Visible<Named>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    let page = shell
        .table
        .attachments(
            &known_to(actor, named.ticket.as_ref()),
            wanted.cursor.as_deref(),
            wanted.limit,
            shell.now(),
        )
        .await?;
    let view = |attachment| AttachmentView::new(actor, attachment);
    Ok(Reply::ok(&ListView {
        attachments: page.rows.iter().map(view).collect(),
        next_cursor: page.next_cursor.as_deref(),
    }))
}
