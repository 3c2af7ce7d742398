//! Wiring: settings, the table, the model, the queue.

use registrar_providers::anthropic;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    start, worker,
};
use registrar_triage::{Classifier, Triage};

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::of_tickets(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "TRIAGE")?;
        let classifier = match settings.need("TRIAGE_BY")?.as_str() {
            "rules" => Classifier::Rules,
            "model" => {
                let model = anthropic::Settings::read(|name| settings.optional(name))
                    .map_err(|e| SettingsError::refused(e.setting, e.problem))?;
                Classifier::Model(anthropic::Client::new(model))
            }
            _ => Err(SettingsError::refused(
                "TRIAGE_BY",
                "is neither rules nor model",
            ))?,
        };
        shell.table.warm().await;
        worker::serve_queue(Triage { shell, classifier }, queue).await
    });
}
