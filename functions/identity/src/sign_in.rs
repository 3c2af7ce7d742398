//! `POST /auth/sign-in`: e-mail and password for a token.

use crate::{
    Deps,
    attempts::Attempt,
    password::{self, Password},
    view::AccountView,
};
use axum::{
    extract::State,
    http::{Extensions, StatusCode},
};
use registrar_domain::{account::PasswordHash, id::AccountId, value::Email};
use registrar_runtime::{
    auth::lifetime,
    extract::Body,
    problem::{ApiResult, Problem},
    reply::Reply,
    security,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInBody {
    email: Email,
    password: Password,
}

/// What it gets: an OAuth-shaped token answer (RFC 6749, 5.1), and who signed in.
#[derive(Debug, Serialize)]
struct SignedInView<'a> {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    account: AccountView<'a>,
}

#[tracing::instrument(name = "identity.sign_in", skip_all)]
pub(crate) async fn sign_in(
    State(deps): State<Deps>,
    extensions: Extensions,
    Body(body): Body<SignInBody>,
) -> ApiResult {
    let attempt = Attempt::begin(&deps, &body.email, &extensions).await?;
    let account = deps.shell.table.account_by_email(&body.email).await?;
    // An unknown address costs the same work, so that time does not tell which addresses are known.
    let account = account.filter(|account| account.activated_at.is_some());
    let whose = account.as_ref().map_or(AccountId::SYSTEM, |a| a.id);
    let hash = deps.shell.table.password(whose).await?;
    let known = hash
        .as_ref()
        .map_or(password::NOBODYS, PasswordHash::as_phc);
    let matches = password::verify(&body.password, known) && hash.is_some();
    let id = account.as_ref().map(|account| account.id);
    security::event(
        if matches {
            "signed_in"
        } else {
            "sign_in_failed"
        },
        id,
    );
    let account = account
        .filter(|_| matches)
        .ok_or_else(invalid_credentials)?;
    attempt.succeeded(&deps).await?;
    if account.disabled_at.is_some() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "account_disabled")
            .detail("this account is disabled: ask the staff"));
    }
    let moment = deps.shell.moment();
    let answer = SignedInView {
        access_token: deps
            .signer
            .sign(account.actor(), moment.id::<Uuid>(), moment.now),
        token_type: "Bearer",
        expires_in: lifetime(account.role).as_secs(),
        account: AccountView::from(&account),
    };
    // A token is a secret: the same Idempotency-Key signs in again instead of getting a kept one.
    Ok(Reply::ok(&answer).unkept())
}

fn invalid_credentials() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "invalid_credentials")
        .detail("e-mail and password do not belong together")
}
