//! Wiring: settings, the table, the queue.

use registrar_conversations::Conversations;
use registrar_runtime::{Shell, settings::Settings, start, worker};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::of_tickets(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "CONVERSATIONS")?;
        shell.table.warm().await;
        worker::serve_queue(Conversations::from_settings(&settings, shell)?, queue).await
    });
}
