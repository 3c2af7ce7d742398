//! Wiring: settings, the table, the bucket, the keys, the router.

use registrar_certificates::Deps;
use registrar_runtime::{Shell, auth::Authenticator, gateway, http, settings::Settings, start};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let deps = Deps::from_settings(&settings, shell.clone()).await?;
        shell.table.warm().await;
        gateway::serve(http::router(
            &shell,
            auth,
            registrar_certificates::router(deps),
        ))
        .await
    });
}
