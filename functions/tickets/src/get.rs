//! `GET /tickets/{id or number}`: one ticket with its newest messages, or with older ones from a cursor on.

use crate::{
    problem::not_found,
    ticket_id,
    view::{ConversationView, visible},
};
use axum::extract::State;
use registrar_domain::page::Limit;
use registrar_runtime::{
    Shell,
    extract::{Params, Segment, SignedIn},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// Which messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Messages {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[tracing::instrument(name = "tickets.get", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(segment): Segment<String>,
    Params(wanted): Params<Messages>,
) -> ApiResult {
    let id = ticket_id(&shell, &segment).await?;
    let conversation = shell
        .table
        .conversation(id, wanted.cursor.as_deref(), wanted.limit)
        .await?;
    let conversation = conversation
        .filter(|found| visible(actor, &found.ticket))
        .ok_or_else(not_found)?;
    let version = conversation.ticket.version;
    let reply = if actor.role.is_staff() {
        let internals = shell
            .table
            .internals(&conversation, wanted.cursor.as_deref())
            .await?;
        Reply::ok(&ConversationView::for_staff(&conversation, &internals))
    } else {
        Reply::ok(&ConversationView::public(&conversation))
    };
    Ok(reply.etag(version))
}
