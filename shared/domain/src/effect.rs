//! What must happen outside after a commit: written as outbox items in the same transaction as the state.
//!
//! An effect carries ids only, so that no queue holds personal data and a worker decides on what is true when it works.

use crate::{
    certificate::CertificateId,
    conversation::Prompt,
    delivery::Delivery,
    id::{AccountId, BulkId, HistoryId, InvitationId, MessageId, PreviewId, TicketId, WebhookId},
    sla::{Level, Signal},
    ticket::Status,
    webhook::Event,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that must happen after a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Tell one person something, by one channel.
    Deliver(Delivery),
    /// Tell every member of staff something, by e-mail and in the product; expanded into one [`Effect::Deliver`] each.
    DeliverToStaff {
        /// What happened.
        fact: Fact,
    },
    /// Make the PDF of a certificate and store it; of one that was withdrawn, take it away.
    RenderCertificate {
        /// Which.
        certificate_id: CertificateId,
    },
    /// Draw the page that a certificate would have.
    RenderPreview {
        /// Which.
        preview_id: PreviewId,
    },
    /// Bring the postings by which a certificate is found to what it shows, which after its withdrawal is nothing.
    IndexCertificate {
        /// Which.
        certificate_id: CertificateId,
    },
    /// Go on with a bulk issue of certificates.
    IssueBulk {
        /// Which.
        bulk_id: BulkId,
    },
    /// Take away what a person was told of a certificate that was withdrawn: notification and entries of the ledger.
    ForgetTold {
        /// Who.
        person: AccountId,
        /// Of which.
        certificate_id: CertificateId,
    },
    /// Take a student's previews away.
    ForgetPreviews {
        /// Whose.
        student: AccountId,
    },
    /// Put the certificate's public record where the edge reads it.
    PublishCertificate {
        /// Which.
        certificate_id: CertificateId,
    },
    /// Put the certificate's badge where the edge reads it.
    PublishBadge {
        /// Which.
        certificate_id: CertificateId,
    },
    /// Sign the status list anew and put it where the edge reads it.
    PublishStatusList {
        /// Which, from 0.
        list: u32,
    },
    /// Put the public keys where the edge reads them, if they are not there.
    PublishKeys,
    /// Work on a page of a reconciliation of the edge with the table.
    ReconcileEdge {
        /// The run: the time that it was due.
        run: Timestamp,
        /// Which page, from 0.
        page: u32,
    },
    /// Find somebody to work on a new ticket, as the profile says.
    AssignTicket {
        /// Which.
        ticket_id: TicketId,
    },
    /// Look whether a service level of a ticket is to be warned of or was missed.
    CheckServiceLevels {
        /// Which ticket.
        ticket_id: TicketId,
        /// What is due by then: the minute that the schedule ran for.
        at: Timestamp,
    },
    /// Bring the postings by which a ticket is found to what its header says.
    IndexTicket {
        /// Which.
        ticket_id: TicketId,
    },
    /// Delete files of tickets that nobody has: a part of the bucket a message.
    SweepFiles {
        /// As of when.
        at: Timestamp,
        /// Behind the files of which ticket; from the beginning if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<TicketId>,
    },
    /// Take a first look at a new ticket.
    Triage {
        /// Which.
        ticket_id: TicketId,
    },
    /// Note what staff decided on a ticket that is done, for the calibration of first looks.
    SettleTriage {
        /// Which.
        ticket_id: TicketId,
    },
    /// Tell an event to every endpoint that asked for it; expanded into one [`Effect::WebhookDelivery`] each.
    Webhook {
        /// What happened.
        event: Event,
    },
    /// Make one attempt to tell an event to one endpoint.
    WebhookDelivery {
        /// The endpoint.
        webhook_id: WebhookId,
        /// What happened.
        event: Event,
        /// Which attempt, from 1: a late message for another one starts nothing.
        attempt: u32,
    },
}

/// The queue that takes an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// E-mail, WhatsApp, notifications.
    Deliveries,
    /// Certificate PDFs.
    Rendering,
    /// The edge's KV.
    EdgeSync,
    /// Bulk issues: apart, because one of them takes its worker for long.
    Bulk,
    /// What happens to tickets by itself: due service levels, assignment; and what searches find, certificates too.
    TicketWork,
    /// First looks at tickets: apart, because a model takes its time.
    Triage,
    /// Outgoing webhooks: apart, because they go to addresses that staff gave, and some of them are slow.
    HookDeliveries,
}

impl Effect {
    /// Where this effect is worked on.
    pub fn queue(&self) -> Queue {
        match self {
            Self::Deliver(_) | Self::DeliverToStaff { .. } | Self::ForgetTold { .. } => {
                Queue::Deliveries
            }
            Self::RenderCertificate { .. }
            | Self::RenderPreview { .. }
            | Self::ForgetPreviews { .. } => Queue::Rendering,
            Self::IssueBulk { .. } => Queue::Bulk,
            Self::PublishCertificate { .. }
            | Self::PublishBadge { .. }
            | Self::PublishStatusList { .. }
            | Self::PublishKeys
            | Self::ReconcileEdge { .. } => Queue::EdgeSync,
            Self::AssignTicket { .. }
            | Self::CheckServiceLevels { .. }
            | Self::IndexTicket { .. }
            | Self::SweepFiles { .. }
            | Self::IndexCertificate { .. } => Queue::TicketWork,
            Self::Triage { .. } | Self::SettleTriage { .. } => Queue::Triage,
            Self::Webhook { .. } | Self::WebhookDelivery { .. } => Queue::HookDeliveries,
        }
    }
}

/// What happened, named so that telling it twice can be noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A ticket was opened.
    TicketCreated {
        /// Which.
        ticket_id: TicketId,
    },
    /// A public reply was added.
    TicketReplied {
        /// To which ticket.
        ticket_id: TicketId,
        /// The reply.
        message_id: MessageId,
    },
    /// Staff set a ticket's status.
    TicketStatusChanged {
        /// Of which ticket.
        ticket_id: TicketId,
        /// The history entry of the change.
        history_id: HistoryId,
        /// What it was set to.
        status: Status,
    },
    /// A ticket was given to a member of staff by somebody else.
    TicketAssigned {
        /// Which.
        ticket_id: TicketId,
        /// The history entry that says so.
        history_id: HistoryId,
    },
    /// A service level of a ticket is nearly or wholly used up: each at most once a ticket.
    TicketSla {
        /// Of which ticket.
        ticket_id: TicketId,
        /// Which service level.
        level: Level,
        /// Nearly or wholly.
        signal: Signal,
    },
    /// A phone said something that the product answers by itself.
    ChatPrompted {
        /// A digest of the provider's id of what the phone said.
        inbound: String,
        /// The answer.
        prompt: Prompt,
    },
    /// Every row of a bulk issue is a certificate or an error, or it cannot go on.
    BulkFinished {
        /// Which.
        bulk_id: BulkId,
    },
    /// Somebody may choose a password.
    AccountInvited {
        /// Whose account.
        account_id: AccountId,
        /// The link's invitation.
        invitation_id: InvitationId,
    },
    /// A certificate was issued and its PDF is ready.
    CertificateIssued {
        /// Which.
        certificate_id: CertificateId,
    },
}

impl Fact {
    /// The fact's name, the same for the same fact always: the idempotency key of every effect on a person.
    pub fn key(&self) -> String {
        match self {
            Self::TicketCreated { ticket_id } => format!("ticket/{ticket_id}/created"),
            Self::TicketReplied {
                ticket_id,
                message_id,
            } => format!("ticket/{ticket_id}/message/{message_id}"),
            Self::TicketStatusChanged {
                ticket_id,
                history_id,
                ..
            } => format!("ticket/{ticket_id}/status/{history_id}"),
            Self::TicketAssigned {
                ticket_id,
                history_id,
            } => format!("ticket/{ticket_id}/assigned/{history_id}"),
            Self::TicketSla {
                ticket_id,
                level,
                signal,
            } => format!("ticket/{ticket_id}/sla/{}/{}", level.code(), signal.code()),
            Self::ChatPrompted { inbound, prompt } => format!("chat/{inbound}/{}", prompt.code()),
            Self::BulkFinished { bulk_id } => format!("bulk/{bulk_id}/finished"),
            Self::AccountInvited {
                account_id,
                invitation_id,
            } => format!("account/{account_id}/invited/{invitation_id}"),
            Self::CertificateIssued { certificate_id } => {
                format!("certificate/{certificate_id}/issued")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_effect_reads_back_from_its_json() {
        let effect = Effect::DeliverToStaff {
            fact: Fact::TicketCreated {
                ticket_id: Uuid::nil().into(),
            },
        };
        let json = serde_json::to_string(&effect).unwrap();
        assert_eq!(
            json,
            r#"{"kind":"deliver_to_staff","fact":{"fact":"ticket_created","ticket_id":"00000000-0000-0000-0000-000000000000"}}"#
        );
        assert_eq!(serde_json::from_str::<Effect>(&json).unwrap(), effect);
    }
}
