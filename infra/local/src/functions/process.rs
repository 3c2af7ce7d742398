//! One process of a function: started, watched until it ends, killed when told to.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use tokio::process::{Child, Command};
use tokio::sync::Notify;

/// How the processes of a function are started.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) binary: PathBuf,
    /// Takes the output of all processes of the function.
    pub(super) log: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    /// Runtime API of the function; a process's own number is added.
    pub(super) api: String,
}

impl Launch {
    /// Starts process number `worker`.
    pub(super) fn spawn(&self, worker: u64) -> std::io::Result<Child> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        Command::new(&self.binary)
            .env_clear()
            .envs(&self.environment)
            .env("AWS_LAMBDA_RUNTIME_API", format!("{}/{worker}", self.api))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
    }
}

/// Waits until the process has ended by itself or by `kill`; says how it ended.
pub(super) async fn watch(mut child: Child, kill: Arc<Notify>) -> String {
    let ended = tokio::select! {
        ended = child.wait() => ended,
        () = kill.notified() => {
            if let Err(error) = child.start_kill() {
                tracing::debug!(%error, "the process had already ended");
            }
            child.wait().await
        }
    };
    match ended {
        Ok(status) => format!("the process ended: {status}"),
        Err(error) => format!("the process is lost: {error}"),
    }
}
