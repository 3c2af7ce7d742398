//! What staff do to an account: another role, no more sign-in, a new link, away with it. Each says why, but for the link.

use super::refused;
use crate::Deps;
use axum::{extract::State, http::StatusCode};
use registrar_domain::{actor::Role, id::AccountId, value::Reason};
use registrar_runtime::{
    extract::{Body, IfMatch, Once, Params, Segment, Staff},
    problem::{ApiResult, Problem},
};
use serde::Deserialize;

/// Which role, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleBody {
    role: Role,
    reason: Reason,
}

/// Why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    reason: Reason,
}

/// `POST /api/admin/accounts/{id}/role`.
#[tracing::instrument(name = "accounts.role", skip_all)]
pub(crate) async fn role(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<AccountId>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(body): Body<RoleBody>,
) -> ApiResult {
    let before = deps.account(id).await?;
    if_match.check(before.version)?;
    let moment = deps.shell.moment();
    let decision = before.give_role(body.role, actor, body.reason, moment);
    deps.change(&before, &decision.map_err(refused)?, claim, moment)
        .await
}

/// `POST /api/admin/accounts/{id}/disable`: nobody signs in to it any more, and its tokens count for nothing.
#[tracing::instrument(name = "accounts.disable", skip_all)]
pub(crate) async fn disable(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<AccountId>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(why): Body<Why>,
) -> ApiResult {
    let before = deps.account(id).await?;
    if_match.check(before.version)?;
    let moment = deps.shell.moment();
    let decision = before.disable(true, actor, why.reason, moment);
    deps.change(&before, &decision.map_err(refused)?, claim, moment)
        .await
}

/// `POST /api/admin/accounts/{id}/enable`.
#[tracing::instrument(name = "accounts.enable", skip_all)]
pub(crate) async fn enable(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<AccountId>,
    if_match: IfMatch,
    Once(claim): Once,
    Body(why): Body<Why>,
) -> ApiResult {
    let before = deps.account(id).await?;
    if_match.check(before.version)?;
    let moment = deps.shell.moment();
    let decision = before.disable(false, actor, why.reason, moment);
    deps.change(&before, &decision.map_err(refused)?, claim, moment)
        .await
}

/// `POST /api/admin/accounts/{id}/invitation`: sends a new link.
#[tracing::instrument(name = "accounts.invite", skip_all)]
pub(crate) async fn invite(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<AccountId>,
    Once(claim): Once,
) -> ApiResult {
    let before = deps.account(id).await?;
    let moment = deps.shell.moment();
    let decision = before.invite(actor, &deps.invitations, moment);
    deps.change(&before, &decision.map_err(refused)?, claim, moment)
        .await
}

/// `DELETE /api/admin/accounts/{id}?reason=…`.
#[tracing::instrument(name = "accounts.delete", skip_all)]
pub(crate) async fn delete(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Segment(id): Segment<AccountId>,
    if_match: IfMatch,
    Params(why): Params<Why>,
) -> Result<StatusCode, Problem> {
    let before = deps.account(id).await?;
    if_match.check(before.version)?;
    let moment = deps.shell.moment();
    let decision = before.delete(actor, why.reason, moment).map_err(refused)?;
    deps.commit(&before, &decision, None, moment).await?;
    Ok(StatusCode::NO_CONTENT)
}
