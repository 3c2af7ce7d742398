//! `DELETE /api/admin/webhooks/{id}`: takes an endpoint away. What waits for it is never sent.

use crate::{
    Deps,
    problem::{refused, super_admin},
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::webhook::Endpoint;
use registrar_runtime::{
    extract::{Staff, Visible},
    problem::Problem,
};

#[tracing::instrument(name = "webhooks.delete", skip_all)]
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(endpoint): Visible<Endpoint>,
) -> Result<StatusCode, Problem> {
    super_admin(actor)?;
    endpoint.may_go().map_err(refused)?;
    deps.shell.table.delete_webhook(&endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
