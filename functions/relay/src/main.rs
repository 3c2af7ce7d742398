//! Wiring: settings, the table, the queues, the stream.

use registrar_relay::Relay;
use registrar_runtime::{Shell, settings::Settings, start, worker};
use registrar_store::queues::{QueueUrls, Queues};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let urls = QueueUrls::from_settings(|name| settings.need(name))?;
        let relay = Relay {
            queues: Queues::new(shell.aws()),
            table: shell.table.clone(),
            urls,
        };
        shell.table.warm().await;
        worker::serve_stream(|record| relay.record(record, shell.now())).await
    });
}
