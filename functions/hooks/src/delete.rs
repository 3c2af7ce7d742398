//! `DELETE /api/admin/webhooks/{id}`: takes an endpoint away. What waits for it is never sent.

use crate::{
    Deps,
    problem::{refused, super_admin},
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::id::WebhookId;
use registrar_runtime::{
    extract::{Segment, Staff},
    problem::Problem,
};

#[tracing::instrument(name = "webhooks.delete", skip_all)]
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<WebhookId>,
) -> Result<StatusCode, Problem> {
    super_admin(actor)?;
    let endpoint = deps.endpoint(id).await?;
    endpoint.may_go().map_err(refused)?;
    deps.shell.table.delete_webhook(&endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
