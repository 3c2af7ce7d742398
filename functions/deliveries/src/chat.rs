//! What is said to phones.
//!
//! | fact | what goes out |
//! |---|---|
//! | a public reply by staff or the model | its text; by the approved template that it names, or once the window is over |
//! | resolved, or closed without having been resolved | the resolved message; by its template once the window is over |
//! | a choice of the menu | its answer |
//! | a certificate | its template |
//!
//! A reply goes out whole or not at all. What is too long is refused where it is written; what was written in time, is sent
//! after the window and does not fit a template fails, and staff see that on the message.

use crate::{
    Deliveries,
    compose::{Composed, Letter, Unsaid},
    phones::one_line,
};
use jiff::Timestamp;
use registrar_domain::{
    account::Locale,
    conversation::{LONGEST_IN_TEMPLATE, Party, Prompt, REPLY_TEMPLATE, RESOLVED_TEMPLATE, fits},
    delivery::Delivery,
    effect::Fact,
    id::{AccountId, MessageId, TicketId},
    ticket::{Sender, Status, Ticket},
    value::PersonName,
};
use registrar_store::StoreError;
use registrar_templates::{chat_text, ticket_closed_text, ticket_params};

/// Why a reply does not go out.
const TOO_LONG: &str =
    "the reply is longer than what can be sent to the phone now: send it again in parts";

/// A `WhatsApp` message.
#[derive(Debug)]
pub(crate) struct Whatsapp {
    pub(crate) to: Party,
    pub(crate) to_name: PersonName,
    pub(crate) says: Says,
}

/// What it says.
#[derive(Debug)]
pub(crate) enum Says {
    /// Any text.
    Text(String),
    /// An approved template.
    Template {
        name: String,
        locale: Locale,
        params: Vec<String>,
    },
}

impl Deliveries {
    /// Writes the message of a delivery by `WhatsApp`.
    pub(crate) async fn compose_whatsapp(
        &self,
        delivery: &Delivery,
    ) -> Result<Composed, StoreError> {
        let person = delivery.person;
        match &delivery.fact {
            Fact::CertificateIssued { certificate_id } => {
                let Some(person) = self.shell.table.account(person).await? else {
                    return Ok(Err(Unsaid::Never("the account is gone")));
                };
                let certificate = self.standing(certificate_id, &person).await?;
                Ok(certificate.and_then(|c| self.certificate_whatsapp(&c, person)))
            }
            Fact::ChatPrompted { prompt, .. } => self.prompted(person, *prompt).await,
            Fact::TicketReplied {
                ticket_id,
                message_id,
            } => self.replied(person, *ticket_id, *message_id).await,
            Fact::TicketStatusChanged {
                ticket_id, status, ..
            } => self.resolved(person, *ticket_id, *status).await,
            Fact::TicketCreated { .. }
            | Fact::TicketAssigned { .. }
            | Fact::TicketSla { .. }
            | Fact::BulkFinished { .. }
            | Fact::AccountInvited { .. } => Ok(Err(Unsaid::Never("this is not told by WhatsApp"))),
        }
    }

    async fn prompted(&self, contact: AccountId, prompt: Prompt) -> Result<Composed, StoreError> {
        let Some(chat) = self.shell.table.chat(contact).await? else {
            return Ok(Err(Unsaid::Never("the chat is gone")));
        };
        let portal = self.portal_base_url.as_deref();
        let text = chat_text(prompt, portal, self.shell.profile.locale);
        Ok(Ok(letter(chat.with, chat.name, Says::Text(text))))
    }

    async fn replied(
        &self,
        person: AccountId,
        ticket: TicketId,
        message: MessageId,
    ) -> Result<Composed, StoreError> {
        let (ticket, party) = match self.ticket_with_party(person, ticket).await? {
            Ok(found) => found,
            Err(unsaid) => return Ok(Err(unsaid)),
        };
        // Only public messages are read by this key; an internal note has no path here.
        let Some(message) = self.shell.table.message(ticket.id, message).await? else {
            return Ok(Err(Unsaid::Never("the reply is gone")));
        };
        if message.sender == Sender::Customer {
            return Ok(Err(Unsaid::Never("the requester's own words")));
        }
        let named = message.whatsapp.and_then(|outgoing| outgoing.template);
        let template = match named {
            Some(template) => Some(template),
            // It was within the window when it was written; sent late, it may be so no longer.
            None if self.takes_free_text(&ticket, &party).await? => None,
            None => Some(REPLY_TEMPLATE.to_owned()),
        };
        let text = message.body.to_string();
        let says = match template {
            None if !fits(&text, self.phones.longest()) => {
                return Ok(Err(Unsaid::Failed(TOO_LONG)));
            }
            Some(_) if !fits(&one_line(&text), LONGEST_IN_TEMPLATE) => {
                return Ok(Err(Unsaid::Failed(TOO_LONG)));
            }
            None => Says::Text(text),
            Some(name) => self.template(name, &ticket, &text),
        };
        Ok(Ok(letter(party, ticket.requester.name, says)))
    }

    async fn resolved(
        &self,
        person: AccountId,
        ticket: TicketId,
        status: Status,
    ) -> Result<Composed, StoreError> {
        let (ticket, party) = match self.ticket_with_party(person, ticket).await? {
            Ok(found) => found,
            Err(unsaid) => return Ok(Err(unsaid)),
        };
        if ticket.status != status {
            return Ok(Err(Unsaid::Never("the status moved on")));
        }
        let done = match status {
            Status::Resolved => true,
            Status::Closed => ticket.resolved_at.is_none(),
            Status::New
            | Status::Open
            | Status::InProgress
            | Status::WaitingCustomer
            | Status::WaitingAi => false,
        };
        if !done {
            return Ok(Err(Unsaid::Never("this is not told by WhatsApp")));
        }
        let text = ticket_closed_text(self.shell.profile.locale);
        let says = if self.takes_free_text(&ticket, &party).await? {
            Says::Text(text.to_owned())
        } else {
            self.template(RESOLVED_TEMPLATE.to_owned(), &ticket, text)
        };
        Ok(Ok(letter(party, ticket.requester.name, says)))
    }

    fn template(&self, name: String, ticket: &Ticket, said: &str) -> Says {
        Says::Template {
            name,
            locale: self.shell.profile.locale,
            params: ticket_params(ticket.requester.name.as_str(), &ticket.number, said),
        }
    }

    /// A ticket of this requester, and where the chat is that they asked from.
    async fn ticket_with_party(
        &self,
        person: AccountId,
        id: TicketId,
    ) -> Result<Composed<(Ticket, Party)>, StoreError> {
        Ok(self.ticket(id).await?.and_then(|ticket| {
            if ticket.requester.id != person {
                return Err(Unsaid::Never("not the requester"));
            }
            let party = ticket.requester.party();
            let party = party.ok_or(Unsaid::Never("no phone number"))?;
            Ok((ticket, party))
        }))
    }

    async fn takes_free_text(&self, ticket: &Ticket, party: &Party) -> Result<bool, StoreError> {
        let now: Timestamp = self.shell.now();
        if ticket.takes_free_text(None, now) {
            return Ok(true);
        }
        let chat = self.shell.table.chat(party.contact()).await?;
        Ok(ticket.takes_free_text(chat.map(|chat| chat.last_inbound_at), now))
    }
}

fn letter(to: Party, to_name: PersonName, says: Says) -> Letter {
    Letter::Whatsapp(Box::new(Whatsapp { to, to_name, says }))
}
