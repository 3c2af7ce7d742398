//! A table's stream that starts a function: in order, from where it was left, at least once.
//!
//! The position is kept with the queues, after the batch: a killed process reads the last batch again. A failed batch
//! is tried again with a growing pause, halved if the template says so, and given up to the failure queue in the end.

use super::{Verdict, filter, verdict};
use crate::dynamodb::Tables;
use crate::functions::{Functions, Outcome};
use crate::serve::Stop;
use crate::sqs::{NewMessage, Store};
use crate::template::StreamSource;
use bytes::Bytes;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often the stream is looked at when no function says that it may have written.
const LOOK: Duration = Duration::from_millis(50);
/// The longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Consumed records after which the table's stream is trimmed.
const TRIM_AFTER: usize = 200;

/// One event source mapping.
#[derive(Debug)]
pub(crate) struct Stream {
    source: StreamSource,
    tables: Arc<Tables>,
    store: Arc<Store>,
    functions: Arc<Functions>,
    region: String,
    /// No other mapping reads the same stream, so what was consumed can go.
    alone: bool,
    /// Records are lost for now.
    losing: AtomicBool,
}

/// A batch and how often it failed.
struct Batch {
    records: Vec<Json>,
    failures: u64,
}

impl Stream {
    pub(crate) fn new(
        source: StreamSource,
        tables: Arc<Tables>,
        store: Arc<Store>,
        functions: Arc<Functions>,
        region: &str,
        alone: bool,
    ) -> Arc<Self> {
        Arc::new(Self {
            source,
            tables,
            store,
            functions,
            region: region.to_owned(),
            alone,
            losing: AtomicBool::new(false),
        })
    }

    /// From now on records are lost on the way to their function, or no longer.
    pub(crate) fn lose(&self, losing: bool) {
        self.losing.store(losing, Ordering::SeqCst);
    }

    /// Reads until told to stop.
    pub(crate) fn start(self: &Arc<Self>, stop: &Stop) {
        let stream = Arc::clone(self);
        let told = stop.told();
        tokio::spawn(async move {
            tokio::select! {
                () = told => {}
                () = stream.run() => {}
            }
        });
    }

    /// Whether nothing that fits is left to hand over.
    pub(crate) async fn drained(&self) -> bool {
        match self.read(1000).await {
            Ok(records) => !records.iter().any(|record| self.fits(record)),
            Err(error) => {
                tracing::error!(%error, "cannot read the stream");
                false
            }
        }
    }

    /// Whether there are records that were not read yet, whatever they are.
    pub(crate) async fn has_more(&self) -> bool {
        // What cannot be read now is tried again by whoever asks.
        self.read(1)
            .await
            .map_or(true, |records| !records.is_empty())
    }

    async fn run(&self) {
        let mut consumed = TRIM_AFTER;
        let size = usize::try_from(self.source.batch_size)
            .unwrap_or(100)
            .clamp(1, 1000);
        loop {
            let mut wrote = self.functions.listen();
            wrote.mark_unchanged();
            let records = match self.gather(size).await {
                Ok(records) => records,
                Err(error) => {
                    tracing::error!(%error, table = self.source.table, "cannot read the stream");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            if records.is_empty() {
                if self.alone && consumed >= TRIM_AFTER {
                    consumed = 0;
                    self.trim().await;
                }
                let _ = tokio::time::timeout(LOOK, wrote.changed()).await;
                continue;
            }
            consumed += records.len();
            self.hand_over(records).await;
        }
    }

    /// A batch, filled during the window.
    async fn gather(&self, size: usize) -> Result<Vec<Json>, String> {
        let records = self.read(size).await?;
        if records.is_empty() || records.len() >= size || self.source.window.is_zero() {
            return Ok(records);
        }
        tokio::time::sleep(self.source.window).await;
        self.read(size).await
    }

    async fn read(&self, limit: usize) -> Result<Vec<Json>, String> {
        let after = self
            .store
            .position(&self.source.id)
            .map_err(|e| e.to_string())?;
        let records = self
            .tables
            .records(&self.source.table, after, limit)
            .await?;
        let arn = format!(
            "arn:aws:dynamodb:{}:{}:table/{}/stream/local",
            self.region,
            crate::template::ACCOUNT,
            self.source.table
        );
        Ok(records
            .into_iter()
            .map(|mut record| {
                record["eventSourceARN"] = arn.as_str().into();
                record["awsRegion"] = self.region.as_str().into();
                record
            })
            .collect())
    }

    async fn trim(&self) {
        if let Ok(Some(position)) = self.store.position(&self.source.id)
            && let Err(error) = self.tables.trim(&self.source.table, &position).await
        {
            tracing::debug!(%error, "the stream was not trimmed");
        }
    }

    fn fits(&self, record: &Json) -> bool {
        !self.losing.load(Ordering::SeqCst) && filter::passes(&self.source.filter.patterns, record)
    }

    async fn hand_over(&self, records: Vec<Json>) {
        let last = records.last().map(sequence).unwrap_or_default().to_owned();
        let records: Vec<Json> = records
            .into_iter()
            .filter(|record| self.fits(record))
            .collect();
        let mut pending = VecDeque::from([Batch {
            records,
            failures: 0,
        }]);
        while let Some(batch) = pending.pop_front() {
            if !batch.records.is_empty() {
                self.deliver(batch, &mut pending).await;
            }
        }
        self.keep(&last);
    }

    async fn deliver(&self, mut batch: Batch, pending: &mut VecDeque<Batch>) {
        let event = Bytes::from(json!({"Records": batch.records}).to_string());
        let outcome = self.functions.invoke(&self.source.function, event).await;
        let sequences: Vec<&str> = batch.records.iter().map(sequence).collect();
        let verdict = match &outcome {
            Outcome::Answer(answer) => verdict(answer, self.source.partial, &sequences),
            _ => Verdict::AllFailed,
        };
        // Everything from the first failed record on is read again.
        let first_failed = match &verdict {
            Verdict::Done => batch.records.len(),
            Verdict::Failed(ids) => sequences
                .iter()
                .position(|s| ids.iter().any(|id| id == s))
                .unwrap_or(0),
            Verdict::AllFailed => 0,
        };
        if first_failed > 0 {
            self.keep(sequence(&batch.records[first_failed - 1]));
            batch.records.drain(..first_failed);
            batch.failures = 0;
        }
        if batch.records.is_empty() {
            return;
        }
        let problem = outcome
            .problem()
            .unwrap_or_else(|| "the function named records that failed".into());
        tracing::warn!(
            function = self.source.function,
            problem,
            failures = batch.failures,
            "records failed"
        );
        if self.source.bisect && batch.records.len() > 1 && verdict == Verdict::AllFailed {
            let second = batch.records.split_off(batch.records.len() / 2);
            pending.push_front(Batch {
                records: second,
                failures: batch.failures,
            });
        } else if self
            .source
            .retry
            .attempts
            .is_some_and(|most| batch.failures >= most)
        {
            self.give_up(&batch.records, &problem);
            return;
        } else {
            batch.failures += 1;
        }
        let pause = Duration::from_millis(100)
            .saturating_mul(1 << batch.failures.min(10))
            .min(LONGEST_PAUSE);
        pending.push_front(batch);
        tokio::time::sleep(pause).await;
    }

    fn keep(&self, position: &str) {
        if let Err(error) = self.store.set_position(&self.source.id, position) {
            tracing::error!(%error, "the stream's position was not kept");
        }
    }

    /// Tells the failure queue which records were given up, in the words of an event source mapping.
    fn give_up(&self, records: &[Json], problem: &str) {
        if let Some(last) = records.last() {
            self.keep(sequence(last));
        }
        let name = self.source.retry.failure_queue.as_deref();
        let Some(queue) = name.and_then(|name| self.store.queue(name)) else {
            tracing::error!(
                function = self.source.function,
                problem,
                "records were given up"
            );
            return;
        };
        let body = json!({
            "requestContext": {
                "functionArn": self.source.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": self.source.retry.attempts.unwrap_or_default() + 1,
            },
            "responseContext": {"statusCode": 200, "functionError": problem},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "startSequenceNumber": records.first().map(sequence),
                "endSequenceNumber": records.last().map(sequence),
                "batchSize": records.len(),
                "streamArn": records.first().and_then(|record| record.get("eventSourceARN")),
            },
        });
        let message = NewMessage {
            body: body.to_string(),
            ..NewMessage::default()
        };
        if let Err(error) = self.store.send(queue, &[message]) {
            tracing::error!(%error, "the failure queue did not take it");
        }
    }
}

fn sequence(record: &Json) -> &str {
    record["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap_or_default()
}
