//! What is said: read now, so that a late message says what is true or nothing.

mod accounts;
mod bulk;
mod levels;

use crate::{
    Deliveries,
    chat::{Says, Whatsapp},
};
use registrar_domain::{
    account::Account,
    certificate::{Certificate, CertificateId, Kept, Standing},
    delivery::{Channel, Delivery},
    effect::Fact,
    id::{MessageId, TicketId},
    ticket::{Message as Said, Status, Ticket},
    value::{Email, PersonName},
};
use registrar_store::StoreError;
use registrar_templates::{
    CertificateIssued, Message, Rendered, TicketCreated, TicketCreatedStaff, TicketReplied,
    TicketRepliedStaff, TicketStatus, certificate_issued, render,
};

/// Something to send.
pub(crate) enum Letter {
    /// By e-mail.
    Mail(Box<Mail>),
    /// By WhatsApp.
    Whatsapp(Box<Whatsapp>),
}

/// An e-mail.
pub(crate) struct Mail {
    pub(crate) to: Email,
    pub(crate) to_name: PersonName,
    pub(crate) content: Rendered,
}

/// Why nothing is sent.
#[derive(Debug)]
pub(crate) enum Unsaid {
    /// It is not so, or no longer; for the ledger.
    Never(&'static str),
    /// It is so, and cannot be sent: for the ledger, the dead-letter queue and whoever wrote it.
    Failed(&'static str),
    /// It is not so yet: the message came too early.
    NotYet(&'static str),
    /// It is not so until somebody decides that it is, and that decision sends a message of its own. The ledger stays as it
    /// is: an entry that says `suppressed` would be the last word.
    Held,
    /// Whoever it was about was erased: not even the ledger says that there was something to say.
    Erased,
}

/// A letter, or why there is none.
pub(crate) type Composed<T = Letter> = Result<T, Unsaid>;

impl Deliveries {
    /// Writes the letter of a delivery.
    pub(crate) async fn compose(&self, delivery: &Delivery) -> Result<Composed, StoreError> {
        match delivery.channel {
            Channel::Email => self.compose_mail(delivery).await,
            Channel::Whatsapp => self.compose_whatsapp(delivery).await,
            Channel::InApp => Ok(Err(Unsaid::Never("this is no letter"))),
        }
    }

    async fn compose_mail(&self, delivery: &Delivery) -> Result<Composed, StoreError> {
        let Some(person) = self.shell.table.account(delivery.person).await? else {
            return Ok(Err(Unsaid::Never("the account is gone")));
        };
        if person.disabled_at.is_some() {
            return Ok(Err(Unsaid::Never("the account is disabled")));
        }
        let message = match &delivery.fact {
            Fact::TicketCreated { ticket_id } => self.ticket_created(*ticket_id, &person).await?,
            Fact::TicketReplied {
                ticket_id,
                message_id,
            } => {
                self.ticket_replied(*ticket_id, *message_id, &person)
                    .await?
            }
            Fact::TicketStatusChanged {
                ticket_id, status, ..
            } => self.ticket_status(*ticket_id, *status, &person).await?,
            Fact::CertificateIssued { certificate_id } => self
                .standing(certificate_id, &person)
                .await?
                .map(|c| self.certificate_mail(&c)),
            Fact::BulkFinished { bulk_id } => self.bulk_finished(*bulk_id, &person).await?,
            Fact::AccountInvited { invitation_id, .. } => {
                self.account_invited(*invitation_id, &person).await?
            }
            Fact::ChatPrompted { .. } => return Ok(Err(Unsaid::Never("this is said in a chat"))),
            Fact::TicketAssigned { .. } => {
                return Ok(Err(Unsaid::Never("this is said in the product")));
            }
            Fact::TicketSla {
                ticket_id,
                level,
                signal,
            } => {
                self.ticket_sla(*ticket_id, *level, *signal, &person)
                    .await?
            }
        };
        Ok(message.map(|message| self.mail(person, &message)))
    }

    fn mail(&self, person: Account, message: &Message) -> Letter {
        let content = render(message, person.locale, &self.letterhead());
        Letter::Mail(Box::new(Mail {
            to: person.email,
            to_name: person.name,
            content,
        }))
    }

    pub(crate) async fn ticket(&self, id: TicketId) -> Result<Composed<Ticket>, StoreError> {
        Ok(self
            .shell
            .table
            .ticket(id)
            .await?
            .ok_or(Unsaid::Never("the ticket is gone")))
    }

    /// Where a page of the portal is: an address of the API would show a person nothing but JSON.
    fn portal_url(&self, page: &str) -> Option<String> {
        let portal = self.portal_base_url.as_ref()?;
        Some(format!("{portal}/{page}"))
    }

    fn ticket_url(&self, ticket: &Ticket) -> Option<String> {
        self.portal_url(&format!("tickets/{}", ticket.number))
    }

    async fn ticket_created(
        &self,
        id: TicketId,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        Ok(self.ticket(id).await?.and_then(|ticket| {
            let url = self.ticket_url(&ticket);
            match side(&ticket, person)? {
                Reader::Requester => Ok(Message::TicketCreated(TicketCreated {
                    number: ticket.number,
                    subject: ticket.subject.to_string(),
                    url,
                })),
                Reader::Staff => Ok(Message::TicketCreatedStaff(TicketCreatedStaff {
                    category: self
                        .shell
                        .profile
                        .category_label(&ticket.category, person.locale)
                        .to_owned(),
                    number: ticket.number,
                    subject: ticket.subject.to_string(),
                    requester: ticket.requester.name.to_string(),
                    priority: ticket.priority,
                    description: ticket.description.to_string(),
                    url,
                })),
            }
        }))
    }

    async fn ticket_replied(
        &self,
        id: TicketId,
        message: MessageId,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        let ticket = match self.ticket(id).await? {
            Ok(ticket) => ticket,
            Err(unsaid) => return Ok(Err(unsaid)),
        };
        // Only public messages are read by this key; an internal note has no path here.
        let Some(Said { body, .. }) = self.shell.table.message(id, message).await? else {
            return Ok(Err(Unsaid::Never("the reply is gone")));
        };
        let url = self.ticket_url(&ticket);
        Ok(side(&ticket, person).map(|reader| match reader {
            Reader::Requester => Message::TicketReplied(TicketReplied {
                number: ticket.number,
                subject: ticket.subject.to_string(),
                reply: body.to_string(),
                url,
            }),
            Reader::Staff => Message::TicketRepliedStaff(TicketRepliedStaff {
                number: ticket.number,
                subject: ticket.subject.to_string(),
                requester: ticket.requester.name.to_string(),
                reply: body.to_string(),
                url,
            }),
        }))
    }

    async fn ticket_status(
        &self,
        id: TicketId,
        status: Status,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        Ok(self.ticket(id).await?.and_then(|ticket| {
            if ticket.requester.id != person.id {
                return Err(Unsaid::Never("not the requester"));
            }
            if ticket.status != status {
                return Err(Unsaid::Never("the status moved on"));
            }
            let url = self.ticket_url(&ticket);
            let subject = ticket.subject.to_string();
            Ok(Message::TicketStatus(TicketStatus {
                number: ticket.number,
                subject,
                status,
                url,
            }))
        }))
    }

    /// A certificate that stands and is this person's.
    pub(crate) async fn standing(
        &self,
        id: &CertificateId,
        person: &Account,
    ) -> Result<Composed<Certificate>, StoreError> {
        let certificate = match self.shell.table.kept_certificate(id).await? {
            Some(Kept::Whole(certificate)) => *certificate,
            Some(Kept::Withdrawn(_)) => return Ok(Err(Unsaid::Erased)),
            None => return Ok(Err(Unsaid::Never("the certificate is gone"))),
        };
        if certificate.student_id != person.id {
            return Ok(Err(Unsaid::Never("not the holder")));
        }
        match certificate.standing() {
            Standing::Valid => {}
            // Reinstating tells its holder anew.
            Standing::Suspended => return Ok(Err(Unsaid::Held)),
            Standing::Revoked | Standing::Withdrawn => {
                return Ok(Err(Unsaid::Never("the certificate is revoked")));
            }
        }
        if certificate.pdf.is_none() {
            return Ok(Err(Unsaid::NotYet("the PDF is not there yet")));
        }
        Ok(Ok(certificate))
    }

    fn certificate_mail(&self, certificate: &Certificate) -> Message {
        Message::CertificateIssued(CertificateIssued {
            holder: certificate.holder.to_string(),
            course: certificate.course.to_string(),
            certificate_id: certificate.id.to_string(),
            grade: certificate.grade.as_ref().map(ToString::to_string),
            issued: certificate.completion_date,
            expires_on: certificate.expires_on,
            download_url: self.download_url(certificate),
            verify_url: certificate.verify_url(&self.shell.verify_base_url),
        })
    }

    pub(crate) fn certificate_whatsapp(
        &self,
        certificate: &Certificate,
        person: Account,
    ) -> Composed {
        let to = person.phone.ok_or(Unsaid::Never("no phone number"))?;
        let message = certificate_issued(
            certificate.holder.as_str(),
            certificate.course.as_str(),
            certificate.id.as_str(),
            &self.download_url(certificate),
            person.locale,
        );
        let says = Says::Template {
            name: message.template.to_owned(),
            locale: person.locale,
            params: message.params,
        };
        Ok(Letter::Whatsapp(Box::new(Whatsapp {
            to: to.into(),
            to_name: person.name,
            says,
        })))
    }

    fn download_url(&self, certificate: &Certificate) -> String {
        self.links
            .link(&self.shell.app_base_url, &certificate.id, self.shell.now())
    }
}

/// On which side of a ticket a person reads.
pub(crate) enum Reader {
    Requester,
    Staff,
}

pub(crate) fn side(ticket: &Ticket, person: &Account) -> Composed<Reader> {
    if ticket.requester.id == person.id {
        Ok(Reader::Requester)
    } else if person.is_staff() {
        Ok(Reader::Staff)
    } else {
        Err(Unsaid::Never("neither the requester nor staff"))
    }
}
