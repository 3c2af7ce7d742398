//! Wiring: settings, the table, the queue.

use registrar_runtime::{Shell, settings::Settings, start, worker};
use registrar_ticket_work::TicketWork;

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::of_tickets(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "TICKET_WORK")?;
        shell.table.warm().await;
        worker::serve_queue(TicketWork::from_settings(&settings, shell)?, queue).await
    });
}
