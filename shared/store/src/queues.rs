//! SQS queues: what `relay` and the workers send, hide and give up.

use crate::{StoreError, Table, aws::Aws, outbox::OutboxItem};
use aws_sdk_sqs::{
    Client,
    types::{MessageAttributeValue, SendMessageBatchRequestEntry},
};
use jiff::SignedDuration;
use registrar_domain::effect::{Effect, Queue};
use std::collections::BTreeMap;

/// The most messages in one call.
const BATCH: usize = 10;
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
        for batch in effects.chunks(BATCH) {
            let entries = batch.iter().enumerate().map(|(n, effect)| {
                let body = serde_json::to_string(effect)
                    .map_err(|e| StoreError::Corrupt(e.to_string()))?;
                let entry = SendMessageBatchRequestEntry::builder()
                    .id(n.to_string())
                    .message_body(body);
                Ok(entry.build().expect("id and body are set"))
            });
            let entries = entries.collect::<Result<Vec<_>, StoreError>>()?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(queue_url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|e| StoreError::of("SQS", &e))?;
            if let Some(failed) = answer.failed().first() {
                return Err(StoreError::Unavailable {
                    service: "SQS",
                    cause: failed.code().to_owned(),
                });
            }
        }
        Ok(())
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

/// The addresses of the queues that effects go to.
#[derive(Clone, Debug)]
pub struct QueueUrls {
    deliveries: String,
    rendering: String,
    edge_sync: String,
}

impl QueueUrls {
    /// Reads the three settings.
    pub fn from_settings<E>(need: impl Fn(&'static str) -> Result<String, E>) -> Result<Self, E> {
        Ok(Self {
            deliveries: need("DELIVERIES_QUEUE_URL")?,
            rendering: need("RENDERING_QUEUE_URL")?,
            edge_sync: need("EDGE_SYNC_QUEUE_URL")?,
        })
    }

    /// The address of a queue.
    pub fn of(&self, queue: Queue) -> &str {
        match queue {
            Queue::Deliveries => &self.deliveries,
            Queue::Rendering => &self.rendering,
            Queue::EdgeSync => &self.edge_sync,
        }
    }
}

impl Queues {
    /// Sends an outbox item's effects to their queues, then takes the item away. Done again, it sends again: consumers
    /// know what they did.
    pub async fn forward(
        &self,
        table: &Table,
        urls: &QueueUrls,
        item: &OutboxItem,
    ) -> Result<(), StoreError> {
        let mut by_queue: BTreeMap<Queue, Vec<Effect>> = BTreeMap::new();
        for effect in &item.effects {
            by_queue
                .entry(effect.queue())
                .or_default()
                .push(effect.clone());
        }
        for (queue, effects) in by_queue {
            self.send(urls.of(queue), &effects).await?;
        }
        table.outbox_done(item.id).await
    }
}
