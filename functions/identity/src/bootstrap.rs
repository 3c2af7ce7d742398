//! `POST /auth/bootstrap`: the first super admin, by whoever has the deployment's secret (`X-Bootstrap-Secret`).
//!
//! It works while no super admin can sign in, and may be repeated until then, as when the letter did not come: the person
//! gets a new link. Whoever has the address becomes the super admin when they use it; of several that were invited so, the
//! first.

use crate::Deps;
use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use registrar_domain::{
    account::{Locale, New},
    actor::Role,
    id::AccountId,
    value::{Email, PersonName},
};
use registrar_runtime::{
    extract::{Body, Once},
    problem::{ApiResult, Problem},
    reply::Reply,
    security,
};
use registrar_store::StoreError;
use serde::{Deserialize, Serialize};

const SECRET: &str = "x-bootstrap-secret";

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BootstrapBody {
    email: Email,
    name: PersonName,
    #[serde(default)]
    locale: Locale,
}

#[derive(Debug, Serialize)]
struct BootstrapView {
    account_id: AccountId,
    status: &'static str,
}

/// Whoever has the deployment's secret. It is looked at before a claim on the request's `Idempotency-Key` is written.
#[derive(Debug)]
pub(crate) struct Operator;

impl FromRequestParts<Deps> for Operator {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        deps.limit(&parts.extensions).await?;
        let secret = parts.headers.get(SECRET);
        let secret = secret.and_then(|value| value.to_str().ok());
        if secret.is_some_and(|secret| deps.bootstrap.is(secret)) {
            return Ok(Self);
        }
        security::event("bootstrap_refused", None);
        Err(
            Problem::new(StatusCode::UNAUTHORIZED, "bootstrap_secret_invalid")
                .detail("X-Bootstrap-Secret must be the deployment's secret bootstrap_secret"),
        )
    }
}

#[tracing::instrument(name = "identity.bootstrap", skip_all)]
pub(crate) async fn bootstrap(
    State(deps): State<Deps>,
    _: Operator,
    Once(claim): Once,
    Body(body): Body<BootstrapBody>,
) -> ApiResult {
    let (table, moment) = (&deps.shell.table, deps.shell.moment());
    if table.super_admins().await? > 0 {
        return Err(Problem::new(StatusCode::CONFLICT, "already_bootstrapped")
            .detail("there is a super admin, who makes others"));
    }
    let before = table.account_by_email(&body.email).await?;
    let decision = match &before {
        Some(account) => account.bootstrap(&deps.invitations, moment),
        None => New {
            role: Role::SuperAdmin,
            name: body.name,
            email: body.email,
            phone: None,
            locale: body.locale,
        }
        .create(None, &deps.invitations, moment)
        .map_err(crate::accounts::refused)?,
    };
    let reply = Reply::accepted(&BootstrapView {
        account_id: decision.entry.account_id,
        status: "invited",
    });
    let answer = reply.answer();
    let kept = claim.as_ref().map(|claim| (claim, &answer));
    let committed = table.commit_account(before.as_ref(), &decision, kept, moment);
    committed
        .await
        .map_err(|error: StoreError| Problem::from(error))?;
    security::event("bootstrap", Some(decision.entry.account_id));
    Ok(reply)
}
