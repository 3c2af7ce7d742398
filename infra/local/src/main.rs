//! `registrar-local`: starts the platform, says where everything is, and runs until it is told to stop.

mod args;

use registrar_local::{Platform, seed};
use std::io::Write;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// What is logged unless `RUST_LOG` says otherwise.
const QUIET: &str = "warn,dynoxide=error,s3s=error";

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = std::env::var("RUST_LOG").unwrap_or_else(|_| QUIET.to_owned());
    match wanted.parse::<Targets>() {
        Ok(filter) => tracing_subscriber::registry()
            .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
            .with(filter)
            .init(),
        Err(problem) => {
            let _ = writeln!(std::io::stderr(), "registrar-local: RUST_LOG: {problem}");
            return ExitCode::FAILURE;
        }
    }
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let _ = writeln!(std::io::stderr(), "registrar-local: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let args = args::parse(std::env::args().skip(1))?;
    if args.help {
        std::io::stdout().write_all(args::USAGE.as_bytes())?;
        return Ok(());
    }
    let platform = Platform::start(args.options).await?;
    let people = if args.seed {
        seed::demo(&platform).await?
    } else {
        &[]
    };
    let mut out = std::io::stdout();
    if args.ready_json {
        writeln!(out, "{}", serde_json::to_string(platform.urls())?)?;
    } else {
        out.write_all(seed::table(&platform, people).as_bytes())?;
    }
    out.flush()?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    platform.shutdown().await;
    Ok(())
}
