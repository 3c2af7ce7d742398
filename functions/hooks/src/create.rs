//! `POST /api/admin/webhooks`: a new endpoint.

use crate::{
    Deps,
    problem::{callable, super_admin},
    view::EndpointView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::webhook::{Endpoint, EndpointUrl, MOST_ENDPOINTS, New, Note, Origin, Topics};
use registrar_runtime::{
    extract::{Body, Once, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::StoreError;
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateBody {
    url: EndpointUrl,
    events: Topics,
    #[serde(default)]
    description: Option<Note>,
    #[serde(default)]
    internal_notes: bool,
}

#[tracing::instrument(name = "webhooks.create", skip_all)]
pub(crate) async fn create(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<CreateBody>,
) -> ApiResult {
    super_admin(actor)?;
    callable(body.url.as_str(), deps.reach).await?;
    let moment = deps.shell.moment();
    let new = New {
        url: body.url,
        description: body.description,
        events: body.events,
        internal_notes: body.internal_notes,
        origin: Origin::Staff {
            account_id: actor.id,
        },
    };
    let endpoint = Endpoint::new(new, moment);
    let reply = Reply::created(&EndpointView::with_secret(&endpoint, moment.now))
        .kept_as(&EndpointView::shown_before(&endpoint, moment.now))
        .etag(endpoint.version)
        .location(format!("/api/admin/webhooks/{}", endpoint.id));
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    match deps.shell.table.write_webhook(&endpoint, kept).await {
        Err(StoreError::LimitReached) => Err(too_many()),
        written => Ok(written.map(|()| reply)?),
    }
}

fn too_many() -> Problem {
    Problem::new(StatusCode::CONFLICT, "too_many_webhooks")
        .detail(format!("there may be at most {MOST_ENDPOINTS} endpoints"))
}
