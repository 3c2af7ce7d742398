//! The e-mails and what each one needs to know.

use jiff::civil::Date;

use registrar_domain::{
    account::Locale,
    certificate::{ProfileEntry, add_to_profile_url, share_url},
    sla::{Level, Signal},
    ticket::{Priority, Status},
};

use crate::{
    clean::{line, lines, link},
    labels,
};

/// An e-mail, before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// To the requester of a new ticket.
    TicketCreated(TicketCreated),
    /// To a member of staff, about a new ticket.
    TicketCreatedStaff(TicketCreatedStaff),
    /// To the requester, when staff replied.
    TicketReplied(TicketReplied),
    /// To a member of staff, when the requester replied.
    TicketRepliedStaff(TicketRepliedStaff),
    /// To the requester, when the status moved.
    TicketStatus(TicketStatus),
    /// To a member of staff, when a service level is nearly or wholly used up.
    TicketSla(TicketSla),
    /// To whoever began a bulk issue, when it has come to its end.
    BulkFinished(BulkFinished),
    /// To the holder of a new certificate.
    CertificateIssued(CertificateIssued),
    /// To whoever may choose a password.
    AccountInvited(AccountInvited),
}

/// An account whose password may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInvited {
    /// The person's name.
    pub name: String,
    /// Where the password is chosen; works once.
    pub url: String,
}

/// A ticket that the reader opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketCreated {
    /// The ticket's number, as `TKT-20251124-0001`.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// Where the reader sees it; none without a portal.
    pub url: Option<String>,
}

/// A ticket that someone opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketCreatedStaff {
    /// The ticket's number.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// Who opened it.
    pub requester: String,
    /// The category's label in the reader's language.
    pub category: String,
    /// How urgent it is.
    pub priority: Priority,
    /// What was described.
    pub description: String,
    /// Where staff sees it; none without a portal.
    pub url: Option<String>,
}

/// A reply of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketReplied {
    /// The ticket's number.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// The reply, never an internal note.
    pub reply: String,
    /// Where the reader answers; none without a portal.
    pub url: Option<String>,
}

/// A reply of the requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRepliedStaff {
    /// The ticket's number.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// Who replied.
    pub requester: String,
    /// The reply.
    pub reply: String,
    /// Where staff sees it; none without a portal.
    pub url: Option<String>,
}

/// A status that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketStatus {
    /// The ticket's number.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// The new status.
    pub status: Status,
    /// Where the reader sees it; none without a portal.
    pub url: Option<String>,
}

/// A service level that is nearly or wholly used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketSla {
    /// The ticket's number.
    pub number: String,
    /// The ticket's subject.
    pub subject: String,
    /// Who asks.
    pub requester: String,
    /// How urgent it is.
    pub priority: Priority,
    /// Which service level.
    pub level: Level,
    /// Nearly or wholly.
    pub signal: Signal,
    /// By when it had to be met, in the calendar's own time, as `2025-11-24 17:00 EST`.
    pub due: String,
    /// Where staff sees it; none without a portal.
    pub url: Option<String>,
}

/// A bulk issue that has come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkFinished {
    /// Its id.
    pub bulk_id: String,
    /// The file's name, if it had one.
    pub file_name: Option<String>,
    /// How many rows there are.
    pub total: u32,
    /// How many certificates were issued.
    pub issued: u32,
    /// How many rows are errors.
    pub failed: u32,
    /// Where staff sees it, with what is wrong with which rows; none without a portal.
    pub url: Option<String>,
}

/// A certificate that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateIssued {
    /// The holder's name.
    pub holder: String,
    /// The course.
    pub course: String,
    /// The certificate's id, as `CERT-20251124-0123456789`.
    pub certificate_id: String,
    /// The grade, if one was given.
    pub grade: Option<String>,
    /// The day on the certificate.
    pub issued: Date,
    /// Its last day, if it has one.
    pub expires_on: Option<Date>,
    /// Where the PDF is downloaded.
    pub download_url: String,
    /// Where anyone verifies it.
    pub verify_url: String,
}

/// A page of the portal, if there is one.
fn portal(url: Option<&str>) -> String {
    url.map(link).unwrap_or_default()
}

impl Message {
    /// The folder of its templates.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::TicketCreated(_) => "ticket_created",
            Self::TicketCreatedStaff(_) => "ticket_created_staff",
            Self::TicketReplied(_) => "ticket_replied",
            Self::TicketRepliedStaff(_) => "ticket_replied_staff",
            Self::TicketStatus(_) => "ticket_status",
            Self::TicketSla(_) => "ticket_sla",
            Self::BulkFinished(_) => "bulk_finished",
            Self::CertificateIssued(_) => "certificate_issued",
            Self::AccountInvited(_) => "account_invited",
        }
    }

    /// What its templates are given, cleaned.
    pub(crate) fn context(&self, locale: Locale, organization: &str) -> minijinja::Value {
        use minijinja::context;

        match self {
            Self::TicketCreated(ticket) => context! {
                number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
            },
            Self::TicketCreatedStaff(ticket) => context! {
                number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
                requester => line(&ticket.requester), category => line(&ticket.category),
                priority => labels::priority(ticket.priority, locale), description => lines(&ticket.description),
            },
            Self::TicketReplied(ticket) => context! {
                number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
                reply => lines(&ticket.reply),
            },
            Self::TicketRepliedStaff(ticket) => context! {
                number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
                requester => line(&ticket.requester), reply => lines(&ticket.reply),
            },
            Self::TicketStatus(ticket) => {
                let (announcement, advice) = labels::announcement(ticket.status, locale);
                context! {
                    number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
                    status => labels::status(ticket.status, locale), announcement, advice,
                }
            }
            Self::TicketSla(ticket) => {
                let words = labels::service_level(ticket.level, ticket.signal, locale);
                context! {
                    number => line(&ticket.number), title => line(&ticket.subject), url => portal(ticket.url.as_deref()),
                    requester => line(&ticket.requester), priority => labels::priority(ticket.priority, locale),
                    due => line(&ticket.due), headline => words.headline, announcement => words.announcement,
                    advice => words.advice,
                }
            }
            Self::BulkFinished(bulk) => {
                let left = bulk.total.saturating_sub(bulk.issued + bulk.failed);
                let number = |count: u32| labels::number(count, locale);
                context! {
                    file_name => bulk.file_name.as_deref().map(line).unwrap_or_default(),
                    total => number(bulk.total), issued => number(bulk.issued), failed => number(bulk.failed),
                    left => number(left), whole => left == 0, url => portal(bulk.url.as_deref()), bulk_id => line(&bulk.bulk_id),
                }
            }
            Self::AccountInvited(account) => context! {
                name => line(&account.name), url => link(&account.url),
            },
            Self::CertificateIssued(certificate) => context! {
                holder => line(&certificate.holder), course => line(&certificate.course),
                certificate_id => line(&certificate.certificate_id),
                grade => certificate.grade.as_deref().map(line).unwrap_or_default(),
                issued => crate::date(certificate.issued, locale),
                download_url => link(&certificate.download_url), verify_url => link(&certificate.verify_url),
                expires => certificate.expires_on.map(|last| crate::date(last, locale)).unwrap_or_default(),
                share_url => share_url(&certificate.verify_url),
                profile_url => add_to_profile_url(&ProfileEntry {
                    course: &line(&certificate.course),
                    organization,
                    issued: certificate.issued,
                    expires_on: certificate.expires_on,
                    verify_url: &certificate.verify_url,
                    certificate_id: &line(&certificate.certificate_id),
                }),
            },
        }
    }
}
