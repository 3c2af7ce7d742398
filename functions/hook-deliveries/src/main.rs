//! Wiring: settings, the table, the deployment's own endpoint, the queue.

use registrar_hook_deliveries::HookDeliveries;
use registrar_runtime::{Shell, settings::Settings, start, worker};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "HOOK_DELIVERIES")?;
        let hooks = HookDeliveries::from_settings(&settings, shell)?;
        hooks.register().await;
        worker::serve_queue(hooks, queue).await
    });
}
