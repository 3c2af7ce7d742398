//! `GET /tickets/{id or number}`: one ticket with its newest messages, or with older ones from a cursor on.

use crate::{
    Deps, belongings::Context, header, problem::not_found, reader, shown_to, ticket_id,
    view::ConversationView,
};
use axum::extract::State;
use registrar_domain::{actor::Actor, id::TicketId, page::Limit};
use registrar_runtime::{
    Shell,
    extract::{Asked, Asker, Row, SignedIn, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{
    StoreError,
    tickets::{Conversation, Internals},
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

/// A ticket with a page of its messages, as whoever asks is shown it.
pub(crate) struct Reading {
    actor: Actor,
    conversation: Conversation,
    internals: Option<Internals>,
}

impl Row<Deps> for Reading {
    /// One query for header and messages; the header by itself where something is wrong with what is wanted of them.
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let (shell, who) = (&deps.shell, asked.asker);
        let id = ticket_id(shell, asked.name("ticket").unwrap_or_default()).await?;
        let visible = async || {
            let ticket = header(shell, id).await?;
            let shown = Some(ticket).filter(|ticket| shown_to(who, ticket));
            shown.ok_or_else(not_found)
        };
        let wanted: Messages = match asked.query() {
            Ok(wanted) => wanted,
            Err(problem) => return visible().await.and(Err(problem)),
        };
        let actor = match who {
            Asker::Person(actor) => actor,
            Asker::Channel => reader(who, &visible().await?),
        };
        match read(shell, actor, id, &wanted).await {
            Err(error @ StoreError::Cursor) => visible().await.and(Err(error.into())),
            found => found?.ok_or_else(not_found),
        }
    }
}

async fn read(
    shell: &Shell,
    actor: Actor,
    id: TicketId,
    wanted: &Messages,
) -> Result<Option<Reading>, StoreError> {
    let (table, cursor) = (&shell.table, wanted.cursor.as_deref());
    let found = if actor.role.is_staff() {
        let found = table.conversation_for_staff(id, cursor, wanted.limit);
        found
            .await?
            .map(|(found, internals)| (found, Some(internals)))
    } else {
        let found = table.conversation(id, cursor, wanted.limit).await?;
        found.map(|found| (found, None))
    };
    let seen = found.filter(|(found, _)| shown_to(Asker::Person(actor), &found.ticket));
    Ok(seen.map(|(conversation, internals)| Reading {
        actor,
        conversation,
        internals,
    }))
}

#[tracing::instrument(name = "tickets.get", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    _: SignedIn,
    Visible(reading): Visible<Reading>,
) -> ApiResult {
    Box::pin(show(&shell, &reading)).await
}

/// A ticket as it was read.
pub(crate) async fn show(shell: &Shell, reading: &Reading) -> ApiResult {
    let Reading {
        actor,
        conversation,
        internals,
    } = reading;
    let ticket = &conversation.ticket;
    let context = Context::of(shell, ticket).await?;
    // What a first look said is staff's, and only read where the profile has one.
    let suggestion = match internals {
        Some(_) if shell.profile.triage => shell.table.suggestion(ticket.id).await?,
        Some(_) | None => None,
    };
    let view = ConversationView::new(
        &shell.profile,
        *actor,
        conversation,
        internals.as_ref(),
        suggestion.as_ref(),
        context,
    );
    Ok(Reply::ok(&view).etag(ticket.version))
}
