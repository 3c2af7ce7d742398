//! Wiring: settings, the queues, the router.

use registrar_runtime::{Shell, gateway, http, settings::Settings, start};
use registrar_webhooks::Webhooks;

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let webhooks = Webhooks::from_settings(&settings, &shell)?;
        let routes = registrar_webhooks::router(webhooks);
        gateway::serve(http::unauthenticated(&shell, routes)).await
    });
}
