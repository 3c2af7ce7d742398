//! Wiring: settings, the table, the keys, the KV, the queue.

use registrar_edge_sync::{EdgeSync, Lists};
use registrar_providers::cloudflare;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    signer::Signer,
    start, worker,
};
use std::sync::Arc;

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "EDGE_SYNC")?;
        let signer = Signer::from_settings(&settings, shell.aws()).await?;
        let keys = Arc::clone(signer.keys());
        let kv = cloudflare::Settings::read(|name| settings.optional(name))
            .map_err(|e| SettingsError::refused(e.setting, e.problem))?;
        let kv = cloudflare::KvClient::new(kv);
        let organization = settings.organization()?;
        shell.table.warm().await;
        let sync = EdgeSync {
            shell,
            keys,
            kv,
            organization,
            lists: Lists::default(),
        };
        worker::serve_queue(sync, queue).await
    });
}
