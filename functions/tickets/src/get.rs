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
    let (table, cursor) = (&shell.table, wanted.cursor.as_deref());
    let (version, reply) = if actor.role.is_staff() {
        let found = table
            .conversation_for_staff(id, cursor, wanted.limit)
            .await?;
        let (conversation, internals) = found.ok_or_else(not_found)?;
        let view = ConversationView::for_staff(&conversation, &internals);
        (conversation.ticket.version, Reply::ok(&view))
    } else {
        let found = table.conversation(id, cursor, wanted.limit).await?;
        let found = found.filter(|found| visible(actor, &found.ticket));
        let conversation = found.ok_or_else(not_found)?;
        let view = ConversationView::public(&conversation);
        (conversation.ticket.version, Reply::ok(&view))
    };
    Ok(reply.etag(version))
}
