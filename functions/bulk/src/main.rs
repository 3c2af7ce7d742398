//! Wiring: settings, the table, the bucket, the keys, the queue.

use registrar_bulk::BulkWork;
use registrar_runtime::{Shell, settings::Settings, signer::Signer, start, worker};
use registrar_store::blobs::Bucket;
use std::sync::Arc;

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "BULK")?;
        let signer = Signer::from_settings(&settings, shell.aws()).await?;
        let bucket = Bucket::new(shell.aws(), &settings.need("IMPORTS_BUCKET")?);
        shell.table.warm().await;
        let work = BulkWork {
            keys: Arc::clone(signer.keys()),
            shell,
            bucket,
        };
        worker::serve_queue(work, queue).await
    });
}
