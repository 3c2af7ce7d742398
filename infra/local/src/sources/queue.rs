//! A queue that starts a function: receive, invoke, delete what succeeded; the rest reappears when its visibility ends.

use super::{Verdict, filter, verdict};
use crate::functions::{Functions, Outcome};
use crate::serve::Stop;
use crate::sqs::{Attribute, Received, Store, of_attributes, of_body, system, wait_for};
use crate::template::{ACCOUNT, Queue, QueueSource};
use bytes::Bytes;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Batches of one source at once, unless the template allows fewer.
const LANES: u64 = 2;
/// How long one receive waits; only a bound, changes wake it.
const POLL: Duration = Duration::from_mins(1);

/// Polls until told to stop.
pub(crate) fn start(
    source: &QueueSource,
    queue: &Queue,
    store: &Arc<Store>,
    functions: &Arc<Functions>,
    region: &str,
    stop: &Stop,
) {
    let lanes = source.concurrency.unwrap_or(LANES).clamp(1, LANES);
    for _ in 0..lanes {
        let lane = Lane {
            source: source.clone(),
            queue: queue.clone(),
            store: Arc::clone(store),
            functions: Arc::clone(functions),
            region: region.to_owned(),
        };
        let told = stop.told();
        tokio::spawn(async move {
            tokio::select! {
                () = told => {}
                () = lane.run() => {}
            }
        });
    }
}

struct Lane {
    source: QueueSource,
    queue: Queue,
    store: Arc<Store>,
    functions: Arc<Functions>,
    region: String,
}

impl Lane {
    async fn run(&self) {
        loop {
            match self.batch().await {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => self.deliver(batch).await,
                Err(error) => {
                    tracing::error!(%error, queue = self.queue.name, "cannot receive");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// At least one message, more if they come within the window.
    async fn batch(&self) -> rusqlite::Result<Vec<Received>> {
        let size = usize::try_from(self.source.batch_size).unwrap_or(10);
        let visibility = self.queue.visibility;
        let mut batch = wait_for(&self.store, &self.queue, size, visibility, POLL).await?;
        let ends = Instant::now() + self.source.window;
        while !batch.is_empty() && batch.len() < size && Instant::now() < ends {
            let left = ends - Instant::now();
            batch.extend(
                wait_for(
                    &self.store,
                    &self.queue,
                    size - batch.len(),
                    visibility,
                    left,
                )
                .await?,
            );
        }
        Ok(batch)
    }

    async fn deliver(&self, batch: Vec<Received>) {
        let (batch, other): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|message| self.fits(message));
        for message in &other {
            self.delete(message);
        }
        if batch.is_empty() {
            return;
        }
        let records: Vec<Json> = batch.iter().map(|message| self.record(message)).collect();
        let event = Bytes::from(json!({"Records": records}).to_string());
        let outcome = self.functions.invoke(&self.source.function, event).await;
        let ids: Vec<&str> = batch.iter().map(|message| message.id.as_str()).collect();
        let verdict = match &outcome {
            Outcome::Answer(answer) => verdict(answer, self.source.partial, &ids),
            failed => {
                let problem = failed.problem().unwrap_or_default();
                tracing::warn!(function = self.source.function, problem, "a batch failed");
                Verdict::AllFailed
            }
        };
        let failed = |message: &Received| match &verdict {
            Verdict::Done => false,
            Verdict::Failed(ids) => ids.contains(&message.id),
            Verdict::AllFailed => true,
        };
        let (failed, done): (Vec<_>, Vec<_>) = batch.iter().partition(|message| failed(message));
        for message in done {
            self.delete(message);
        }
        let receipts: Vec<&str> = failed
            .iter()
            .map(|message| message.receipt.as_str())
            .collect();
        if let Err(error) = self.store.give_back(&self.queue, &receipts) {
            tracing::error!(%error, "cannot give messages back");
        }
    }

    fn delete(&self, message: &Received) {
        if let Err(error) = self.store.delete(&self.queue, &message.receipt) {
            tracing::error!(%error, message.id, "cannot delete");
        }
    }

    fn fits(&self, message: &Received) -> bool {
        let patterns = &self.source.filter.patterns;
        if patterns.is_empty() {
            return true;
        }
        let body = serde_json::from_str(&message.body)
            .unwrap_or_else(|_| Json::String(message.body.clone()));
        filter::passes(patterns, &json!({"body": body}))
    }

    fn record(&self, message: &Received) -> Json {
        let attributes: Map<String, Json> = system(message)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let custom: Map<String, Json> = message
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), custom(attribute)))
            .collect();
        let mut record = json!({
            "messageId": message.id,
            "receiptHandle": message.receipt,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": custom,
            "md5OfBody": of_body(&message.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:{}:{ACCOUNT}:{}", self.region, self.queue.name),
            "awsRegion": self.region,
        });
        if let Some(sum) = of_attributes(&message.attributes) {
            record["md5OfMessageAttributes"] = sum.into();
        }
        record
    }
}

fn custom(attribute: &Attribute) -> Json {
    let mut out =
        json!({"dataType": attribute.data_type, "stringListValues": [], "binaryListValues": []});
    if let Some(text) = &attribute.string_value {
        out["stringValue"] = text.as_str().into();
    }
    if let Some(binary) = &attribute.binary_value {
        out["binaryValue"] = binary.as_str().into();
    }
    out
}
