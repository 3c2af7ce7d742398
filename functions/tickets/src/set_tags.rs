//! `PUT …/{id or number}/tags`: what staff mark a ticket with; the list stands for the whole list.

use crate::Changing;
use axum::extract::State;
use registrar_domain::{ticket::Ticket, value::Tag};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Staff, Visible},
    problem::ApiResult,
};
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagsBody {
    tags: Vec<Tag>,
}

#[tracing::instrument(name = "tickets.set_tags", skip_all, fields(ticket.id))]
pub(crate) async fn set_tags(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Body(TagsBody { tags }): Body<TagsBody>,
) -> ApiResult {
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, None, |ticket, moment| {
            ticket.set_tags(actor, tags.clone(), moment)
        })
        .await
}
