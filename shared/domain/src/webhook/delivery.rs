//! What became of one event at one endpoint: a line of the endpoint's log, and the right to send next.
//!
//! ```text
//!            claim                    2xx
//!   (none) ────────▶ sending ─────────────────▶ delivered ──replay──▶ waiting
//!                     │  ▲ │ failure, tries left
//!         the lease   │  │ └──────────▶ waiting ──claim when due──▶ sending
//!         ran out ────┘  │ failure of the last try, 410
//!                        └──────────▶ failed ──replay──▶ waiting
//!   (none) ──nothing to tell any more──▶ cancelled
//! ```
//!
//! A message on the queue names the attempt that it is for, so that a late or repeated one starts no further attempt. A
//! worker that dies while it sends leaves `sending`; once its lease is over the same attempt is made again, under the same
//! `webhook-id`, and stands in the log once.

use super::{
    event::{Event, EventId},
    schedule::{Answered, Verdict, delay_after},
};
use crate::id::WebhookId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long the log keeps a delivery.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How many attempts an entry of the log shows, the last ones.
const SHOWN: usize = 30;

/// How a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// A worker is at it until the lease ends.
    Sending {
        /// When the attempt was due.
        due: Timestamp,
        /// When the worker must be taken for dead.
        lease_until: Timestamp,
    },
    /// The next attempt comes at this time.
    Waiting {
        /// When.
        due: Timestamp,
    },
    /// The receiver has it.
    Delivered,
    /// The tries are used up, or the receiver is gone.
    Failed,
    /// Decided against.
    Cancelled {
        /// Why.
        reason: Cancelled,
    },
}

/// Why an event is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// The endpoint is off, or asks for this no more.
    NotWanted,
    /// What happened is in the table no more.
    NothingToTell,
}

/// One call of the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When the call was over.
    pub at: Timestamp,
    /// What the receiver answered, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// How long the call took, in milliseconds.
    pub duration_ms: u64,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One event at one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The endpoint.
    pub webhook_id: WebhookId,
    /// What is told.
    pub event: Event,
    /// How it stands.
    #[serde(flatten)]
    pub state: State,
    /// The number of the attempt that is being made or comes next, or that was the last.
    pub attempt: u32,
    /// How many attempts of the present round of the schedule failed.
    pub tries: u32,
    /// How often a worker died while it sent.
    pub interrupted: u32,
    /// The calls, oldest first.
    pub attempts: Vec<Attempt>,
    /// When the delivery began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the log forgets it, in Unix seconds.
    pub expires_at: i64,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// What a worker does that has a message for an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Write this; whoever succeeds sends.
    Send(Delivery),
    /// Somebody is at it: look again after this long.
    Wait(SignedDuration),
    /// Nothing is left to do.
    Done,
}

/// A worker is sending: it cannot be asked for again now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the delivery is being sent now")]
pub struct Busy;

impl Delivery {
    /// The first claim.
    pub fn first(
        webhook_id: WebhookId,
        event: Event,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Self {
        Self {
            webhook_id,
            event,
            state: State::Sending {
                due: now,
                lease_until: now + lease,
            },
            attempt: 1,
            tries: 0,
            interrupted: 0,
            attempts: Vec::new(),
            created_at: now,
            updated_at: now,
            expires_at: (now + KEPT).as_second(),
            version: 1,
        }
    }

    /// The event's name, which is the delivery's among those of its endpoint.
    pub fn id(&self) -> EventId {
        self.event.id()
    }

    fn becomes(&self, state: State, now: Timestamp) -> Self {
        Self {
            state,
            updated_at: now,
            expires_at: (now + KEPT).as_second(),
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// What a worker does with a message for `attempt`.
    pub fn next(&self, attempt: u32, now: Timestamp, lease: SignedDuration) -> Next {
        if attempt != self.attempt {
            return Next::Done;
        }
        let lease_until = now + lease;
        match self.state {
            State::Waiting { due } => {
                Next::Send(self.becomes(State::Sending { due, lease_until }, now))
            }
            State::Sending {
                lease_until: held, ..
            } if held > now => Next::Wait(held.duration_since(now)),
            State::Sending { due, .. } => Next::Send(Self {
                interrupted: self.interrupted + 1,
                ..self.becomes(State::Sending { due, lease_until }, now)
            }),
            State::Delivered | State::Failed | State::Cancelled { .. } => Next::Done,
        }
    }

    /// The delivery after a call that took `duration_ms`. The next attempt counts from when this one was due or made,
    /// whichever is later.
    #[must_use]
    pub fn answered(&self, answer: &Answered, duration_ms: u64, now: Timestamp) -> Self {
        let due = self.due_or(now);
        let (status_code, error) = match answer {
            Answered::Status(code) => {
                let redirect = (300..=399).contains(code);
                let error = redirect.then(|| "redirects are not followed".to_owned());
                (Some(*code), error)
            }
            Answered::Nothing(error) => (None, Some(error.clone())),
        };
        let tries = self.tries + 1;
        let (state, attempt) = match answer.verdict() {
            Verdict::Delivered => (State::Delivered, self.attempt),
            Verdict::Gone => (State::Failed, self.attempt),
            Verdict::Failed => match delay_after(tries) {
                Some(pause) => (State::Waiting { due: due + pause }, self.attempt + 1),
                None => (State::Failed, self.attempt),
            },
        };
        let mut next = self.becomes(state, now);
        next.attempts.push(Attempt {
            number: self.attempt,
            at: now,
            status_code,
            duration_ms,
            error,
        });
        let over = next.attempts.len().saturating_sub(SHOWN);
        next.attempts.drain(..over);
        Self {
            attempt,
            tries,
            ..next
        }
    }

    /// The delivery decided against.
    #[must_use]
    pub fn cancelled(&self, reason: Cancelled, now: Timestamp) -> Self {
        self.becomes(State::Cancelled { reason }, now)
    }

    /// The delivery asked for again by hand: an attempt now, and the whole schedule after it.
    ///
    /// # Errors
    /// [`Busy`] while a worker is sending.
    pub fn replayed(&self, now: Timestamp) -> Result<Self, Busy> {
        let attempt = match self.state {
            State::Sending { lease_until, .. } if lease_until > now => return Err(Busy),
            // The attempt that was not made, or whose worker died.
            State::Waiting { .. } | State::Sending { .. } => self.attempt,
            State::Delivered | State::Failed | State::Cancelled { .. } => {
                let made = self
                    .attempts
                    .last()
                    .is_some_and(|a| a.number == self.attempt);
                self.attempt + u32::from(made)
            }
        };
        Ok(Self {
            attempt,
            tries: 0,
            ..self.becomes(State::Waiting { due: now }, now)
        })
    }

    /// When the attempt that is being made was due, or `now` if that is later.
    pub fn due_or(&self, now: Timestamp) -> Timestamp {
        match self.state {
            State::Sending { due, .. } => due.max(now),
            State::Waiting { .. } | State::Delivered | State::Failed | State::Cancelled { .. } => {
                now
            }
        }
    }

    /// When the next attempt is due, while one is to come.
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            State::Waiting { due } => Some(due),
            State::Sending { .. } | State::Delivered | State::Failed | State::Cancelled { .. } => {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{DELAYS, What};
    use uuid::Uuid;

    const LEASE: SignedDuration = SignedDuration::from_secs(60);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn first() -> Delivery {
        let what = What::Test {
            test_id: Uuid::nil(),
        };
        Delivery::first(Uuid::nil().into(), Event { at: at(0), what }, at(0), LEASE)
    }

    fn refused() -> Answered {
        Answered::Status(500)
    }

    #[test]
    fn a_receiver_that_never_answers_well_is_called_ten_times_by_the_schedule_and_given_up() {
        let mut delivery = first();
        let mut clock = at(0);
        for (n, delay) in DELAYS.iter().enumerate().skip(1) {
            delivery = delivery.answered(&refused(), 12, clock);
            let due = delivery.due().unwrap();
            assert_eq!(due.duration_since(clock), *delay, "after attempt {n}");
            clock = due;
            let number = u32::try_from(n).unwrap() + 1;
            let Next::Send(claimed) = delivery.next(number, clock, LEASE) else {
                panic!("{delivery:?}")
            };
            delivery = claimed;
        }
        let last = delivery.answered(&refused(), 12, clock);
        assert_eq!(last.state, State::Failed);
        let numbers: Vec<_> = last.attempts.iter().map(|a| a.number).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    }

    #[test]
    fn the_schedule_goes_by_when_an_attempt_was_due_where_the_worker_s_clock_is_behind() {
        let waiting = first().answered(&refused(), 1, at(0));
        let Next::Send(claimed) = waiting.next(2, at(2), LEASE) else {
            panic!()
        };
        let due = claimed.answered(&refused(), 1, at(3)).due().unwrap();
        assert_eq!(due, at(5) + SignedDuration::from_mins(5));
    }

    #[test]
    fn a_late_or_repeated_message_starts_no_further_attempt() {
        let sending = first();
        assert_eq!(
            sending.next(1, at(10), LEASE),
            Next::Wait(SignedDuration::from_secs(50))
        );
        let delivered = sending.answered(&Answered::Status(204), 7, at(1));
        assert_eq!(delivered.state, State::Delivered);
        let waiting = sending.answered(&refused(), 7, at(1));
        for delivery in [delivered, waiting] {
            assert_eq!(delivery.next(1, at(100), LEASE), Next::Done);
        }
    }

    #[test]
    fn a_worker_that_died_has_its_attempt_made_again_under_the_same_number_and_logged_once() {
        let Next::Send(again) = first().next(1, at(61), LEASE) else {
            panic!()
        };
        assert_eq!((again.attempt, again.interrupted), (1, 1));
        let delivered = again.answered(&Answered::Status(200), 5, at(62));
        assert_eq!(delivered.attempts.len(), 1);
        assert_eq!(delivered.id(), first().id());
    }

    #[test]
    fn a_replay_is_the_next_attempt_with_the_whole_schedule_after_it() {
        let gone = first().answered(&Answered::Status(410), 5, at(1));
        assert_eq!(gone.state, State::Failed);
        let again = gone.replayed(at(9)).unwrap();
        assert_eq!(
            (again.attempt, again.tries, again.due()),
            (2, 0, Some(at(9)))
        );
        assert_eq!(first().replayed(at(1)), Err(Busy));
        let cancelled = first().cancelled(Cancelled::NotWanted, at(1));
        assert_eq!(
            cancelled.replayed(at(2)).unwrap().attempt,
            1,
            "it was never made"
        );
    }

    #[test]
    fn a_redirect_is_a_failure_that_says_so() {
        let redirected = first().answered(&Answered::Status(302), 5, at(1));
        let attempt = &redirected.attempts[0];
        assert_eq!(attempt.status_code, Some(302));
        assert_eq!(attempt.error.as_deref(), Some("redirects are not followed"));
        assert!(redirected.due().is_some());
    }
}
