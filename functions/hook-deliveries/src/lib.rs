//! One event to one webhook endpoint, by Standard Webhooks.
//!
//! A function of its own, because it calls addresses that staff gave: it holds no provider's key, and a slow receiver delays no
//! mail. Messages carry ids only; the payload is composed from the rows at each attempt, and a note only for an endpoint that
//! opted in at that time.
//!
//! | module | what |
//! |---|---|
//! | `expand` | an event becomes one message for each endpoint that asked for it |
//! | `attempt` | the claim on the log, one call, what its answer means, the message for the next attempt |
//! | `compose` | the payload |
//!
//! A pause of up to 15 minutes is the queue's own delay. Every waiting delivery also stands in the due index, which
//! `schedules` reads each minute: longer pauses go that way, and a lost message is made good. Both ways name the attempt, so one of
//! them starts it.

mod attempt;
mod compose;
mod expand;

use jiff::SignedDuration;
use registrar_domain::effect::Effect;
use registrar_providers::webhook::{Client, Reach, Target};
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    webhooks::DeploymentWebhook,
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::{StoreError, queues::Queues};
use std::time::Duration;

/// The worker.
#[derive(Debug)]
pub struct HookDeliveries {
    shell: Shell,
    queues: Queues,
    queue_url: String,
    client: Client,
    lease: SignedDuration,
    deployment: DeploymentWebhook,
}

impl HookDeliveries {
    /// Reads `HOOK_DELIVERIES_QUEUE_URL`, `WEBHOOK_TIMEOUT_MS` (15000), `WEBHOOK_LOOPBACK`, `DELIVERY_LEASE_SECONDS` (90) and
    /// what [`DeploymentWebhook`] reads.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let loopback = settings.optional("WEBHOOK_LOOPBACK");
        let reach = Reach::of_setting(loopback.as_deref())
            .ok_or_else(|| SettingsError::invalid("WEBHOOK_LOOPBACK", "true or false"))?;
        let deployment = DeploymentWebhook::from_settings(settings)?;
        if let Some(url) = deployment.url() {
            Target::read(url.as_str(), reach)
                .map_err(|refused| SettingsError::refused("MAKE_TICKET_WEBHOOK_URL", refused))?;
        }
        let time_out = Duration::from_millis(settings.parsed("WEBHOOK_TIMEOUT_MS", 15_000)?);
        Ok(Self {
            queues: Queues::new(shell.aws()),
            queue_url: settings.need("HOOK_DELIVERIES_QUEUE_URL")?,
            client: Client::new(reach, time_out),
            lease: SignedDuration::from_secs(settings.parsed("DELIVERY_LEASE_SECONDS", 90)?),
            deployment,
            shell,
        })
    }

    /// Makes the endpoint of the deployment's settings what they say before the first event is taken.
    pub async fn register(&self) {
        self.deployment.register(&self.shell).await;
    }
}

impl Worker for HookDeliveries {
    #[tracing::instrument(name = "hook_deliveries.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        match serde_json::from_str(body) {
            Ok(Effect::Webhook { event }) => settle(self.expand(event).await),
            Ok(Effect::WebhookDelivery {
                webhook_id,
                event,
                attempt,
            }) => settle(self.attempt(webhook_id, event, attempt).await),
            Ok(_) => Outcome::give_up("an effect of another queue"),
            Err(error) => Outcome::give_up(format!("not an effect: {error}")),
        }
    }
}

fn settle(worked: Result<Outcome, StoreError>) -> Outcome {
    match worked {
        Ok(outcome) => outcome,
        Err(error) if error.retryable() => Outcome::back_off(1, error.to_string()),
        Err(error) => Outcome::give_up(error.to_string()),
    }
}
