//! Schedules that start functions, by the platform's clock or at once when a test asks.

use super::timing::{self, Timing};
use crate::clock::{Clock, until};
use crate::error::{Error, Result};
use crate::functions::{Functions, Outcome};
use crate::serve::Stop;
use crate::sqs::{NewMessage, Store};
use crate::template::{ACCOUNT, Schedule};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The longest wait without looking at the clock again.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Pause before a failed event is tried again, times the number of the try.
const PAUSE: Duration = Duration::from_secs(1);

/// One schedule.
#[derive(Debug)]
pub(crate) struct Timer {
    pub(crate) schedule: Schedule,
    timing: Timing,
    clock: Arc<Clock>,
    store: Arc<Store>,
    functions: Arc<Functions>,
    region: String,
}

impl Timer {
    pub(crate) fn new(
        schedule: Schedule,
        clock: Arc<Clock>,
        store: Arc<Store>,
        functions: Arc<Functions>,
        region: &str,
    ) -> Result<Arc<Self>> {
        let timing = timing::parse(&schedule.expression, schedule.timezone.as_deref()).map_err(
            |problem| {
                Error::template(
                    format!("Resources.{}", schedule.id.replace('/', ".Events.")),
                    problem,
                )
            },
        )?;
        Ok(Arc::new(Self {
            schedule,
            timing,
            clock,
            store,
            functions,
            region: region.to_owned(),
        }))
    }

    /// Fires by itself until told to stop; not while `paused`.
    pub(crate) fn start(self: &Arc<Self>, paused: watch::Receiver<bool>, stop: &Stop) {
        if !self.schedule.enabled {
            return;
        }
        let timer = Arc::clone(self);
        let told = stop.told();
        tokio::spawn(async move {
            tokio::select! {
                () = told => {}
                () = timer.run(paused) => {}
            }
        });
    }

    async fn run(&self, mut paused: watch::Receiver<bool>) {
        let key = format!("schedule/{}", self.schedule.id);
        let mut last = self
            .store
            .position(&key)
            .ok()
            .flatten()
            .and_then(|text| text.parse::<i64>().ok());
        let begun = self.clock.now_ms();
        loop {
            if paused.wait_for(|paused| !paused).await.is_err() {
                return;
            }
            let Some(next) = self.timing.next(begun, last) else {
                return;
            };
            let mut moved = self.clock.listen();
            moved.mark_unchanged();
            let now = self.clock.now_ms();
            if now < next {
                let wait = until(next, now).min(LONGEST_WAIT);
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    changed = moved.changed() => if changed.is_err() { return },
                    changed = paused.changed() => if changed.is_err() { return },
                }
                continue;
            }
            // What was missed while nothing ran, or while paused, fires once.
            last = Some(now);
            if let Err(error) = self.store.set_position(&key, &now.to_string()) {
                tracing::error!(%error, "the schedule's time was not kept");
            }
            if let Some(problem) = self.fire_with_retries().await {
                tracing::error!(
                    schedule = self.schedule.id,
                    problem,
                    "the event was given up"
                );
            }
        }
    }

    /// Fires once, now; the function's error in words.
    pub(crate) async fn fire(&self) -> Option<String> {
        let outcome: Outcome = self
            .functions
            .invoke(&self.schedule.function, self.event(1))
            .await;
        outcome.problem()
    }

    async fn fire_with_retries(&self) -> Option<String> {
        let own = self
            .functions
            .get(&self.schedule.function)
            .map(|function| &function.asynchronous);
        let attempts = own
            .and_then(|own| own.attempts)
            .or(self.schedule.retry.attempts)
            .unwrap_or(2)
            .min(10);
        let mut problem = self.fire().await;
        for attempt in 1..=attempts {
            problem.as_ref()?;
            tokio::time::sleep(PAUSE * u32::try_from(attempt).unwrap_or(1)).await;
            problem = self.fire().await;
        }
        let queue = own.and_then(|own| own.failure_queue.as_ref()).or(self
            .schedule
            .retry
            .failure_queue
            .as_ref());
        if let Some(problem) = &problem
            && let Some(queue) = queue.and_then(|name| self.store.queue(name))
        {
            let body = String::from_utf8_lossy(&self.event(attempts + 1)).into_owned();
            let message = NewMessage {
                body,
                ..NewMessage::default()
            };
            if let Err(error) = self.store.send(queue, &[message]) {
                tracing::error!(%error, problem, "the failure queue did not take it");
            }
        }
        problem
    }

    fn event(&self, attempt: u64) -> Bytes {
        let schedule = &self.schedule;
        let now = Timestamp::from_millisecond(self.clock.now_ms()).unwrap_or_default();
        let time = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let id = uuid::Uuid::new_v4().to_string();
        let kind = if schedule.scheduler {
            "scheduler"
        } else {
            "events"
        };
        let path = if schedule.scheduler {
            "schedule/default"
        } else {
            "rule"
        };
        let arn = format!(
            "arn:aws:{kind}:{}:{ACCOUNT}:{path}/{}",
            self.region, schedule.event
        );
        if let Some(input) = &schedule.input {
            let text = input
                .replace("<aws.scheduler.schedule-arn>", &arn)
                .replace("<aws.scheduler.scheduled-time>", &time)
                .replace("<aws.scheduler.execution-id>", &id)
                .replace("<aws.scheduler.attempt-number>", &attempt.to_string());
            return Bytes::from(text);
        }
        let detail = if schedule.scheduler {
            json!("{}")
        } else {
            json!({})
        };
        let event = json!({
            "version": "0",
            "id": id,
            "detail-type": "Scheduled Event",
            "source": format!("aws.{kind}"),
            "account": ACCOUNT,
            "time": time,
            "region": self.region,
            "resources": [arn],
            "detail": detail,
        });
        Bytes::from(event.to_string())
    }
}
