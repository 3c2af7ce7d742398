//! A message of a phone.
//!
//! The mark that it was heard, the chat's next state, the ticket's change and the effects commit together. Whoever comes
//! second, with the same message or another one of the same phone, finds the mark or another version and decides again.

use crate::{
    Conversations,
    media::Fetched,
    tickets::{OnTickets, Said},
};
use registrar_domain::{
    attachment,
    conversation::{Conversation, Inbound, Prompt, Step, contact_id},
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::AccountId,
    ticket,
};
use registrar_providers::ProviderError;
use registrar_runtime::worker::{Attempt, Outcome};
use registrar_store::{StoreError, chats::Hearing, keys};

/// How often a message is decided anew because something else came first.
const TRIES: u32 = 8;

/// Why a message was not heard.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unheard {
    /// The table or the bucket failed, or others were faster every time.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The provider did not give the file, and may later.
    #[error("the file could not be fetched: {0}")]
    Media(#[from] ProviderError),
    /// A rule forbids what no rule should: the message can never be heard.
    #[error("refused: {0}")]
    Ticket(#[from] ticket::Refusal),
    /// Likewise, of a file that was looked at before.
    #[error("refused: {0}")]
    File(#[from] attachment::Refusal),
}

impl Unheard {
    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Media(_) => true,
            Self::Ticket(_) | Self::File(_) => false,
        }
    }
}

impl Conversations {
    /// Hears messages of one phone in their order; after one that must come again, those behind it must too. One that can
    /// never be heard does not keep those behind it from being heard.
    pub(crate) async fn hear_all(&self, messages: &[Inbound], attempt: Attempt) -> Outcome {
        let mut refused = None;
        for inbound in messages {
            match self.hear(inbound, attempt.last).await {
                Ok(()) => {}
                Err(error) if error.retryable() => return Outcome::again(error.to_string()),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        refused.map_or(Outcome::Done, |error| Outcome::give_up(error.to_string()))
    }

    async fn hear(&self, inbound: &Inbound, last: bool) -> Result<(), Unheard> {
        let mut tries = 0;
        let mut fetched = None;
        loop {
            tries += 1;
            if self.shell.table.was_heard(&inbound.id).await? {
                tracing::info!("a message came again");
                return Ok(());
            }
            match Box::pin(self.decide(inbound, last, &mut fetched)).await {
                Err(Unheard::Store(StoreError::Conflict)) if tries < TRIES => {}
                heard => return heard,
            }
        }
    }

    /// `fetched` is the message's file, once it was fetched.
    async fn decide(
        &self,
        inbound: &Inbound,
        last: bool,
        fetched: &mut Option<Fetched>,
    ) -> Result<(), Unheard> {
        let (table, moment) = (&self.shell.table, self.shell.moment());
        let contact = contact_id(&inbound.from);
        let before = table.chat(contact).await?;
        // The provider's clock may be ahead of ours; nobody writes later than now.
        let inbound = &Inbound {
            sent_at: inbound.sent_at.min(moment.now),
            ..inbound.clone()
        };
        let (mut chat, step) = Conversation::receive(before.as_ref(), inbound);
        let mut effects = Vec::new();
        let on_tickets = match &step {
            Step::Nothing => OnTickets::default(),
            Step::Say(prompt) => {
                effects.push(say(contact, inbound, *prompt));
                OnTickets::default()
            }
            Step::Open(words) | Step::Append(_, words) => {
                let file = match fetched {
                    Some(file) => file,
                    None => fetched.insert(self.fetch(inbound, last, moment).await?),
                };
                let said = Said::of(words, inbound, file)?;
                match step {
                    Step::Append(ticket, _) => {
                        Box::pin(self.append(&chat, ticket, said, moment)).await?
                    }
                    Step::Nothing | Step::Say(_) | Step::Open(_) => {
                        self.open(&chat, said, moment).await?
                    }
                }
            }
        };
        chat.ticket_id = on_tickets.ticket_id.or(chat.ticket_id);
        let tickets: Vec<_> = on_tickets
            .decisions
            .iter()
            .map(|(version, decision)| (*version, decision))
            .collect();
        let hearing = Hearing {
            inbound: &inbound.id,
            chat: &chat,
            tickets: &tickets,
            effects: &effects,
        };
        let heard = table.hear(contact, &hearing, moment).await;
        if matches!(heard, Err(StoreError::Conflict)) {
            for (_, decision) in &tickets {
                self.forget_files(decision).await;
            }
        }
        Ok(heard?)
    }
}

fn say(contact: AccountId, inbound: &Inbound, prompt: Prompt) -> Effect {
    let mut digest = keys::digest(&[inbound.id.as_str()]);
    digest.truncate(32);
    Effect::Deliver(Delivery {
        person: contact,
        channel: Channel::Whatsapp,
        fact: Fact::ChatPrompted {
            inbound: digest,
            prompt,
        },
    })
}
