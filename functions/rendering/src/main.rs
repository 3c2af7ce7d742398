//! Wiring: settings, the table, the bucket, the queue.

use registrar_rendering::{Rendering, issuer};
use registrar_runtime::{Shell, settings::Settings, signer::Signer, start, worker};
use registrar_store::blobs::Bucket;

fn main() {
    start::run(async || {
        let settings = Settings::from_env().with_secrets().await?;
        let shell = Shell::from_settings(&settings)?;
        let queue = worker::QueueShell::from_settings(&settings, shell.aws(), "RENDERING")?;
        let bucket = Bucket::new(shell.aws(), &settings.need("CERTIFICATES_BUCKET")?);
        let issuer = issuer(&settings)?;
        let signer = Signer::from_settings(&settings, shell.aws()).await?;
        shell.table.warm().await;
        worker::serve_queue(
            Rendering {
                shell,
                bucket,
                issuer,
                signer,
            },
            queue,
        )
        .await
    });
}
