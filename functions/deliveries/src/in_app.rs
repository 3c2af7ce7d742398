//! What is said in the product itself.
//!
//! | fact | the requester | staff | type |
//! |---|---|---|---|
//! | a ticket was opened | | everybody | `message` |
//! | a public reply was added | staff's and the model's | the requester's, everybody | `message` |
//! | staff moved a ticket | its status | | `system` |
//! | a ticket was given to somebody | | whoever has it | `system` |
//! | a service level is nearly or wholly used up | | whoever is written to | `system` |
//! | a certificate is ready | its holder | | `certificate` |
//!
//! Whoever is written to by e-mail or `WhatsApp` about one of these finds it in the product too: the same message rings the
//! bell first, so an effect more in a ticket's transaction is not needed. The notification and its entry in the ledger are
//! one transaction: it is there once, whatever happens, and its outcome is never unknown.
//!
//! An internal note has no way here: replies are read by the key of public messages. What a requester is told names nobody
//! on staff and no priority, under any profile.

use crate::{
    Deliveries,
    compose::{Composed, Reader, Unsaid, side},
};
use registrar_domain::{
    account::Account,
    delivery::{Channel, Delivery, Entry},
    effect::Fact,
    id::{MessageId, TicketId},
    notification::{Kind, Notification, Told},
    sla::{Level, Signal},
    ticket::{Status, Ticket},
};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;
use registrar_templates::{Notice, notice};
use std::collections::BTreeMap;

/// How often a notification is written anew because something else came first.
const TRIES: u32 = 8;

impl Deliveries {
    /// Tells a delivery: in the product, and by its own channel.
    pub(crate) async fn tell(&self, delivery: Delivery) -> Outcome {
        if is_told_here(&delivery.fact) {
            let here = Delivery {
                channel: Channel::InApp,
                ..delivery.clone()
            };
            for tries in 1.. {
                match self.ring(&here).await {
                    Ok(()) => break,
                    // Another worker told it, or all was marked as read at this moment.
                    Err(StoreError::Conflict) if tries < TRIES => {}
                    Err(error) if error.retryable() => {
                        return Outcome::back_off(1, error.to_string());
                    }
                    Err(error) => return Outcome::give_up(error.to_string()),
                }
            }
        }
        match delivery.channel {
            Channel::InApp => Outcome::Done,
            Channel::Email | Channel::Whatsapp => self.deliver(delivery).await,
        }
    }

    async fn ring(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let table = &self.shell.table;
        if table.ledger_entry(delivery).await?.is_some() {
            return Ok(());
        }
        let moment = self.shell.moment();
        let told = match table.account(delivery.person).await? {
            Some(person) => self.told(&delivery.fact, &person).await?,
            None => Err(Unsaid::Never("no account: nobody signs in")),
        };
        match told {
            Ok(told) => {
                let notification = Notification::new(delivery.person, told, moment);
                let id = notification.id.to_string();
                let entry = Entry::done(delivery.clone(), id, moment.now);
                table.notify(&notification, &entry, moment.now).await?;
                tracing::info!(ledger.state = "sent", ledger.channel = "in_app", "delivery");
                Ok(())
            }
            Err(Unsaid::Never(reason) | Unsaid::Failed(reason)) => {
                let entry = Entry::suppressed(delivery.clone(), reason, moment.now);
                table.write_ledger(&entry).await
            }
            // The letter's own delivery waits for it, and comes by here again; or another comes once it is decided.
            // Of what was erased there is nothing to note.
            Err(Unsaid::NotYet(_) | Unsaid::Held | Unsaid::Erased) => Ok(()),
        }
    }

    async fn told(&self, fact: &Fact, person: &Account) -> Result<Composed<Told>, StoreError> {
        match fact {
            Fact::TicketCreated { ticket_id } => {
                Ok(self.ticket(*ticket_id).await?.and_then(|ticket| {
                    of_staff(&ticket, person, |number| Notice::TicketCreated {
                        number,
                        subject: ticket.subject.as_str(),
                        requester: ticket.requester.name.as_str(),
                    })
                    .map(|notice| told(Kind::Message, "ticket_created", &ticket, &notice, person))
                }))
            }
            Fact::TicketReplied {
                ticket_id,
                message_id,
            } => self.replied_here(*ticket_id, *message_id, person).await,
            Fact::TicketStatusChanged {
                ticket_id, status, ..
            } => Ok(self
                .ticket(*ticket_id)
                .await?
                .and_then(|ticket| moved(&ticket, *status, person))),
            Fact::TicketAssigned { ticket_id, .. } => {
                Ok(self.ticket(*ticket_id).await?.and_then(|ticket| {
                    if ticket.assigned_to != Some(person.id) {
                        return Err(Unsaid::Never("somebody else has it by now"));
                    }
                    of_staff(&ticket, person, |number| Notice::TicketAssigned {
                        number,
                        subject: ticket.subject.as_str(),
                    })
                    .map(|notice| told(Kind::System, "ticket_assigned", &ticket, &notice, person))
                }))
            }
            Fact::TicketSla {
                ticket_id,
                level,
                signal,
            } => Ok(self
                .ticket(*ticket_id)
                .await?
                .and_then(|ticket| level_here(&ticket, *level, *signal, person))),
            Fact::CertificateIssued { certificate_id } => {
                let standing = self.standing(certificate_id, person).await?;
                Ok(standing.map(|certificate| {
                    let course = certificate.course.as_str();
                    let text = notice(&Notice::CertificateIssued { course }, person.locale);
                    let id = certificate.id.to_string();
                    Told {
                        kind: Kind::Certificate,
                        title: text.title,
                        message: text.message,
                        link: format!("/certificates/{id}"),
                        metadata: metadata("certificate_issued", [("certificate_id", id)]),
                    }
                }))
            }
            Fact::ChatPrompted { .. } | Fact::BulkFinished { .. } | Fact::AccountInvited { .. } => {
                Ok(Err(Unsaid::Never("this is not said here")))
            }
        }
    }

    async fn replied_here(
        &self,
        id: TicketId,
        message: MessageId,
        person: &Account,
    ) -> Result<Composed<Told>, StoreError> {
        let ticket = match self.ticket(id).await? {
            Ok(ticket) => ticket,
            Err(unsaid) => return Ok(Err(unsaid)),
        };
        // Only public messages are read by this key; an internal note has no path here.
        let Some(said) = self.shell.table.message(id, message).await? else {
            return Ok(Err(Unsaid::Never("the reply is gone")));
        };
        let (number, reply) = (ticket.number.as_str(), said.body.as_str());
        Ok(side(&ticket, person).map(|reader| {
            let notice = match reader {
                Reader::Requester => Notice::TicketReplied { number, reply },
                Reader::Staff => Notice::TicketRepliedStaff {
                    number,
                    requester: ticket.requester.name.as_str(),
                    reply,
                },
            };
            let mut told = told(Kind::Message, "ticket_replied", &ticket, &notice, person);
            told.metadata
                .insert("message_id".to_owned(), message.to_string());
            told
        }))
    }
}

/// What staff is told of a service level, while it stands.
fn level_here(ticket: &Ticket, level: Level, signal: Signal, person: &Account) -> Composed<Told> {
    let sla = ticket.kept.sla.as_ref();
    if !sla.is_some_and(|sla| sla.stands(level, signal)) {
        return Err(Unsaid::Never("the ticket moved on"));
    }
    let notice = of_staff(ticket, person, |number| Notice::TicketSla {
        number,
        level,
        signal,
    })?;
    Ok(told(Kind::System, "ticket_sla", ticket, &notice, person))
}

/// What is told in the product at all; for the rest not even the ledger is looked at.
fn is_told_here(fact: &Fact) -> bool {
    match fact {
        Fact::TicketCreated { .. }
        | Fact::TicketReplied { .. }
        | Fact::TicketStatusChanged { .. }
        | Fact::TicketAssigned { .. }
        | Fact::TicketSla { .. }
        | Fact::CertificateIssued { .. } => true,
        Fact::ChatPrompted { .. } | Fact::BulkFinished { .. } | Fact::AccountInvited { .. } => {
            false
        }
    }
}

/// What the requester is told of a move.
fn moved(ticket: &Ticket, status: Status, person: &Account) -> Composed<Told> {
    if ticket.requester.id != person.id {
        return Err(Unsaid::Never("not the requester"));
    }
    if ticket.status != status {
        return Err(Unsaid::Never("the status moved on"));
    }
    let number = ticket.number.as_str();
    let notice = Notice::TicketStatus { number, status };
    let mut told = told(
        Kind::System,
        "ticket_status_changed",
        ticket,
        &notice,
        person,
    );
    let code = status.code().to_owned();
    told.metadata.insert("status".to_owned(), code);
    Ok(told)
}

fn told(kind: Kind, event: &str, ticket: &Ticket, words: &Notice<'_>, person: &Account) -> Told {
    let text = notice(words, person.locale);
    let named = [
        ("ticket_id", ticket.id.to_string()),
        ("ticket_number", ticket.number.clone()),
    ];
    Told {
        kind,
        title: text.title,
        message: text.message,
        link: format!("/tickets/{}", ticket.number),
        metadata: metadata(event, named),
    }
}

fn metadata<const N: usize>(event: &str, named: [(&str, String); N]) -> BTreeMap<String, String> {
    let named = named.map(|(name, value)| (name.to_owned(), value));
    let event = [("event".to_owned(), event.to_owned())];
    event.into_iter().chain(named).collect()
}

/// What only staff is told of a ticket.
fn of_staff<'a>(
    ticket: &'a Ticket,
    person: &Account,
    notice: impl FnOnce(&'a str) -> Notice<'a>,
) -> Composed<Notice<'a>> {
    match side(ticket, person)? {
        Reader::Staff => Ok(notice(&ticket.number)),
        Reader::Requester => Err(Unsaid::Never("this is for staff")),
    }
}
