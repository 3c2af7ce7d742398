//! One attempt: claimed in the log, called, and its outcome written.

use crate::HookDeliveries;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    effect::Effect,
    id::WebhookId,
    webhook::{Answered, Cancelled, Delivery, Endpoint, Event, Next, Verdict, signature_header},
};
use registrar_providers::webhook::Message;
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

/// The longest pause of a queue.
const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(15);
/// How often an endpoint is read again because somebody else changed it.
const TRIES: u32 = 5;

impl HookDeliveries {
    /// Makes the attempt that a message is for, unless it is made already or somebody else makes it.
    pub(crate) async fn attempt(
        &self,
        webhook: WebhookId,
        event: Event,
        attempt: u32,
    ) -> Result<Outcome, StoreError> {
        let table = &self.shell.table;
        let now = self.shell.now();
        let known = table.webhook_delivery(webhook, &event.id()).await?;
        let Some(endpoint) = table.webhook(webhook).await? else {
            // Taken away meanwhile: what waits leaves the due index.
            if let Some(waiting) = known.filter(|delivery| delivery.due().is_some()) {
                let cancelled = waiting.cancelled(Cancelled::NotWanted, now);
                table.write_webhook_delivery(&cancelled).await?;
            }
            return Ok(Outcome::Done);
        };
        let claim = match known {
            None if attempt == 1 => Delivery::first(webhook, event, now, self.lease),
            None => return Ok(Outcome::Done),
            Some(delivery) => match delivery.next(attempt, now, self.lease) {
                Next::Send(claim) => claim,
                Next::Wait(pause) => {
                    let pause = pause + SignedDuration::from_secs(1);
                    return Ok(Outcome::wait(pause, "another worker is at it"));
                }
                Next::Done => return Ok(Outcome::Done),
            },
        };
        match table.write_webhook_delivery(&claim).await {
            // Another worker was first, and the attempt is its.
            Err(StoreError::Conflict) => {
                return Ok(Outcome::wait(self.lease, "another worker was first"));
            }
            written => written?,
        }
        self.send(&endpoint, claim).await
    }

    async fn send(&self, endpoint: &Endpoint, claim: Delivery) -> Result<Outcome, StoreError> {
        let table = &self.shell.table;
        if !endpoint.wants(&claim.event) {
            let cancelled = claim.cancelled(Cancelled::NotWanted, self.shell.now());
            table.write_webhook_delivery(&cancelled).await?;
            return Ok(Outcome::Done);
        }
        let Some(body) = self.compose(&claim.event, endpoint.reader()).await? else {
            let cancelled = claim.cancelled(Cancelled::NothingToTell, self.shell.now());
            table.write_webhook_delivery(&cancelled).await?;
            return Ok(Outcome::Done);
        };
        let (answer, duration_ms) = self.call(endpoint, &claim, body).await;
        let verdict = answer.verdict();
        if verdict == Verdict::Gone {
            self.gone(endpoint.id).await?;
        }
        let now = self.shell.now();
        let after = claim.answered(&answer, duration_ms, now);
        tracing::info!(
            webhook.id = %endpoint.id,
            webhook.event = claim.event.kind(),
            webhook.attempt = claim.attempt,
            webhook.verdict = ?verdict,
            duration_ms,
            "webhook"
        );
        table.write_webhook_delivery(&after).await?;
        self.announce_next(&claim, &after, now).await;
        Ok(Outcome::Done)
    }

    async fn call(&self, endpoint: &Endpoint, claim: &Delivery, body: String) -> (Answered, u64) {
        let started = self.shell.now();
        let id = claim.id().header();
        let signature = signature_header(&endpoint.secrets, &id, started, &body);
        let message = Message {
            id: &id,
            timestamp: started.as_second(),
            signature: &signature,
            body,
        };
        let answer = match self.client.send(endpoint.url.as_str(), message).await {
            Ok(status) => Answered::Status(status),
            Err(error) => Answered::Nothing(error.to_string()),
        };
        let took = self.shell.now().duration_since(started).as_millis();
        (answer, u64::try_from(took).unwrap_or(0))
    }

    /// Switches an endpoint off that answered 410.
    async fn gone(&self, id: WebhookId) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(endpoint) = self.shell.table.webhook(id).await? else {
                return Ok(());
            };
            if endpoint.disabled.is_some() {
                return Ok(());
            }
            let gone = endpoint.gone(self.shell.now());
            match self.shell.table.write_webhook(&gone, None).await {
                Err(StoreError::Conflict) => {}
                written => return written,
            }
        }
        Err(StoreError::Conflict)
    }

    /// Puts the next attempt on the queue when its pause is short. A failure costs nothing but time: the due index has it.
    async fn announce_next(&self, claim: &Delivery, after: &Delivery, now: Timestamp) {
        let Some(due) = after.due() else { return };
        // Counted as the schedule counts: from when this attempt was due or made.
        let pause = due.duration_since(claim.due_or(now));
        if pause > LONGEST_DELAY {
            return;
        }
        let message = [Effect::WebhookDelivery {
            webhook_id: after.webhook_id,
            event: after.event.clone(),
            attempt: after.attempt,
        }];
        let sent = self.queues.send_after(&self.queue_url, &message, pause);
        if let Err(error) = sent.await {
            tracing::warn!(%error, "the next attempt waits for the schedule");
        }
    }
}
