//! The ledger's protocol around one call of a provider.
//!
//! Read the entry, do what [`Entry::next`] says, and look again whenever another worker wrote first. The claim is on the
//! ledger before the provider is called, so a worker that dies in between leaves an entry that says so.

use crate::{
    Deliveries,
    compose::{Letter, Unsaid},
    send::{Found, Sent},
};
use jiff::SignedDuration;
use registrar_domain::{
    conversation::DeliveryState,
    delivery::{Channel, Delivery, Entry, Next, State},
    effect::Fact,
};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

/// How many states one receipt of a message may go through before it waits its turn again.
const STEPS: u32 = 8;

/// What is left to do after a step.
enum Step {
    /// Look at the entry again.
    Again,
    /// The message is settled for now.
    Settled(Outcome),
}

impl Deliveries {
    /// Brings one delivery as far as it goes now.
    pub(crate) async fn deliver(&self, delivery: Delivery) -> Outcome {
        for _ in 0..STEPS {
            match self.step(&delivery).await {
                Ok(Step::Settled(outcome)) => return outcome,
                // Another worker wrote in between: its entry says what is left to do.
                Ok(Step::Again) | Err(StoreError::Conflict) => {}
                Err(error) if error.retryable() => return Outcome::back_off(1, error.to_string()),
                Err(error) => return Outcome::give_up(error.to_string()),
            }
        }
        Outcome::back_off(1, "other workers are at the same delivery")
    }

    async fn step(&self, delivery: &Delivery) -> Result<Step, StoreError> {
        let table = &self.shell.table;
        let entry = table.ledger_entry(delivery).await?;
        let now = self.shell.now();
        let next = match &entry {
            None => Next::Claim(Entry::first(delivery.clone(), now, self.patience)),
            Some(entry) => entry.next(now, self.patience),
        };
        match next {
            Next::Done => Ok(Step::Settled(Outcome::Done)),
            Next::Wait(pause) => Ok(Step::Settled(Outcome::wait(
                pause + SignedDuration::from_secs(1),
                "not yet",
            ))),
            Next::MarkUncertain(entry) => {
                tracing::warn!(
                    ledger.channel = delivery.channel.code(),
                    "a worker died while it held a delivery"
                );
                table.write_ledger(&entry).await?;
                Ok(Step::Again)
            }
            Next::Ask(entry) => self.ask(entry).await,
            Next::Claim(claim) => self.claim_and_send(entry, claim).await,
        }
    }

    /// Asks the provider about an entry whose outcome nobody knows.
    async fn ask(&self, entry: Entry) -> Result<Step, StoreError> {
        let now = self.shell.now();
        match self.find(&entry.delivery).await {
            Found::Yes(provider_message_id) => {
                tracing::info!(ledger.state = "sent", "an uncertain delivery had arrived");
                self.shell
                    .table
                    .write_ledger(&entry.becomes(
                        State::Sent {
                            provider_message_id,
                        },
                        now,
                    ))
                    .await?;
                Ok(Step::Settled(Outcome::Done))
            }
            Found::No => {
                tracing::info!(
                    ledger.state = "retrying",
                    "an uncertain delivery had not arrived"
                );
                let reason = "the provider has no record of it".to_owned();
                self.shell
                    .table
                    .write_ledger(&entry.becomes(State::Retrying { reason }, now))
                    .await?;
                Ok(Step::Again)
            }
            Found::Unknown(reason) => Ok(Step::Settled(Outcome::back_off(entry.attempts, reason))),
        }
    }

    async fn claim_and_send(
        &self,
        before: Option<Entry>,
        claim: Entry,
    ) -> Result<Step, StoreError> {
        let table = &self.shell.table;
        let letter = match self.compose(&claim.delivery).await? {
            Ok(letter) => letter,
            Err(Unsaid::NotYet(reason)) => return Ok(Step::Settled(Outcome::again(reason))),
            Err(Unsaid::Held) => {
                tracing::info!(
                    ledger.channel = claim.delivery.channel.code(),
                    "held until it is decided"
                );
                return Ok(Step::Settled(Outcome::Done));
            }
            Err(Unsaid::Erased) => return Ok(Step::Settled(Outcome::Done)),
            Err(Unsaid::Failed(reason)) => {
                let reason = reason.to_owned();
                let failed = Entry {
                    state: State::Failed {
                        reason: reason.clone(),
                    },
                    ..claim
                };
                table.write_ledger(&failed).await?;
                self.show_on_message(&failed).await?;
                return Ok(Step::Settled(Outcome::give_up(reason)));
            }
            Err(Unsaid::Never(reason)) => {
                let now = self.shell.now();
                let entry = match before {
                    None => Entry::suppressed(claim.delivery, reason, now),
                    Some(entry) => entry.becomes(
                        State::Suppressed {
                            reason: reason.to_owned(),
                        },
                        now,
                    ),
                };
                table.write_ledger(&entry).await?;
                return Ok(Step::Settled(Outcome::Done));
            }
        };
        table.write_ledger(&claim).await?;
        self.send_and_record(claim, &letter).await
    }

    async fn send_and_record(&self, claim: Entry, letter: &Letter) -> Result<Step, StoreError> {
        let sent = self.send(letter, &claim.delivery.effect_key()).await;
        let now = self.shell.now();
        let last = claim.attempts >= self.max_attempts;
        let (state, outcome) = match sent {
            Sent::Accepted(provider_message_id) => (
                State::Sent {
                    provider_message_id,
                },
                Outcome::Done,
            ),
            Sent::NotNow { reason, .. } if last => (
                State::Failed {
                    reason: reason.clone(),
                },
                Outcome::give_up(reason),
            ),
            Sent::NotNow {
                reason,
                after: Some(pause),
            } => (
                State::Retrying {
                    reason: reason.clone(),
                },
                Outcome::wait(pause, reason),
            ),
            Sent::NotNow {
                reason,
                after: None,
            } => (
                State::Retrying {
                    reason: reason.clone(),
                },
                Outcome::back_off(claim.attempts, reason),
            ),
            Sent::Never { reason } => (
                State::Failed {
                    reason: reason.clone(),
                },
                Outcome::give_up(reason),
            ),
            Sent::Unknown { reason } => {
                tracing::warn!(
                    ledger.channel = claim.delivery.channel.code(),
                    "the provider's answer was lost"
                );
                (
                    State::Uncertain { since: now },
                    Outcome::wait(
                        self.patience.ask_after + SignedDuration::from_secs(1),
                        reason,
                    ),
                )
            }
        };
        tracing::info!(
            ledger.state = state.code(),
            ledger.channel = claim.delivery.channel.code(),
            ledger.attempts = claim.attempts,
            "delivery"
        );
        let entry = claim.becomes(state, now);
        self.shell.table.write_ledger(&entry).await?;
        self.show_on_message(&entry).await?;
        Ok(Step::Settled(outcome))
    }

    /// Shows on a ticket's message how far it has come on its way to a phone. The provider's own reports say more, and come
    /// before this or after it.
    async fn show_on_message(&self, entry: &Entry) -> Result<(), StoreError> {
        let (
            Channel::Whatsapp,
            Fact::TicketReplied {
                ticket_id,
                message_id,
            },
        ) = (entry.delivery.channel, &entry.delivery.fact)
        else {
            return Ok(());
        };
        let (state, error) = match &entry.state {
            State::Sent { .. } => (DeliveryState::Sent, None),
            State::Failed { reason } => (DeliveryState::Failed, Some(reason.as_str())),
            State::Claimed { .. }
            | State::Retrying { .. }
            | State::Uncertain { .. }
            | State::Suppressed { .. } => return Ok(()),
        };
        let (table, at) = (&self.shell.table, entry.updated_at);
        table
            .outgoing_is(*ticket_id, *message_id, state, at, error)
            .await?;
        Ok(())
    }
}
