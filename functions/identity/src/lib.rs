//! Who somebody is, over HTTP.
//!
//! | path | what |
//! |---|---|
//! | `POST /auth/sign-in` | e-mail and password for a token |
//! | `GET /auth/me` | the signed-in account |
//! | `POST /auth/bootstrap` | the first super admin, with the deployment's secret |
//! | `GET`, `POST /auth/set-password` | the page where an invitation's link leads, and its form |
//! | `GET`, `POST /api/admin/accounts` | all accounts; a new one, which is invited |
//! | `POST /api/admin/accounts/import` | many, from a CSV file |
//! | `GET`, `DELETE …/{id}` | one; away with it |
//! | `GET …/{id}/history` | who did what to it |
//! | `POST …/{id}/role`, `/disable`, `/enable`, `/invitation` | another role; no more sign-in; a new link |
//! | `GET /.well-known/jwks.json` | the public keys of the tokens |
//! | `GET /health` | whether the function runs and reaches the table |
//! | `GET /favicon.ico` | 204: there is no icon |
//!
//! This function also has the API's `$default` route: what belongs to no function is a 404 of ours.
#![warn(missing_docs)]
#![deny(clippy::unwrap_used)]

mod accounts;
mod attempts;
mod bootstrap;
mod health;
mod jwks;
mod me;
mod password;
mod set_password;
mod sign_in;
mod view;

pub use password::{HashError, hash_password};

use accounts::{create, history, import, list, manage};
use axum::{
    Router,
    http::{Extensions, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use registrar_domain::account::{BootstrapSecret, InvitationKey};
use registrar_runtime::{
    Shell,
    auth::TokenSigner,
    limits,
    problem::Problem,
    settings::{Settings, SettingsError},
};
use std::sync::Arc;

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Deps {
    /// Table, clock, ids.
    pub shell: Shell,
    /// Signs the tokens.
    pub signer: Arc<TokenSigner>,
    invitations: InvitationKey,
    bootstrap: BootstrapSecret,
}

impl Deps {
    /// Reads `INVITATION_SECRET`, `BOOTSTRAP_SECRET` and what the signer needs.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let refused = SettingsError::refused;
        let invitations = InvitationKey::from_base64(&settings.need("INVITATION_SECRET")?);
        let bootstrap = BootstrapSecret::from_base64(&settings.need("BOOTSTRAP_SECRET")?);
        Ok(Self {
            shell,
            signer: Arc::new(TokenSigner::from_settings(settings)?),
            invitations: invitations.map_err(|e| refused("INVITATION_SECRET", e))?,
            bootstrap: bootstrap.map_err(|e| refused("BOOTSTRAP_SECRET", e))?,
        })
    }
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let accounts = "/api/admin/accounts";
    let one = format!("{accounts}/{{id}}");
    Router::new()
        .route(accounts, get(list::list).post(create::create))
        .route(&format!("{accounts}/import"), post(import::import))
        .route(&one, get(list::get).delete(manage::delete))
        .route(&format!("{one}/history"), get(history::history))
        .route(&format!("{one}/role"), post(manage::role))
        .route(&format!("{one}/disable"), post(manage::disable))
        .route(&format!("{one}/enable"), post(manage::enable))
        .route(&format!("{one}/invitation"), post(manage::invite))
        .route("/auth/bootstrap", post(bootstrap::bootstrap))
        .route(
            "/auth/set-password",
            get(set_password::page).post(set_password::submit),
        )
        .route("/auth/set-password/done", get(set_password::done))
        .route("/auth/sign-in", post(sign_in::sign_in))
        .route("/auth/me", get(me::me))
        .route("/.well-known/jwks.json", get(jwks::jwks))
        .route("/health", get(health::health))
        .route("/favicon.ico", get(async || no_icon()))
        .with_state(deps)
}

/// Browsers ask for an icon wherever they show an answer; this says for a day that there is none.
fn no_icon() -> impl IntoResponse {
    let cached = [(header::CACHE_CONTROL, "public, max-age=86400")];
    (StatusCode::NO_CONTENT, cached)
}

impl Deps {
    /// Counts a request of somebody who has not signed in.
    pub(crate) async fn limit(&self, extensions: &Extensions) -> Result<(), Problem> {
        let network = self.signer.digests().network(extensions);
        limits::of_network(&self.shell, &network).await
    }
}

#[cfg(test)]
mod tests;
