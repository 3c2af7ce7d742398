//! `registrar-simulators`: the providers' stand-ins as a server of their own.
//!
//! Settings from the environment: `SIMULATORS_LISTEN` (`127.0.0.1:8025`), `SIMULATORS_DATA` (a folder; in memory when absent), `SENDGRID_API_KEY`,
//! `AISENSY_API_KEY`, `ANTHROPIC_API_KEY`, `CLOUDFLARE_API_TOKEN` (what is accepted; the library's defaults when absent).

use std::process::ExitCode;

use registrar_simulators::{Options, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

fn options() -> Options {
    let setting = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let defaults = Options::default();
    Options {
        data: setting("SIMULATORS_DATA").map(Into::into),
        sendgrid_key: setting("SENDGRID_API_KEY").unwrap_or(defaults.sendgrid_key),
        aisensy_key: setting("AISENSY_API_KEY").unwrap_or(defaults.aisensy_key),
        anthropic_key: setting("ANTHROPIC_API_KEY").unwrap_or(defaults.anthropic_key),
        cloudflare_token: setting("CLOUDFLARE_API_TOKEN").unwrap_or(defaults.cloudflare_token),
        whatsapp: defaults.whatsapp,
        campaigns: defaults.campaigns,
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let address =
        std::env::var("SIMULATORS_LISTEN").unwrap_or_else(|_| "127.0.0.1:8025".to_owned());
    let running = serve(TcpListener::bind(address).await?, options()).await?;
    tracing::info!(url = running.url(), "the simulators are listening");
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    running.stop().await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the simulators did not start");
            ExitCode::FAILURE
        }
    }
}
