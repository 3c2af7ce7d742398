//! Wiring: settings, the table, the queues, the schedules.

use registrar_runtime::{Shell, settings::Settings, start, worker};
use registrar_schedules::{Schedules, TaskError};
use registrar_store::queues::{QueueUrls, Queues};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let urls = QueueUrls::from_settings(|name| settings.need(name))?;
        let schedules = &Schedules {
            queues: Queues::new(shell.aws()),
            shell,
            urls,
        };
        schedules.shell.table.warm().await;
        worker::serve_schedule(async |task: worker::Task| {
            let sent = schedules.run(&task).await?;
            tracing::info!(task = task.task, sent, "task");
            Ok::<_, TaskError>(())
        })
        .await
    });
}
