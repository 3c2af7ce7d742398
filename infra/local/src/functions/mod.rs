//! Functions: compiled binaries, each process speaking the Lambda Runtime API.
//!
//! A process is started when an invocation finds none idle, up to a limit a function; later invocations wait in order.
//! An idle process is parked in `GET …/invocation/next`, so handing it an event costs one channel send.
//! A process that dies takes its own invocation with it and is replaced at the next one. When the platform itself is
//! killed, the connection of every parked `next` breaks, `lambda_runtime` returns that as an error and the process ends.

mod environment;
mod pool;
mod process;
mod runtime_api;

#[cfg(test)]
mod tests;

pub(crate) use environment::Surroundings;
pub(crate) use pool::Pool;

use crate::clock::Pulse;
use crate::error::{Error, Result};
use crate::template::{Deployment, Function};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The function's answer.
    Answer(Bytes),
    /// The function reported an error: its JSON (`errorType`, `errorMessage`).
    Error(Bytes),
    /// It took longer than its time-out and was killed.
    TimedOut,
    /// The process ended without an answer, or could not be started.
    Crashed(String),
}

impl Outcome {
    /// The error in words, `None` for an answer.
    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Answer(_) => None,
            Self::Error(body) => Some(String::from_utf8_lossy(body).into_owned()),
            Self::TimedOut => Some("the function timed out".into()),
            Self::Crashed(reason) => Some(reason.clone()),
        }
    }
}

/// All functions of the deployment.
#[derive(Debug)]
pub(crate) struct Functions {
    pools: BTreeMap<String, Arc<Pool>>,
    pulse: Arc<Pulse>,
}

/// Most processes of one function at once, unless the template reserves fewer.
const PROCESSES: usize = 4;

impl Functions {
    /// Starts the Runtime API on `listener`; processes start with their first invocation.
    pub(crate) fn start(
        deployment: &Deployment,
        listener: TcpListener,
        binaries: &Path,
        logs: &Path,
        surroundings: &Surroundings,
        stop: &crate::serve::Stop,
    ) -> Result<Self> {
        std::fs::create_dir_all(logs).map_err(|e| Error::file(logs, e))?;
        let address = listener.local_addr().map_err(|source| Error::Listen {
            service: "functions",
            port: 0,
            source,
        })?;
        let pulse = Arc::new(Pulse::default());
        let mut pools = BTreeMap::new();
        for function in deployment.functions.values() {
            let launch = process::Launch {
                binary: binaries.join(&function.binary),
                log: logs.join(format!("{}.log", function.logical_id)),
                environment: surroundings.environment(function),
                api: format!("http://{address}/{}", function.logical_id),
            };
            let limit = function.concurrency.map_or(PROCESSES, |most| {
                PROCESSES.min(usize::try_from(most).unwrap_or(1))
            });
            let pool = Pool::new(function.clone(), launch, limit.max(1), Arc::clone(&pulse));
            pools.insert(function.logical_id.clone(), pool);
        }
        runtime_api::serve(listener, pools.clone(), stop.told());
        Ok(Self { pools, pulse })
    }

    /// Invokes a function and waits for its end.
    pub(crate) async fn invoke(&self, function: &str, event: Bytes) -> Outcome {
        match self.pools.get(function) {
            Some(pool) => pool.invoke(event).await,
            None => Outcome::Crashed(format!("no function {function}")),
        }
    }

    pub(crate) fn get(&self, function: &str) -> Option<&Function> {
        self.pools.get(function).map(|pool| pool.function())
    }

    /// Invocations that have begun and not ended, over all functions.
    pub(crate) fn in_flight(&self) -> usize {
        self.pools.values().map(|pool| pool.in_flight()).sum()
    }

    /// Process ids of the running processes of a function.
    pub(crate) fn process_ids(&self, function: &str) -> Vec<u32> {
        self.pools
            .get(function)
            .map(|pool| pool.process_ids())
            .unwrap_or_default()
    }

    /// Beats whenever an invocation begins or ends.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.pulse.listen()
    }

    /// A process that the test plays; its number.
    #[cfg(test)]
    pub(crate) fn adopt(&self, function: &str) -> u64 {
        self.pools[function].adopt()
    }

    /// Ends every process.
    pub(crate) async fn stop(&self) {
        for pool in self.pools.values() {
            pool.stop().await;
        }
    }
}
