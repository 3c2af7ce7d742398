//! Wiring: settings, the table, the keys, the KV, the queue.

use registrar_domain::credential::SigningKeys;
use registrar_edge_sync::EdgeSync;
use registrar_providers::cloudflare;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    start, worker,
};

fn main() {
    start::run(async || {
        let settings = Settings::from_env();
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "EDGE_SYNC")?;
        let keys = SigningKeys::from_json(&settings.need("CERTIFICATE_KEYS")?)
            .map_err(|e| SettingsError::refused("CERTIFICATE_KEYS", e))?;
        let kv = cloudflare::Settings::read(|name| settings.optional(name))
            .map_err(|e| SettingsError::refused(e.setting, e.problem))?;
        let kv = cloudflare::KvClient::new(kv);
        shell.table.warm().await;
        worker::serve_queue(EdgeSync { shell, keys, kv }, queue).await
    });
}
