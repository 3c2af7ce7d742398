//! SQS queues: what `relay` and the workers send, hide and give up.

use crate::{StoreError, Table, aws::Aws, outbox::Left};
use aws_sdk_sqs::{
    Client,
    types::{MessageAttributeValue, SendMessageBatchRequestEntry},
};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::effect::{Effect, Queue};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The most messages in one call.
const BATCH: usize = 10;
/// The most bytes in one call, with room for what surrounds the bodies: SQS takes 256 KB.
const BATCH_BYTES: usize = 240 * 1024;
/// The longest that a message can be hidden or delayed by one call, in seconds.
const LONGEST: i64 = 900;

/// The queues' client.
#[derive(Clone, Debug)]
pub struct Queues {
    client: Client,
}

impl Queues {
    /// A client from the environment.
    pub fn new(aws: &Aws) -> Self {
        Self { client: aws.sqs() }
    }

    /// Sends effects, ten a call.
    pub async fn send(&self, queue_url: &str, effects: &[Effect]) -> Result<(), StoreError> {
        self.send_after(queue_url, effects, SignedDuration::ZERO)
            .await
    }

    /// Sends effects that show after `pause` (at most 15 min), ten a call.
    pub async fn send_after(
        &self,
        queue_url: &str,
        effects: &[Effect],
        pause: SignedDuration,
    ) -> Result<(), StoreError> {
        let delay = i32::try_from(pause.as_secs().clamp(0, LONGEST)).unwrap_or(0);
        for batch in effects.chunks(BATCH) {
            let bodies = batch.iter().map(json).collect::<Result<_, _>>()?;
            self.send_batch(queue_url, bodies, delay).await?;
        }
        Ok(())
    }

    async fn send_batch(
        &self,
        queue_url: &str,
        bodies: Vec<String>,
        delay: i32,
    ) -> Result<(), StoreError> {
        let entries = bodies.into_iter().enumerate().map(|(n, body)| {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(n.to_string())
                .set_delay_seconds((delay > 0).then_some(delay))
                .message_body(body);
            entry.build().expect("id and body are set")
        });
        let answer = self
            .client
            .send_message_batch()
            .queue_url(queue_url)
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .map_err(|e| StoreError::of("SQS", &e))?;
        match answer.failed().first() {
            Some(failed) => Err(StoreError::Unavailable {
                service: "SQS",
                cause: failed.code().to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Sends any messages as JSON, as many a call as its size allows.
    pub async fn send_json<T: Serialize>(
        &self,
        queue_url: &str,
        messages: &[T],
    ) -> Result<(), StoreError> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for message in messages {
            let body = json(message)?;
            if batch.len() == BATCH || (bytes + body.len() > BATCH_BYTES && !batch.is_empty()) {
                self.send_batch(queue_url, std::mem::take(&mut batch), 0)
                    .await?;
                bytes = 0;
            }
            bytes += body.len();
            batch.push(body);
        }
        if batch.is_empty() {
            return Ok(());
        }
        self.send_batch(queue_url, batch, 0).await
    }

    /// Hides a received message for `pause` (at most 15 min) before it comes again.
    pub async fn hide(
        &self,
        queue_url: &str,
        receipt_handle: &str,
        pause: SignedDuration,
    ) -> Result<(), StoreError> {
        let seconds = pause.as_secs().clamp(0, LONGEST);
        self.client
            .change_message_visibility()
            .queue_url(queue_url)
            .receipt_handle(receipt_handle)
            .visibility_timeout(i32::try_from(seconds).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|e| StoreError::of("SQS", &e))?;
        Ok(())
    }

    /// Puts a message that is given up into the dead-letter queue, with the reason as an attribute.
    pub async fn bury(
        &self,
        dead_letter_queue_url: &str,
        body: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(if reason.is_empty() { "unknown" } else { reason })
            .build()
            .expect("the type is set");
        self.client
            .send_message()
            .queue_url(dead_letter_queue_url)
            .message_body(body)
            .message_attributes("reason", attribute)
            .send()
            .await
            .map_err(|e| StoreError::of("SQS", &e))?;
        Ok(())
    }
}

fn json(message: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(message).map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// The addresses of the queues that effects go to.
#[derive(Clone, Debug)]
pub struct QueueUrls {
    deliveries: String,
    rendering: String,
    edge_sync: String,
    bulk: String,
    ticket_work: String,
    hook_deliveries: String,
    triage: String,
}

impl QueueUrls {
    /// Reads the queues' settings.
    pub fn from_settings<E>(need: impl Fn(&'static str) -> Result<String, E>) -> Result<Self, E> {
        Ok(Self {
            deliveries: need("DELIVERIES_QUEUE_URL")?,
            rendering: need("RENDERING_QUEUE_URL")?,
            edge_sync: need("EDGE_SYNC_QUEUE_URL")?,
            bulk: need("BULK_QUEUE_URL")?,
            ticket_work: need("TICKET_WORK_QUEUE_URL")?,
            hook_deliveries: need("HOOK_DELIVERIES_QUEUE_URL")?,
            triage: need("TRIAGE_QUEUE_URL")?,
        })
    }

    /// The address of a queue.
    pub fn of(&self, queue: Queue) -> &str {
        match queue {
            Queue::Deliveries => &self.deliveries,
            Queue::Rendering => &self.rendering,
            Queue::EdgeSync => &self.edge_sync,
            Queue::Bulk => &self.bulk,
            Queue::TicketWork => &self.ticket_work,
            Queue::HookDeliveries => &self.hook_deliveries,
            Queue::Triage => &self.triage,
        }
    }
}

impl Queues {
    /// Sends an outbox item's effects to their queues, then takes the item away and parks what cannot be read. Done again, it
    /// sends again: consumers know what they did. A queue that fails holds up no other, and is added to those that are
    /// `down`, which are not asked.
    pub async fn forward(
        &self,
        table: &Table,
        urls: &QueueUrls,
        left: &Left,
        down: &mut BTreeSet<Queue>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut by_queue: BTreeMap<Queue, Vec<Effect>> = BTreeMap::new();
        for effect in &left.effects {
            let effects = by_queue.entry(effect.queue()).or_default();
            effects.push(effect.clone());
        }
        let mut failed = None;
        for (queue, effects) in by_queue {
            let sent = if down.contains(&queue) {
                Err(StoreError::Unavailable {
                    service: "SQS",
                    cause: format!("{queue:?} failed before"),
                })
            } else {
                self.send(urls.of(queue), &effects).await
            };
            if let Err(error) = sent {
                down.insert(queue);
                failed = Some(error);
            }
        }
        match failed {
            Some(error) => Err(error),
            None => table.outbox_done(left, now).await,
        }
    }
}
