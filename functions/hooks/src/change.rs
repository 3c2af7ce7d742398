//! `PATCH /api/admin/webhooks/{id}`: changes an endpoint, disables it, enables it again.

use crate::{
    Deps,
    problem::{callable, refused, super_admin},
    view::EndpointView,
};
use axum::extract::State;
use registrar_domain::webhook::{Change, Endpoint, EndpointUrl, Note, Topics};
use registrar_runtime::{
    extract::{Body, IfMatch, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};
use serde::Deserialize;

/// What a client sends; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    #[serde(default)]
    url: Option<EndpointUrl>,
    #[serde(default)]
    events: Option<Topics>,
    #[serde(default)]
    description: Option<Note>,
    #[serde(default)]
    internal_notes: Option<bool>,
    #[serde(default)]
    enabled: Option<bool>,
}

#[tracing::instrument(name = "webhooks.change", skip_all)]
pub(crate) async fn change(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(endpoint): Visible<Endpoint>,
    if_match: IfMatch,
    Body(body): Body<ChangeBody>,
) -> ApiResult {
    super_admin(actor)?;
    if_match.check(endpoint.version)?;
    if let Some(url) = &body.url {
        callable(url.as_str(), deps.reach).await?;
    }
    let change = Change {
        url: body.url,
        description: body.description,
        events: body.events,
        internal_notes: body.internal_notes,
        enabled: body.enabled,
    };
    let now = deps.shell.now();
    let changed = endpoint.changed(change, now).map_err(refused)?;
    deps.shell.table.write_webhook(&changed, None).await?;
    Ok(Reply::ok(&EndpointView::of(&changed, now)).etag(changed.version))
}
