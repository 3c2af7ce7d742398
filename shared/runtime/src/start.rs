//! From process start to the first event.

use lambda_runtime::Error;
use std::process;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

/// Runs a function until Lambda ends it: logs, a runtime of one thread, `work`.
///
/// `work` reads the settings, makes what the handlers need and then serves. Its failure is one log line and exit code 1, so
/// that a bad setting shows when the function starts.
pub fn run<F: AsyncFnOnce() -> Result<(), Error>>(work: F) {
    tracing();
    let started = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = match started {
        Ok(runtime) => runtime.block_on(work()),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = ended {
        ::tracing::error!(%error, "the function could not start");
        process::exit(1);
    }
}

/// Logs as one JSON object a line to standard output, filtered by `RUST_LOG` (`info`).
///
/// Panics are logged with their place. Their text is logged only where it is a literal, because a formatted one may hold data.
pub fn tracing() {
    // Targets, not EnvFilter: that one links a regular expression engine for filters by field, which nobody uses here.
    let filter = crate::settings::Settings::from_env()
        .optional("RUST_LOG")
        .and_then(|text| text.parse::<Targets>().ok())
        .unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false);
    let subscriber = tracing_subscriber::registry().with(lines).with(filter);
    // The only failure is that the process has a subscriber: then that one gets the logs.
    let _ = ::tracing::subscriber::set_global_default(subscriber);
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let text = panic.payload().downcast_ref::<&'static str>().copied();
        ::tracing::error!(place, text, "panic");
    }));
}
