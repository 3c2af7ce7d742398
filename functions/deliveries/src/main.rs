//! Wiring: settings, the table, the providers, the queue.

use registrar_deliveries::Deliveries;
use registrar_runtime::{Shell, settings::Settings, start, worker};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "DELIVERIES")?;
        shell.table.warm().await;
        worker::serve_queue(Deliveries::from_settings(&settings, shell)?, queue).await
    });
}
