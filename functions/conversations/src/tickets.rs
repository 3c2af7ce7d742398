//! What a message does to tickets, by the domain's own commands.

use crate::{
    Conversations,
    hear::Unheard,
    media::{Fetched, Sent},
};
use jiff::Timestamp;
use registrar_domain::{
    clock::Moment,
    conversation::{Conversation, Inbound, fits},
    id::TicketId,
    ticket::{
        About, Author, Decision, Open, Refusal, Replied, Reply, Requester, Sender, Ticket, open,
    },
    value::{Description, MessageBody, Subject},
};
use registrar_store::{StoreError, keys};

/// How many merged tickets are followed to the one that took them in.
const MERGES: u32 = 8;

/// What a message does; each decision with the version that was read.
#[derive(Default)]
pub(crate) struct OnTickets {
    /// The ticket that the chat goes on with.
    pub(crate) ticket_id: Option<TicketId>,
    /// The ticket in which staff read of it.
    pub(crate) noted_in: Option<TicketId>,
    pub(crate) decisions: Vec<(Option<u64>, Decision)>,
}

/// What stands for words of which nothing can be shown.
const NOTHING_TO_SEE: &str = "[a message without anything to see]";

/// What was said, when, and with which file.
#[derive(Clone)]
pub(crate) struct Said<'a> {
    body: MessageBody,
    at: Timestamp,
    /// Whether it opens the provider's window.
    opens_window: bool,
    file: Option<&'a Sent>,
}

impl<'a> Said<'a> {
    pub(crate) fn of(words: &str, inbound: &Inbound, fetched: &'a Fetched) -> Self {
        Self {
            body: shown(&fetched.said(words)),
            at: inbound.sent_at,
            opens_window: !inbound.content.is_aside(),
            file: fetched.file(),
        }
    }

    fn reply(&self, requester: &Requester) -> Reply {
        Reply {
            author: Author::of_requester(requester),
            sender: Sender::Customer,
            body: self.body.clone(),
            written_at: Some(self.at),
        }
    }
}

/// A text as a message has it: what is more than fits is cut where the reader sees it.
fn shown(words: &str) -> MessageBody {
    const LONGEST: usize = 5000;
    let cut = || {
        words
            .chars()
            .take(LONGEST - 1)
            .chain(['…'])
            .collect::<String>()
    };
    let body = if fits(words, LONGEST) {
        MessageBody::new(words)
    } else {
        MessageBody::new(&cut())
    };
    body.unwrap_or_else(|_| MessageBody::new(NOTHING_TO_SEE).expect("a line of text"))
}

impl Conversations {
    /// What a phone did without saying anything, noted for staff in a ticket or in the one that took it in. Nothing where
    /// the ticket is gone.
    pub(crate) async fn note(
        &self,
        ticket: TicketId,
        words: &str,
        moment: Moment<'_>,
    ) -> Result<OnTickets, StoreError> {
        let mut id = ticket;
        for _ in 0..MERGES {
            let Some(ticket) = self.shell.table.ticket(id).await? else {
                break;
            };
            if let Some(into) = ticket.merged_into() {
                id = into;
                continue;
            }
            let decision = ticket.chat_note(shown(words), moment);
            return Ok(OnTickets {
                noted_in: Some(id),
                decisions: vec![(Some(ticket.version), decision)],
                ..OnTickets::default()
            });
        }
        Ok(OnTickets::default())
    }

    /// A new ticket with this as its description, of the account that has the phone if one is known.
    pub(crate) async fn open(
        &self,
        chat: &Conversation,
        said: Said<'_>,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let account = match chat.with.phone() {
            Some(phone) => self.shell.table.account_by_phone(phone).await?,
            None => None,
        };
        let requester = Requester::of_party(&chat.with, chat.name.clone(), account);
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
        let decision = self.said(decision, &requester, None, &said, moment).await?;
        Ok(OnTickets {
            ticket_id: Some(decision.ticket.id),
            decisions: vec![(None, decision)],
            ..OnTickets::default()
        })
    }

    /// A further message in a ticket, or in the one that the profile has opened for it.
    pub(crate) async fn append(
        &self,
        chat: &Conversation,
        id: TicketId,
        said: Said<'_>,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let mut id = id;
        for _ in 0..MERGES {
            let Some(ticket) = self.shell.table.ticket(id).await? else {
                return self.open(chat, said, moment).await;
            };
            if !self.is_still_theirs(chat, &ticket.requester).await? {
                break;
            }
            let (requester, profile) = (&ticket.requester, &self.shell.profile);
            match ticket.reply(profile, said.reply(requester), moment) {
                Ok(Replied::Here(decision)) => {
                    let before = ticket.last_customer_message_at;
                    let decision = self
                        .said(*decision, requester, before, &said, moment)
                        .await?;
                    return Ok(OnTickets {
                        ticket_id: Some(id),
                        decisions: vec![(Some(ticket.version), decision)],
                        ..OnTickets::default()
                    });
                }
                Ok(Replied::Elsewhere { linked }) => {
                    return Box::pin(self.follow_up(&ticket, said, linked, moment)).await;
                }
                Err(Refusal::Merged { into }) => id = into,
                // Closed for good: the phone starts over.
                Err(Refusal::Closed | Refusal::NotFound) => break,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        self.open(chat, said, moment).await
    }

    /// Whether whoever writes from a phone is whom the ticket is of. A number moves from one account to another, and the
    /// ticket stays the account's that had it.
    async fn is_still_theirs(
        &self,
        chat: &Conversation,
        requester: &Requester,
    ) -> Result<bool, StoreError> {
        let (phone, user_id) = (chat.with.phone(), chat.with.user_id());
        if requester.account_id.is_none() {
            let numbers = phone.zip(requester.phone.as_ref());
            let same_number = numbers.is_some_and(|(a, b)| a.lookup_form() == b.lookup_form());
            let same_user = user_id.is_some() && user_id == requester.whatsapp_user_id.as_ref();
            return Ok(same_number || same_user);
        }
        let account = match phone {
            Some(phone) => self.shell.table.account_by_phone(phone).await?,
            None => None,
        };
        Ok(account == requester.account_id)
    }

    async fn follow_up(
        &self,
        ticket: &Ticket,
        said: Said<'_>,
        linked: bool,
        moment: Moment<'_>,
    ) -> Result<OnTickets, Unheard> {
        let number = self.number(moment).await?;
        let (requester, profile) = (&ticket.requester, &self.shell.profile);
        let reply = said.reply(requester);
        let (opened, before) = ticket.follow_up(profile, reply, linked, number, moment)?;
        let opened = self.said(opened, requester, None, &said, moment).await?;
        let ticket_id = Some(opened.ticket.id);
        let mut decisions = vec![(None, opened)];
        decisions.extend(before.map(|before| (Some(ticket.version), before)));
        Ok(OnTickets {
            ticket_id,
            decisions,
            ..OnTickets::default()
        })
    }

    /// The decision with the file, and with the time at which it was written.
    async fn said(
        &self,
        decision: Decision,
        requester: &Requester,
        before: Option<Timestamp>,
        said: &Said<'_>,
        moment: Moment<'_>,
    ) -> Result<Decision, Unheard> {
        let decision = decision.written_at(before, said.opens_window.then_some(said.at));
        self.with_file(decision, requester.id, said.file, moment)
            .await
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
