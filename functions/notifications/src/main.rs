//! Wiring: settings, the table, the router.

use registrar_runtime::{Shell, auth::Authenticator, gateway, http, settings::Settings, start};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let routes = registrar_notifications::router(shell.clone());
        gateway::serve(http::router_naming(
            &shell,
            auth,
            routes,
            registrar_notifications::NAMES,
        ))
        .await
    });
}
