//! Ticket states and priorities as people read them.

use crate::Locale;

/// A ticket's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Just created.
    New,
    /// Seen by staff.
    Open,
    /// Being worked on.
    InProgress,
    /// Waiting for the requester.
    WaitingCustomer,
    /// Waiting for the automatic classification.
    WaitingAi,
    /// Answered for good.
    Resolved,
    /// Over.
    Closed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Open,
        Self::InProgress,
        Self::WaitingCustomer,
        Self::WaitingAi,
        Self::Resolved,
        Self::Closed,
    ];

    /// The wire code, as `in_progress`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::WaitingCustomer => "waiting_customer",
            Self::WaitingAi => "waiting_ai",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The status with this wire code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// What people call it.
    pub const fn label(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::New, Locale::En) => "New",
            (Self::New, Locale::FrCa) => "Nouveau",
            (Self::Open, Locale::En) => "Open",
            (Self::Open, Locale::FrCa) => "Ouvert",
            (Self::InProgress, Locale::En) => "In Progress",
            (Self::InProgress, Locale::FrCa) => "En cours",
            (Self::WaitingCustomer, Locale::En) => "Waiting for You",
            (Self::WaitingCustomer, Locale::FrCa) => "En attente de votre réponse",
            (Self::WaitingAi, Locale::En) => "Under Review",
            (Self::WaitingAi, Locale::FrCa) => "En analyse",
            (Self::Resolved, Locale::En) => "Resolved",
            (Self::Resolved, Locale::FrCa) => "Résolu",
            (Self::Closed, Locale::En) => "Closed",
            (Self::Closed, Locale::FrCa) => "Fermé",
        }
    }

    /// What a status e-mail announces, and what it advises.
    pub(crate) const fn announcement(self, locale: Locale) -> (&'static str, &'static str) {
        match (self, locale) {
            (Self::New, Locale::En) => (
                "Your ticket has been received.",
                "Our support team will respond shortly.",
            ),
            (Self::New, Locale::FrCa) => (
                "Votre billet a été reçu.",
                "Notre équipe d’assistance vous répondra sous peu.",
            ),
            (Self::Open, Locale::En) => (
                "Your ticket is open.",
                "Our support team will respond shortly.",
            ),
            (Self::Open, Locale::FrCa) => (
                "Votre billet est ouvert.",
                "Notre équipe d’assistance vous répondra sous peu.",
            ),
            (Self::InProgress, Locale::En) => (
                "Our support team is working on your ticket.",
                "We will write to you as soon as there is news.",
            ),
            (Self::InProgress, Locale::FrCa) => (
                "Notre équipe d’assistance s’occupe de votre billet.",
                "Nous vous écrirons dès qu’il y aura du nouveau.",
            ),
            (Self::WaitingCustomer, Locale::En) => (
                "Your ticket is waiting for your reply.",
                "Please reply to the ticket so that we can go on.",
            ),
            (Self::WaitingCustomer, Locale::FrCa) => (
                "Votre billet attend votre réponse.",
                "Veuillez répondre au billet pour que nous puissions continuer.",
            ),
            (Self::WaitingAi, Locale::En) => (
                "Your ticket is under review.",
                "Our support team will respond shortly.",
            ),
            (Self::WaitingAi, Locale::FrCa) => (
                "Votre billet est en cours d’analyse.",
                "Notre équipe d’assistance vous répondra sous peu.",
            ),
            (Self::Resolved, Locale::En) => (
                "Your ticket has been resolved!",
                "If you need further assistance, please reply to the ticket.",
            ),
            (Self::Resolved, Locale::FrCa) => (
                "Votre billet a été résolu!",
                "Si vous avez encore besoin d’aide, veuillez répondre au billet.",
            ),
            (Self::Closed, Locale::En) => (
                "Your ticket has been closed.",
                "If you need further assistance, please open a new ticket.",
            ),
            (Self::Closed, Locale::FrCa) => (
                "Votre billet a été fermé.",
                "Si vous avez encore besoin d’aide, veuillez ouvrir un nouveau billet.",
            ),
        }
    }
}

/// A ticket's priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Can wait.
    Low,
    /// The usual.
    Medium,
    /// Soon.
    High,
    /// At once.
    Urgent,
}

impl Priority {
    /// Every priority.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// The wire code, as `urgent`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority with this wire code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.code() == code)
    }

    /// What people call it.
    pub const fn label(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Low, Locale::En) => "Low",
            (Self::Low, Locale::FrCa) => "Basse",
            (Self::Medium, Locale::En) => "Medium",
            (Self::Medium, Locale::FrCa) => "Moyenne",
            (Self::High, Locale::En) => "High",
            (Self::High, Locale::FrCa) => "Élevée",
            (Self::Urgent, Locale::En) => "Urgent",
            (Self::Urgent, Locale::FrCa) => "Urgente",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Priority, Status};

    #[test]
    fn a_code_leads_back_to_what_it_is_the_code_of() {
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        for priority in Priority::ALL {
            assert_eq!(Priority::from_code(priority.code()), Some(priority));
        }
        assert_eq!(Status::from_code("done"), None);
        assert_eq!(Priority::from_code(""), None);
    }
}
