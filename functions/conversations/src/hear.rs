//! A message of a phone.
//!
//! The mark that it was heard, the chat's next state, the ticket's change and the effects commit together. Whoever comes
//! second, with the same message or another one of the same phone, finds the mark or another version and decides again.

use crate::Conversations;
use jiff::Timestamp;
use registrar_domain::{
    clock::Moment,
    conversation::{Conversation, Inbound, Prompt, Step, contact_id},
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::{AccountId, TicketId},
    ticket::{
        About, Author, Decision, Open, Refusal, Replied, Reply, Requester, Sender, Ticket, open,
    },
    value::{Description, MessageBody, Subject},
};
use registrar_runtime::worker::Outcome;
use registrar_store::{StoreError, chats::Hearing, keys};

/// How often a message is decided anew because something else came first.
const TRIES: u32 = 8;
/// How many merged tickets are followed to the one that took them in.
const MERGES: u32 = 8;

/// Why a message was not heard.
#[derive(Debug, thiserror::Error)]
enum Unheard {
    /// The table failed, or others were faster every time.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule forbids what no rule should: the message can never be heard.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
}

/// What a message does to tickets; each with the version that was read.
#[derive(Default)]
struct OnTickets {
    /// The ticket that the chat goes on with.
    ticket_id: Option<TicketId>,
    decisions: Vec<(Option<u64>, Decision)>,
}

impl Conversations {
    /// Hears messages of one phone in their order; after one that must come again, those behind it must too.
    pub(crate) async fn hear_all(&self, messages: &[Inbound]) -> Outcome {
        for inbound in messages {
            match self.hear(inbound).await {
                Ok(()) => {}
                Err(Unheard::Store(error)) if error.retryable() => {
                    return Outcome::again(error.to_string());
                }
                Err(error) => return Outcome::give_up(error.to_string()),
            }
        }
        Outcome::Done
    }

    async fn hear(&self, inbound: &Inbound) -> Result<(), Unheard> {
        let mut tries = 0;
        loop {
            tries += 1;
            if self.shell.table.was_heard(&inbound.id).await? {
                tracing::info!("a message came again");
                return Ok(());
            }
            match self.decide(inbound).await {
                Err(Unheard::Store(StoreError::Conflict)) if tries < TRIES => {}
                heard => return heard,
            }
        }
    }

    async fn decide(&self, inbound: &Inbound) -> Result<(), Unheard> {
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
            Step::Open(said) => self.open(&chat, said_at(said, inbound)?, moment).await?,
            Step::Append(ticket, said) => {
                let said = said_at(said, inbound)?;
                self.append(&chat, *ticket, said, moment).await?
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
        table.hear(contact, &hearing, moment).await?;
        Ok(())
    }

    /// A new ticket with this as its description, of the account that has the phone if one is known.
    async fn open(
        &self,
        chat: &Conversation,
        said: Said,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let account = self.shell.table.account_by_phone(&chat.phone).await?;
        let requester = Requester::of_phone(chat.phone.clone(), chat.name.clone(), account);
        let command = Open {
            subject: Subject::of_message(&said.body),
            description: Description::of_message(&said.body),
            category: None,
            priority: None,
            about: About::default(),
            tags: Vec::new(),
        };
        let actor = Author::of_requester(&requester).actor();
        let number = self.number(moment).await?;
        let profile = &self.shell.profile;
        let decision = open(profile, actor, &requester, command, number, moment)?;
        Ok(OnTickets {
            ticket_id: Some(decision.ticket.id),
            decisions: vec![(None, decision.written_at(None, said.at))],
        })
    }

    /// A further message in a ticket, or in the one that the profile has opened for it.
    async fn append(
        &self,
        chat: &Conversation,
        id: TicketId,
        said: Said,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let mut id = id;
        for _ in 0..MERGES {
            let Some(ticket) = self.shell.table.ticket(id).await? else {
                return self.open(chat, said, moment).await;
            };
            let reply = Reply {
                author: Author::of_requester(&ticket.requester),
                sender: Sender::Customer,
                body: said.body.clone(),
            };
            match ticket.reply(&self.shell.profile, reply, moment) {
                Ok(Replied::Here(decision)) => {
                    let decision = (*decision).written_at(ticket.last_customer_message_at, said.at);
                    return Ok(OnTickets {
                        ticket_id: Some(id),
                        decisions: vec![(Some(ticket.version), decision)],
                    });
                }
                Ok(Replied::Elsewhere { linked }) => {
                    return self.follow_up(&ticket, said, linked, moment).await;
                }
                Err(Refusal::Merged { into }) => id = into,
                // Somebody else's by now, or closed for good: the phone starts over.
                Err(Refusal::Closed | Refusal::NotFound) => break,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        self.open(chat, said, moment).await
    }

    async fn follow_up(
        &self,
        ticket: &Ticket,
        said: Said,
        linked: bool,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let reply = Reply {
            author: Author::of_requester(&ticket.requester),
            sender: Sender::Customer,
            body: said.body,
        };
        let number = self.number(moment).await?;
        let profile = &self.shell.profile;
        let (opened, before) = ticket.follow_up(profile, reply, linked, number, moment)?;
        let ticket_id = Some(opened.ticket.id);
        let mut decisions = vec![(None, opened.written_at(None, said.at))];
        decisions.extend(before.map(|before| (Some(ticket.version), before)));
        Ok(OnTickets {
            ticket_id,
            decisions,
        })
    }

    /// The number of the next ticket.
    async fn number(&self, moment: Moment<'_>) -> Result<String, StoreError> {
        let format = &self.shell.profile.ticket_number;
        let day = jiff::tz::Offset::UTC.to_datetime(moment.now).date();
        let counter = if format.is_daily() {
            keys::tickets_of(day)
        } else {
            keys::TICKETS_EVER.to_owned()
        };
        let count = self.shell.table.count_up(&counter).await?;
        Ok(format.number(day, count))
    }
}

/// What was said, and when.
struct Said {
    body: MessageBody,
    at: Timestamp,
}

fn said_at(said: &str, inbound: &Inbound) -> Result<Said, Refusal> {
    let body = MessageBody::new(said);
    let body = body.map_err(|_| Refusal::Forbidden("a message without words"))?;
    let at = inbound.sent_at;
    Ok(Said { body, at })
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
