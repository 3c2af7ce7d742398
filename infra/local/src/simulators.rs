//! The providers' simulators, inside this process.

use crate::error::{Error, Result};
use crate::secrets::LocalSecrets;
use registrar_simulators::{Options, Running, Whatsapp};
use std::path::Path;
use tokio::net::TcpListener;

/// Serves them on `listener`, with their journal under `<data>/simulators`; the API at `api_url` is told what phones do.
pub(crate) async fn start(
    listener: TcpListener,
    data: &Path,
    secrets: &LocalSecrets,
    api_url: &str,
) -> Result<Running> {
    let options = Options {
        data: Some(data.join("simulators")),
        sendgrid_key: secrets.sendgrid_api_key.clone(),
        aisensy_key: secrets.aisensy_api_key.clone(),
        anthropic_key: secrets.anthropic_api_key.clone(),
        cloudflare_token: secrets.cloudflare_api_token.clone(),
        whatsapp: Whatsapp {
            token: secrets.whatsapp_access_token.clone(),
            app_secret: current(&secrets.whatsapp_app_secret).to_owned(),
            callback: Some(format!("{api_url}/webhooks/whatsapp")),
            ..Whatsapp::default()
        },
        campaigns: Vec::new(),
    };
    let started = registrar_simulators::serve(listener, options).await;
    started.map_err(|e| Error::store("simulators", with_sources(&e)))
}

/// Of a secret that is rotated, the one that signs.
fn current(secret: &str) -> &str {
    secret.split_whitespace().next().unwrap_or_default()
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
