//! Wiring: settings, the table, the deployment's own endpoint, the router.

use registrar_hooks::Deps;
use registrar_runtime::{
    Shell, auth::Authenticator, gateway, http, settings::Settings, start,
    webhooks::DeploymentWebhook,
};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let auth = Authenticator::from_settings(&settings)?;
        let deployment = DeploymentWebhook::from_settings(&settings)?;
        let deps = Deps::from_settings(&settings, shell.clone())?;
        deployment.register(&shell).await;
        gateway::serve(http::router(&shell, auth, registrar_hooks::router(deps))).await
    });
}
