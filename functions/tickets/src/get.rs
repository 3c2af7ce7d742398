//! `GET /tickets/{id or number}`: one ticket with its newest messages, or with older ones from a cursor on.

use crate::{
    belongings::Context,
    problem::not_found,
    ticket_id,
    view::{ConversationView, visible},
};
use axum::extract::State;
use registrar_domain::{actor::Actor, id::TicketId, page::Limit};
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
    Box::pin(show(&shell, actor, id, &wanted)).await
}

/// A ticket as `actor` is shown it.
pub(crate) async fn show(
    shell: &Shell,
    actor: Actor,
    id: TicketId,
    wanted: &Messages,
) -> ApiResult {
    let (table, cursor) = (&shell.table, wanted.cursor.as_deref());
    let (conversation, internals) = if actor.role.is_staff() {
        let found = table.conversation_for_staff(id, cursor, wanted.limit);
        let (conversation, internals) = found.await?.ok_or_else(not_found)?;
        (conversation, Some(internals))
    } else {
        let found = table.conversation(id, cursor, wanted.limit).await?;
        let found = found.filter(|found| visible(actor, &found.ticket));
        (found.ok_or_else(not_found)?, None)
    };
    let context = Context::of(shell, &conversation.ticket).await?;
    // What a first look said is staff's, and only read where the profile has one.
    let suggestion = match &internals {
        Some(_) if shell.profile.triage => table.suggestion(id).await?,
        Some(_) | None => None,
    };
    let view = ConversationView::new(
        &shell.profile,
        actor,
        &conversation,
        internals.as_ref(),
        suggestion.as_ref(),
        context,
    );
    Ok(Reply::ok(&view).etag(conversation.ticket.version))
}
