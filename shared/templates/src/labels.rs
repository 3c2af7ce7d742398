//! Ticket states and priorities as people read them.

use registrar_domain::{
    account::Locale,
    sla::{Level, Signal},
    ticket::{Priority, Status},
};

/// What people call a status.
pub(crate) fn status(status: Status, locale: Locale) -> &'static str {
    match (status, locale) {
        (Status::New, Locale::En) => "New",
        (Status::New, Locale::Fr) => "Nouveau",
        (Status::Open, Locale::En) => "Open",
        (Status::Open, Locale::Fr) => "Ouvert",
        (Status::InProgress, Locale::En) => "In Progress",
        (Status::InProgress, Locale::Fr) => "En cours",
        (Status::WaitingCustomer, Locale::En) => "Waiting for You",
        (Status::WaitingCustomer, Locale::Fr) => "En attente de votre réponse",
        (Status::WaitingAi, Locale::En) => "Under Review",
        (Status::WaitingAi, Locale::Fr) => "En analyse",
        (Status::Resolved, Locale::En) => "Resolved",
        (Status::Resolved, Locale::Fr) => "Résolu",
        (Status::Closed, Locale::En) => "Closed",
        (Status::Closed, Locale::Fr) => "Fermé",
    }
}

/// What a status e-mail announces, and what it advises.
pub(crate) fn announcement(status: Status, locale: Locale) -> (&'static str, &'static str) {
    match (status, locale) {
        (Status::New, Locale::En) => (
            "Your ticket has been received.",
            "Our support team will respond shortly.",
        ),
        (Status::New, Locale::Fr) => (
            "Votre billet a été reçu.",
            "Notre équipe d’assistance vous répondra sous peu.",
        ),
        (Status::Open, Locale::En) => (
            "Your ticket is open.",
            "Our support team will respond shortly.",
        ),
        (Status::Open, Locale::Fr) => (
            "Votre billet est ouvert.",
            "Notre équipe d’assistance vous répondra sous peu.",
        ),
        (Status::InProgress, Locale::En) => (
            "Our support team is working on your ticket.",
            "We will write to you as soon as there is news.",
        ),
        (Status::InProgress, Locale::Fr) => (
            "Notre équipe d’assistance s’occupe de votre billet.",
            "Nous vous écrirons dès qu’il y aura du nouveau.",
        ),
        (Status::WaitingCustomer, Locale::En) => (
            "Your ticket is waiting for your reply.",
            "Please reply to the ticket so that we can go on.",
        ),
        (Status::WaitingCustomer, Locale::Fr) => (
            "Votre billet attend votre réponse.",
            "Veuillez répondre au billet pour que nous puissions continuer.",
        ),
        (Status::WaitingAi, Locale::En) => (
            "Your ticket is under review.",
            "Our support team will respond shortly.",
        ),
        (Status::WaitingAi, Locale::Fr) => (
            "Votre billet est en cours d’analyse.",
            "Notre équipe d’assistance vous répondra sous peu.",
        ),
        (Status::Resolved, Locale::En) => (
            "Your ticket has been resolved!",
            "If you need further assistance, please reply to the ticket.",
        ),
        (Status::Resolved, Locale::Fr) => (
            "Votre billet a été résolu!",
            "Si vous avez encore besoin d’aide, veuillez répondre au billet.",
        ),
        (Status::Closed, Locale::En) => (
            "Your ticket has been closed.",
            "If you need further assistance, please open a new ticket.",
        ),
        (Status::Closed, Locale::Fr) => (
            "Votre billet a été fermé.",
            "Si vous avez encore besoin d’aide, veuillez ouvrir un nouveau billet.",
        ),
    }
}

/// What people call a priority.
pub(crate) fn priority(priority: Priority, locale: Locale) -> &'static str {
    match (priority, locale) {
        (Priority::Low, Locale::En) => "Low",
        (Priority::Low, Locale::Fr) => "Basse",
        (Priority::Medium, Locale::En) => "Medium",
        (Priority::Medium, Locale::Fr) => "Moyenne",
        (Priority::High, Locale::En) => "High",
        (Priority::High, Locale::Fr) => "Élevée",
        (Priority::Urgent, Locale::En) => "Urgent",
        (Priority::Urgent, Locale::Fr) => "Urgente",
    }
}

/// What staff is told about a service level.
pub(crate) struct ServiceLevel {
    pub(crate) headline: &'static str,
    pub(crate) announcement: &'static str,
    pub(crate) advice: &'static str,
}

/// What a service level's warning or breach says.
pub(crate) fn service_level(level: Level, signal: Signal, locale: Locale) -> ServiceLevel {
    let (headline, announcement, advice) = match (level, signal, locale) {
        (Level::FirstResponse, Signal::Warning, Locale::En) => (
            "First Response Due Soon",
            "A ticket is waiting for its first response.",
            "Please reply before it is due.",
        ),
        (Level::FirstResponse, Signal::Warning, Locale::Fr) => (
            "Première réponse bientôt due",
            "Un billet attend sa première réponse.",
            "Veuillez répondre avant l’échéance.",
        ),
        (Level::FirstResponse, Signal::Breach, Locale::En) => (
            "First Response Overdue",
            "A ticket did not get its first response in time.",
            "Please reply as soon as possible.",
        ),
        (Level::FirstResponse, Signal::Breach, Locale::Fr) => (
            "Première réponse en retard",
            "Un billet n’a pas reçu sa première réponse à temps.",
            "Veuillez répondre dès que possible.",
        ),
        (Level::Resolution, Signal::Warning, Locale::En) => (
            "Resolution Due Soon",
            "A ticket is to be resolved soon.",
            "Please resolve it before it is due.",
        ),
        (Level::Resolution, Signal::Warning, Locale::Fr) => (
            "Résolution bientôt due",
            "Un billet doit bientôt être résolu.",
            "Veuillez le résoudre avant l’échéance.",
        ),
        (Level::Resolution, Signal::Breach, Locale::En) => (
            "Resolution Overdue",
            "A ticket was not resolved in time.",
            "Please resolve it as soon as possible.",
        ),
        (Level::Resolution, Signal::Breach, Locale::Fr) => (
            "Résolution en retard",
            "Un billet n’a pas été résolu à temps.",
            "Veuillez le résoudre dès que possible.",
        ),
    };
    ServiceLevel {
        headline,
        announcement,
        advice,
    }
}

/// A number as a sentence says it: `9,900`, and `9 900` (with a space that does not break) in French.
pub(crate) fn number(number: u32, locale: Locale) -> String {
    let separator = match locale {
        Locale::En => ',',
        Locale::Fr => '\u{a0}',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}
