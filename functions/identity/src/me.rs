//! `GET /auth/me`: the signed-in account.

use crate::{Deps, view::AccountView};
use axum::{extract::State, http::StatusCode};
use registrar_runtime::{
    extract::SignedIn,
    problem::{ApiResult, Problem},
    reply::Reply,
};

#[tracing::instrument(name = "identity.me", skip_all)]
pub(crate) async fn me(State(deps): State<Deps>, SignedIn(actor): SignedIn) -> ApiResult {
    let account = deps.shell.table.account(actor.id).await?.ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "token_invalid")
            .detail("the account of this token is gone")
    })?;
    Ok(Reply::ok(&AccountView::from(&account)))
}
