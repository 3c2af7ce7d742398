//! SQS: each message of a batch for itself.
//!
//! | outcome | what happens to the message |
//! |---|---|
//! | done | deleted (Lambda deletes what is not reported) |
//! | again | hidden for the pause or the back-off, reported as failed, comes again |
//! | again, attempts used up | put into the dead-letter queue with its reason, deleted |
//! | give up | the same, at once |
//!
//! A message is never lost: when it can be neither hidden nor put away, it is reported as failed and comes again when the
//! queue's own time-out is over.

use crate::settings::{Settings, SettingsError};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::{FutureExt, future::join_all};
use jiff::SignedDuration;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use registrar_store::{StoreError, aws::Aws, queues::Queues};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::panic::AssertUnwindSafe;

/// The longest pause: SQS hides a message for at most 12 h, but back-off beyond this helps nobody.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// The longest reason that is kept with a message, in characters.
const REASON_CHARS: usize = 500;

/// What a message's work came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, or was done before.
    Done,
    /// It must come again.
    Again {
        /// When, at the earliest.
        pause: Pause,
        /// Why, without personal data: it may come to stand in the dead-letter queue.
        reason: String,
        /// Whether this uses up an attempt. Waiting for something that is due later does not.
        counts: bool,
    },
    /// It can never succeed.
    GiveUp {
        /// Why, without personal data: it stands in the dead-letter queue.
        reason: String,
    },
}

/// How long a message that must come again is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So long, at most 15 min.
    For(SignedDuration),
    /// By the number of times that the message was received: exponential back-off.
    BackOff,
    /// By the number of attempts that the worker counted itself: exponential back-off.
    BackOffAfter(u32),
}

impl Outcome {
    /// A failed attempt: again after the back-off, and given up when the attempts are used up.
    pub fn again(reason: impl Into<String>) -> Self {
        Self::Again {
            pause: Pause::BackOff,
            reason: reason.into(),
            counts: true,
        }
    }

    /// Not due before `pause` is over; uses up no attempt.
    pub fn wait(pause: SignedDuration, reason: impl Into<String>) -> Self {
        Self::Again {
            pause: Pause::For(pause),
            reason: reason.into(),
            counts: false,
        }
    }

    /// A failed attempt of a worker that counts its attempts itself, and gives up itself: again after the back-off that
    /// belongs to `attempts` of them.
    pub fn back_off(attempts: u32, reason: impl Into<String>) -> Self {
        Self::Again {
            pause: Pause::BackOffAfter(attempts),
            reason: reason.into(),
            counts: false,
        }
    }

    /// It can never succeed.
    pub fn give_up(reason: impl Into<String>) -> Self {
        Self::GiveUp {
            reason: reason.into(),
        }
    }
}

/// Which attempt this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// From 1, as SQS counts the times that the message was received.
    pub number: u32,
    /// Whether a failure now is the end: the worker then marks its ledger before it says so.
    pub last: bool,
}

/// The work of a queue.
pub trait Worker {
    /// Works on one message.
    fn work(&self, body: &str, attempt: Attempt) -> impl Future<Output = Outcome> + Send;
}

/// Reads a message; what cannot be read is given up.
pub fn decode<T: DeserializeOwned>(body: &str) -> Result<T, Outcome> {
    serde_json::from_str(body).map_err(|error| {
        Outcome::give_up(format!(
            "the message cannot be read: line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}

/// What becomes of messages that are not done.
pub trait Channel {
    /// Hides a received message for `pause`.
    fn hide(
        &self,
        queue_url: &str,
        receipt_handle: &str,
        pause: SignedDuration,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Puts a message into the dead-letter queue, with the reason.
    fn bury(
        &self,
        dead_letter_queue_url: &str,
        body: &str,
        reason: &str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Channel for Queues {
    async fn hide(
        &self,
        queue_url: &str,
        receipt_handle: &str,
        pause: SignedDuration,
    ) -> Result<(), StoreError> {
        Self::hide(self, queue_url, receipt_handle, pause).await
    }

    async fn bury(
        &self,
        dead_letter_queue_url: &str,
        body: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        Self::bury(self, dead_letter_queue_url, body, reason).await
    }
}

/// A queue and how patient it is.
#[derive(Clone, Debug)]
pub struct QueueShell<C = Queues> {
    /// Where messages are hidden and buried.
    pub queues: C,
    /// The queue that the messages come from.
    pub queue_url: String,
    /// Where messages go that are given up.
    pub dead_letter_queue_url: String,
    /// How many attempts a message has, at least 1.
    pub max_attempts: u32,
    /// The pause after the first failed attempt; each further one doubles it.
    pub backoff: SignedDuration,
}

impl QueueShell<Queues> {
    /// Reads `<NAME>_QUEUE_URL`, `<NAME>_DEAD_LETTER_QUEUE_URL`, `DELIVERY_MAX_ATTEMPTS` (8) and
    /// `DELIVERY_BACKOFF_SECONDS` (5); `name` is such as `DELIVERIES`.
    pub fn from_settings(
        settings: &Settings,
        aws: &Aws,
        name: &str,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            queues: Queues::new(aws),
            queue_url: settings.need(&format!("{name}_QUEUE_URL"))?,
            dead_letter_queue_url: settings.need(&format!("{name}_DEAD_LETTER_QUEUE_URL"))?,
            max_attempts: settings.parsed("DELIVERY_MAX_ATTEMPTS", 8)?,
            backoff: SignedDuration::from_secs(
                settings
                    .parsed::<u32>("DELIVERY_BACKOFF_SECONDS", 5)?
                    .into(),
            ),
        })
    }
}

/// Serves the batches of a queue.
pub async fn serve_queue<W: Worker>(worker: W, shell: QueueShell) -> Result<(), Error> {
    let (worker, shell) = (&worker, &shell);
    // The runtime would remember the path to a member that it cannot read, which is code for every type below the event's.
    lambda_runtime::run(service_fn(
        move |event: LambdaEvent<Box<RawValue>>| async move {
            let event = serde_json::from_str(event.payload.get())?;
            Ok::<_, Error>(work_batch(worker, shell, event).await)
        },
    ))
    .await
}

/// Works on a batch, its messages side by side, and reports those that must come again.
pub async fn work_batch<W: Worker, C: Channel>(
    worker: &W,
    shell: &QueueShell<C>,
    event: SqsEvent,
) -> SqsBatchResponse {
    let settled = join_all(event.records.iter().map(|message| async move {
        let settled = settle(worker, shell, message).await;
        (message.message_id.clone().unwrap_or_default(), settled)
    }))
    .await;
    let mut response = SqsBatchResponse::default();
    for (id, _) in settled
        .into_iter()
        .filter(|(_, settled)| *settled == Settled::ComesAgain)
    {
        response.add_failure(id);
    }
    response
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    Gone,
    ComesAgain,
}

async fn settle<W: Worker, C: Channel>(
    worker: &W,
    shell: &QueueShell<C>,
    message: &SqsMessage,
) -> Settled {
    let number = message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let attempt = Attempt {
        number,
        last: number >= shell.max_attempts,
    };
    let body = message.body.as_deref().unwrap_or_default();
    // A worker keeps no state between messages that a panic could leave half changed.
    let outcome = AssertUnwindSafe(worker.work(body, attempt))
        .catch_unwind()
        .await;
    let outcome = outcome.unwrap_or_else(|_| Outcome::again("the worker panicked"));
    let id = message.message_id.as_deref().unwrap_or_default();
    match outcome {
        Outcome::Done => {
            tracing::info!(
                message.id = id,
                attempt = number,
                outcome = "done",
                "message"
            );
            Settled::Gone
        }
        Outcome::GiveUp { reason } => bury(shell, id, body, &reason).await,
        Outcome::Again {
            reason,
            counts: true,
            ..
        } if attempt.last => bury(shell, id, body, &reason).await,
        Outcome::Again { pause, reason, .. } => {
            let pause = match pause {
                Pause::For(pause) => pause.min(LONGEST),
                Pause::BackOff => backoff(shell.backoff, number, id),
                Pause::BackOffAfter(attempts) => backoff(shell.backoff, attempts, id),
            };
            tracing::warn!(
                message.id = id,
                attempt = number,
                outcome = "again",
                pause_s = pause.as_secs(),
                reason,
                "message"
            );
            if let Some(receipt) = &message.receipt_handle
                && let Err(error) = shell.queues.hide(&shell.queue_url, receipt, pause).await
            {
                tracing::error!(message.id = id, %error, "a message could not be hidden");
            }
            Settled::ComesAgain
        }
    }
}

async fn bury<C: Channel>(shell: &QueueShell<C>, id: &str, body: &str, reason: &str) -> Settled {
    let reason: String = reason.chars().take(REASON_CHARS).collect();
    match shell
        .queues
        .bury(&shell.dead_letter_queue_url, body, &reason)
        .await
    {
        Ok(()) => {
            tracing::error!(message.id = id, outcome = "given up", reason, "message");
            Settled::Gone
        }
        Err(error) => {
            tracing::error!(message.id = id, %error, "a message could not be put into the dead-letter queue");
            Settled::ComesAgain
        }
    }
}

/// `base`·2^(n-1), less up to a quarter so that messages that failed together do not come together again; at most 15 min.
/// The jitter comes from the message's id, so that no randomness is needed.
fn backoff(base: SignedDuration, number: u32, id: &str) -> SignedDuration {
    let doublings = number.saturating_sub(1).min(20);
    let full = base
        .checked_mul(1 << doublings)
        .unwrap_or(LONGEST)
        .min(LONGEST);
    let digest = Sha256::digest(format!("{id}#{number}"));
    let share = 1.0 - f64::from(digest[0]) / 255.0 / 4.0;
    full.mul_f64(share)
}

#[cfg(test)]
mod tests;
