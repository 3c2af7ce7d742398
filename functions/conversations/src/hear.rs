//! A message of a phone.
//!
//! The mark that it was heard, the chat's next state, the ticket's change and the effects commit together. Whoever comes
//! second, with the same message or another one of the same phone, finds the mark or another version and decides again.
//! An event beside the conversation is marked too, and leaves how the chat stands as it is.

use crate::{
    Conversations,
    media::Fetched,
    tickets::{OnTickets, Said},
};
use registrar_domain::{
    attachment,
    conversation::{Conversation, Inbound, Prompt, Step},
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::AccountId,
    ticket,
};
use registrar_providers::ProviderError;
use registrar_runtime::worker::{Attempt, Outcome};
use registrar_store::{
    StoreError,
    chats::{Chat, Hearing},
    keys,
};

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
        let Chat {
            contact,
            before,
            link,
        } = table.chat_with(&inbound.from).await?;
        // The provider's clock may be ahead of ours; nobody writes later than now.
        let inbound = &Inbound {
            sent_at: inbound.sent_at.min(moment.now),
            ..inbound.clone()
        };
        let aside = inbound.content.is_aside();
        let (mut chat, step) = if aside {
            let said_in = match inbound.content.original() {
                Some(original) => table.said_in(original).await?,
                None => None,
            };
            let step = Conversation::aside(before.as_ref(), &inbound.content, said_in);
            (None, step)
        } else {
            let (chat, step) = Conversation::receive(before.as_ref(), inbound);
            (Some(chat), step)
        };
        let mut effects = Vec::new();
        let on_tickets = match &step {
            Step::Nothing => OnTickets::default(),
            Step::Say(prompt) => {
                effects.push(say(contact, inbound, *prompt));
                OnTickets::default()
            }
            Step::Note(ticket, words) => self.note(*ticket, words, moment).await?,
            Step::Open(words) | Step::Append(_, words) => {
                let file = match fetched {
                    Some(file) => file,
                    None => fetched.insert(self.fetch(inbound, last, moment).await?),
                };
                let said = Said::of(words, inbound, file);
                let stands = chat.as_ref().or(before.as_ref());
                let on_tickets = match (step, stands) {
                    (Step::Append(ticket, _), Some(chat)) => {
                        Box::pin(self.append(chat, ticket, said, moment)).await?
                    }
                    (Step::Open(_), Some(chat)) => self.open(chat, said, moment).await?,
                    // Whoever never wrote has nothing said in a ticket.
                    (_, _) => OnTickets::default(),
                };
                if aside {
                    chat = before
                        .as_ref()
                        .map(|chat| chat.going_on_with(on_tickets.ticket_id));
                }
                on_tickets
            }
        };
        // Two chats that are one now are written in any case.
        if link.is_some() && chat.is_none() {
            chat = before.as_ref().map(|chat| chat.going_on_with(None));
        }
        if let Some(chat) = &mut chat {
            chat.ticket_id = on_tickets.ticket_id.or(chat.ticket_id);
        }
        let tickets: Vec<_> = on_tickets
            .decisions
            .iter()
            .map(|(version, decision)| (*version, decision))
            .collect();
        let hearing = Hearing {
            inbound: &inbound.id,
            chat: chat.as_ref(),
            link,
            said_in: on_tickets.ticket_id.or(on_tickets.noted_in),
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
