//! An event becomes one message for each endpoint that asked for it, so that each is tried and given up by itself.

use crate::HookDeliveries;
use registrar_domain::{effect::Effect, webhook::Event};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

impl HookDeliveries {
    /// Done again after half of it, it sends some messages twice; the log notices.
    pub(crate) async fn expand(&self, event: Event) -> Result<Outcome, StoreError> {
        let endpoints = self.shell.table.webhooks().await?;
        let wanted = endpoints.iter().filter(|endpoint| endpoint.wants(&event));
        let messages: Vec<_> = wanted
            .map(|endpoint| Effect::WebhookDelivery {
                webhook_id: endpoint.id,
                event: event.clone(),
                attempt: 1,
            })
            .collect();
        self.queues.send(&self.queue_url, &messages).await?;
        Ok(Outcome::Done)
    }
}
