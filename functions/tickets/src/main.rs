//! Wiring: settings, the table, the bucket, the router.

use registrar_runtime::{Shell, auth::Authenticator, gateway, http, settings::Settings, start};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::of_tickets(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let deps = registrar_tickets::Deps::from_settings(&settings, shell.clone())?;
        shell.table.warm().await;
        let routes = registrar_tickets::router(deps);
        gateway::serve(http::router_naming(
            &shell,
            auth,
            routes,
            registrar_tickets::NAMES,
        ))
        .await
    });
}
