//! The delivery ledger: for every (person, channel, fact) what became of telling them.
//!
//! ```text
//!            claim                    provider took it
//!   (none) ────────▶ claimed ────────────────────────────▶ sent
//!                     │  │ 429, 5xx, unreachable
//!                     │  └──────────▶ retrying ──claim──▶ claimed
//!                     │ refused, or the last try
//!                     ├──────────▶ failed ──claim (redriven)──▶ claimed
//!                     │ answer lost, or the lease ran out
//!                     └──────────▶ uncertain ──settled by the channel's rule──▶ sent | claimed
//!   sent | uncertain ──the provider tells later that it gave it up──▶ failed
//!   uncertain ──the provider tells later that it has it──▶ sent
//!   (none) ──no longer true, or nobody to tell──▶ suppressed
//! ```
//!
//! A claim is a conditional write on the entry's version, so of two workers with the same message one goes on.

use crate::{conversation::DeliveryState, effect::Fact, id::AccountId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// After how long a copy of a message looks first whether the worker that has its delivery is done.
const LOOK: SignedDuration = SignedDuration::from_secs(2);

/// One person to be told one fact by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Who.
    pub person: AccountId,
    /// How.
    pub channel: Channel,
    /// What.
    pub fact: Fact,
}

impl Delivery {
    /// The key that the provider is told and asked by: `<channel>/<person>/<fact>`.
    pub fn effect_key(&self) -> String {
        format!(
            "{}/{}/{}",
            self.channel.code(),
            self.person,
            self.fact.key()
        )
    }
}

/// How a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// WhatsApp.
    Whatsapp,
    /// In the product itself: see [`crate::notification`].
    InApp,
}

/// What to do about an entry whose outcome nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The provider can be asked by the effect key.
    Ask,
    /// Nothing can be asked: it is never sent again, and stays counted as uncertain.
    LeaveUncertain,
}

impl Channel {
    /// The channel as it stands in keys and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Whatsapp => "whatsapp",
            Self::InApp => "in_app",
        }
    }

    /// The channel's rule for an uncertain entry.
    pub fn settlement(self) -> Settlement {
        match self {
            Self::Email => Settlement::Ask,
            // What is told in the product commits with its entry, so its outcome is never unknown.
            Self::Whatsapp | Self::InApp => Settlement::LeaveUncertain,
        }
    }
}

/// What is known of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// A worker holds it until the lease ends.
    Claimed {
        /// When the holder must be taken for dead.
        lease_until: Timestamp,
    },
    /// The provider took it.
    Sent {
        /// The provider's id of the message.
        provider_message_id: String,
    },
    /// The provider did not take it; it will be tried again.
    Retrying {
        /// Why, without personal data.
        reason: String,
    },
    /// Given up; the message is in the dead-letter queue.
    Failed {
        /// Why, without personal data.
        reason: String,
    },
    /// The provider may or may not have taken it.
    Uncertain {
        /// Since when.
        since: Timestamp,
    },
    /// Decided against.
    Suppressed {
        /// Why.
        reason: String,
    },
}

impl State {
    /// The state as it stands in keys and answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "claimed",
            Self::Sent { .. } => "sent",
            Self::Retrying { .. } => "retrying",
            Self::Failed { .. } => "failed",
            Self::Uncertain { .. } => "uncertain",
            Self::Suppressed { .. } => "suppressed",
        }
    }
}

/// A ledger entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whom, how and what.
    pub delivery: Delivery,
    /// What is known.
    #[serde(flatten)]
    pub state: State,
    /// How often the provider was called or about to be.
    pub attempts: u32,
    /// Whether the entry was ever uncertain.
    pub was_uncertain: bool,
    /// When the entry was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; what a conditional write compares.
    pub version: u64,
}

/// What a worker with a message does, given the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Write this claim; whoever succeeds calls the provider.
    Claim(Entry),
    /// Somebody else holds it, or it is too early to ask: look again after this long.
    Wait(SignedDuration),
    /// Write this entry (the holder died in the window), then look again.
    MarkUncertain(Entry),
    /// Ask the provider by the effect key.
    Ask(Entry),
    /// Nothing is left to do.
    Done,
}

/// How long things may take before somebody else acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How long a claim holds: longer than the worker's time-out, so that a holder past it is dead.
    pub lease: SignedDuration,
    /// How long the provider's own records lag behind what it accepted.
    pub ask_after: SignedDuration,
}

impl Entry {
    /// The first claim of a delivery.
    pub fn first(delivery: Delivery, now: Timestamp, patience: Patience) -> Self {
        Self {
            delivery,
            state: State::Claimed {
                lease_until: now + patience.lease,
            },
            attempts: 1,
            was_uncertain: false,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// A delivery decided against before anything was sent.
    pub fn suppressed(delivery: Delivery, reason: &str, now: Timestamp) -> Self {
        Self {
            delivery,
            state: State::Suppressed {
                reason: reason.to_owned(),
            },
            attempts: 0,
            was_uncertain: false,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// A delivery that is done with its entry: nobody outside is called.
    pub fn done(delivery: Delivery, message_id: String, now: Timestamp) -> Self {
        Self {
            state: State::Sent {
                provider_message_id: message_id,
            },
            attempts: 1,
            ..Self::suppressed(delivery, "", now)
        }
    }

    /// The same entry in another state.
    #[must_use]
    pub fn becomes(&self, state: State, now: Timestamp) -> Self {
        let was_uncertain = self.was_uncertain || matches!(state, State::Uncertain { .. });
        Self {
            state,
            was_uncertain,
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// What the provider tells later of a message that it took: that it gave it up, or, of one whose answer was lost, that
    /// it has it. Nothing where that is no news; what was given up is never taken back by what was told before it.
    pub fn reported(
        &self,
        state: DeliveryState,
        message_id: &str,
        error: Option<&str>,
        now: Timestamp,
    ) -> Option<Self> {
        let state = match (&self.state, state) {
            (State::Sent { .. } | State::Uncertain { .. }, DeliveryState::Failed) => {
                let code = error.unwrap_or("no code");
                State::Failed {
                    reason: format!("the provider gave it up: {code}"),
                }
            }
            (
                State::Uncertain { .. },
                DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Read,
            ) => State::Sent {
                provider_message_id: message_id.to_owned(),
            },
            (
                State::Claimed { .. }
                | State::Sent { .. }
                | State::Retrying { .. }
                | State::Failed { .. }
                | State::Uncertain { .. }
                | State::Suppressed { .. },
                DeliveryState::Queued
                | DeliveryState::Sent
                | DeliveryState::Failed
                | DeliveryState::Delivered
                | DeliveryState::Read,
            ) => return None,
        };
        Some(self.becomes(state, now))
    }

    /// A further claim.
    #[must_use]
    pub fn claimed(&self, now: Timestamp, patience: Patience) -> Self {
        let lease_until = now + patience.lease;
        Self {
            attempts: self.attempts + 1,
            ..self.becomes(State::Claimed { lease_until }, now)
        }
    }

    /// What a worker does that has received the message now.
    pub fn next(&self, now: Timestamp, patience: Patience) -> Next {
        let ask_after = patience.ask_after;
        match &self.state {
            State::Sent { .. } | State::Suppressed { .. } => Next::Done,
            State::Retrying { .. } | State::Failed { .. } => {
                Next::Claim(self.claimed(now, patience))
            }
            State::Claimed { lease_until } if *lease_until > now => {
                // Whoever has it is mostly done in a second: a copy of the message looks soon, and then half as often each time.
                let held = now.duration_since(self.updated_at).max(LOOK);
                Next::Wait(held.min(lease_until.duration_since(now)))
            }
            State::Claimed { .. } => {
                Next::MarkUncertain(self.becomes(State::Uncertain { since: now }, now))
            }
            State::Uncertain { since } => match self.delivery.channel.settlement() {
                Settlement::LeaveUncertain => Next::Done,
                Settlement::Ask if *since + ask_after > now => {
                    Next::Wait((*since + ask_after).duration_since(now))
                }
                Settlement::Ask => Next::Ask(self.clone()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn entry(channel: Channel) -> Entry {
        let fact = Fact::TicketCreated {
            ticket_id: Uuid::nil().into(),
        };
        Entry::first(
            Delivery {
                person: Uuid::nil().into(),
                channel,
                fact,
            },
            at(0),
            LAG,
        )
    }

    const LAG: Patience = Patience {
        lease: SignedDuration::from_secs(60),
        ask_after: SignedDuration::from_secs(30),
    };

    #[test]
    fn a_second_worker_looks_ever_later_until_the_first_ones_lease_is_over() {
        for (second, pause) in [(0, 2), (1, 2), (10, 10), (30, 30), (50, 10), (59, 1)] {
            assert_eq!(
                entry(Channel::Email).next(at(second), LAG),
                Next::Wait(SignedDuration::from_secs(pause)),
                "{second}"
            );
        }
    }

    #[test]
    fn a_claim_whose_holder_died_becomes_uncertain_and_is_asked_about_after_the_lag() {
        let Next::MarkUncertain(uncertain) = entry(Channel::Email).next(at(61), LAG) else {
            panic!()
        };
        assert!(uncertain.was_uncertain);
        assert_eq!(
            uncertain.next(at(80), LAG),
            Next::Wait(SignedDuration::from_secs(11))
        );
        assert_eq!(uncertain.next(at(91), LAG), Next::Ask(uncertain.clone()));
    }

    #[test]
    fn an_uncertain_whatsapp_message_is_never_sent_again() {
        let uncertain = entry(Channel::Whatsapp).becomes(State::Uncertain { since: at(1) }, at(1));
        assert_eq!(uncertain.next(at(100_000), LAG), Next::Done);
    }

    #[test]
    fn what_was_sent_or_suppressed_stays_so_however_often_the_message_comes() {
        let sent = entry(Channel::Email).becomes(
            State::Sent {
                provider_message_id: "x".into(),
            },
            at(1),
        );
        let suppressed = Entry::suppressed(sent.delivery.clone(), "superseded", at(1));
        assert_eq!(sent.next(at(2), LAG), Next::Done);
        assert_eq!(suppressed.next(at(2), LAG), Next::Done);
    }

    #[test]
    fn what_the_provider_tells_later_settles_what_is_uncertain_and_marks_what_it_gave_up() {
        let sent = |id: &str| State::Sent {
            provider_message_id: id.into(),
        };
        let taken = entry(Channel::Whatsapp).becomes(sent("x"), at(1));
        let lost = entry(Channel::Whatsapp).becomes(State::Uncertain { since: at(1) }, at(1));
        let told = |entry: &Entry, state| entry.reported(state, "wamid.1", Some("131026"), at(2));
        for entry in [&taken, &lost] {
            let failed = told(entry, DeliveryState::Failed).unwrap();
            assert!(matches!(&failed.state, State::Failed { reason } if reason.contains("131026")));
            assert_eq!(failed.version, entry.version + 1);
            assert_eq!(told(&failed, DeliveryState::Sent), None);
        }
        let found = told(&lost, DeliveryState::Delivered).unwrap();
        assert_eq!(found.state, sent("wamid.1"));
        assert!(found.was_uncertain);
        assert_eq!(told(&taken, DeliveryState::Read), None);
    }

    #[test]
    fn a_failed_delivery_can_be_redriven() {
        let failed = entry(Channel::Email).becomes(
            State::Failed {
                reason: "400".into(),
            },
            at(1),
        );
        let Next::Claim(again) = failed.next(at(2), LAG) else {
            panic!()
        };
        assert_eq!((again.attempts, again.version), (2, 3));
    }
}
