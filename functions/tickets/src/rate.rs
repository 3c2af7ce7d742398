//! `POST …/{id or number}/rating`: what the requester thinks of it, once it is resolved.

use crate::Changing;
use axum::extract::State;
use registrar_domain::{
    ticket::{Stars, Ticket},
    value::RatingComment,
};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Once, SignedIn, Visible},
    problem::ApiResult,
};
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatingBody {
    /// 1 to 5.
    rating: Stars,
    #[serde(default)]
    comment: Option<RatingComment>,
}

#[tracing::instrument(name = "tickets.rate", skip_all, fields(ticket.id))]
pub(crate) async fn rate(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(RatingBody { rating, comment }): Body<RatingBody>,
) -> ApiResult {
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, claim.as_ref(), |ticket, moment| {
            ticket.rate(actor, rating, comment.clone(), moment)
        })
        .await
}
