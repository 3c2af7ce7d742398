//! What providers call: verify, parse, enqueue, nothing else.
//!
//! | path | what |
//! |---|---|
//! | `GET /webhooks/whatsapp` | confirms the address: echoes `hub.challenge` to whoever knows the verify token |
//! | `POST /webhooks/whatsapp` | messages and statuses of the `WhatsApp` Cloud API |
//!
//! A call is answered 200 once all that it tells is on the queue, 503 when the queue cannot take it, so that the provider
//! calls again. Consumers know what they did: a call that comes twice changes nothing.

mod parse;
mod signature;
mod whatsapp;

use axum::{Router, routing::get};
use registrar_domain::secret::Live;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
};
use registrar_store::queues::Queues;
use std::sync::Arc;

/// How many a setting may hold.
const MOST: &str = "must be one text without spaces, or two while it is rotated";

/// What the handlers work with.
#[derive(Debug)]
pub struct Webhooks {
    shell: Shell,
    queues: Queues,
    conversations_queue_url: String,
    whatsapp: whatsapp::Secrets,
    /// The number whose messages are taken; an application may have others.
    phone_number_id: String,
}

impl Webhooks {
    /// Reads `CONVERSATIONS_QUEUE_URL`, `WHATSAPP_APP_SECRET`, `WHATSAPP_VERIFY_TOKEN`, `WHATSAPP_PHONE_NUMBER_ID`.
    pub fn from_settings(settings: &Settings, shell: &Shell) -> Result<Self, SettingsError> {
        Ok(Self {
            shell: shell.clone(),
            queues: Queues::new(shell.aws()),
            conversations_queue_url: settings.need("CONVERSATIONS_QUEUE_URL")?,
            whatsapp: whatsapp::Secrets {
                app: signature::Key::new(&settings.need("WHATSAPP_APP_SECRET")?)
                    .ok_or_else(|| SettingsError::refused("WHATSAPP_APP_SECRET", MOST))?,
                verify_tokens: Live::read(&settings.need("WHATSAPP_VERIFY_TOKEN")?, |token| {
                    Some(token.to_owned())
                })
                .ok_or_else(|| SettingsError::refused("WHATSAPP_VERIFY_TOKEN", MOST))?,
            },
            phone_number_id: settings.need("WHATSAPP_PHONE_NUMBER_ID")?,
        })
    }
}

/// The routes of this function.
pub fn router(webhooks: Webhooks) -> Router {
    Router::new()
        .route(
            "/webhooks/whatsapp",
            get(whatsapp::confirm).post(whatsapp::events),
        )
        .with_state(Arc::new(webhooks))
}
