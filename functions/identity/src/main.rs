//! Wiring: settings, the table, the signing key, the router.

use registrar_identity::Deps;
use registrar_runtime::{Shell, auth::Authenticator, gateway, http, settings::Settings, start};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let deps = Deps::from_settings(&settings, shell.clone())?;
        shell.table.warm().await;
        let routes = registrar_identity::router(deps);
        gateway::serve(http::router(&shell, auth, routes)).await
    });
}
