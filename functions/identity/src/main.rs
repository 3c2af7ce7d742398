//! Wiring: settings, the table, the signing key, the router.

use registrar_identity::Deps;
use registrar_runtime::{
    Shell,
    auth::{Authenticator, TokenSigner},
    gateway, http,
    settings::Settings,
    start,
};
use std::sync::Arc;

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let signer = Arc::new(TokenSigner::from_settings(&settings)?);
        shell.table.warm().await;
        let routes = registrar_identity::router(Deps {
            shell: shell.clone(),
            signer,
        });
        gateway::serve(http::router(&shell, auth, routes)).await
    });
}
