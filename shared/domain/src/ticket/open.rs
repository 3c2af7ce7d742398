//! Opening a ticket.

use super::{Decision, Opening, Priority, Refusal, Requester, Ticket};
use crate::{
    actor::Actor,
    clock::Moment,
    effect::{Effect, Fact},
    id::{AppointmentId, OrderId, SiteId},
    profile::Profile,
    value::{Description, Subject, Tag},
};
use serde::{Deserialize, Serialize};

/// What a requester asks.
#[derive(Clone, Debug)]
pub struct Open {
    /// In a line.
    pub subject: Subject,
    /// In full.
    pub description: Description,
    /// Code, label or alias of a category; the profile's default if absent.
    pub category: Option<String>,
    /// A proposed priority; taken from staff always, from requesters where the profile lets them.
    pub priority: Option<Priority>,
    /// What it is about; whoever asks has checked that it is the requester's own.
    pub about: About,
    /// What staff mark it with.
    pub tags: Vec<Tag>,
}

/// What of the requester's a ticket is about (checklist T-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// An appointment.
    #[serde(
        rename = "appointment_id",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub appointment: Option<AppointmentId>,
    /// An order.
    #[serde(rename = "order_id", default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// A site.
    #[serde(rename = "site_id", default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
}

/// Opens a ticket for `requester`, as `actor`, with the `number` that the day's counter gave.
///
/// # Errors
/// [`Refusal::Forbidden`] when the actor is a tutor, or opens it for somebody else and is not staff; [`Refusal::UnknownCategory`].
pub fn open(
    profile: &Profile,
    actor: Actor,
    requester: &Requester,
    command: Open,
    number: String,
    moment: Moment<'_>,
) -> Result<Decision, Refusal> {
    if !actor.role.has_tickets() {
        return Err(Refusal::Forbidden("tutors have no access to tickets"));
    }
    if actor.id != requester.id && !actor.role.is_staff() {
        return Err(Refusal::Forbidden(
            "a ticket is opened by the requester or by staff for them",
        ));
    }
    let category = match command.category {
        None => profile.default_category.clone(),
        Some(name) => profile
            .category(&name)
            .ok_or_else(|| Refusal::UnknownCategory {
                known: profile.category_codes().map(str::to_owned).collect(),
            })?,
    };
    let takes_priority = actor.role.is_staff() || profile.priority.requester_may_set;
    let ticket = Ticket {
        id: moment.id(),
        number,
        requester: requester.clone(),
        subject: command.subject,
        description: command.description,
        category,
        priority: command
            .priority
            .filter(|_| takes_priority)
            .unwrap_or(Priority::Medium),
        status: profile.initial_status,
        assigned_to: None,
        assigned_at: None,
        tags: super::tags::sorted(command.tags)?,
        links: Vec::new(),
        appointment_id: command.about.appointment,
        order_id: command.about.order,
        site_id: command.about.site,
        rating: None,
        attachments: Vec::new(),
        files_of: Vec::new(),
        message_count: 0,
        opening: Opening {
            status: profile.initial_status,
            by: Some(actor.id).filter(|id| *id != requester.id),
        },
        created_at: moment.now,
        updated_at: moment.now,
        first_response_at: None,
        last_customer_message_at: Some(moment.now),
        last_staff_message_at: None,
        resolved_at: None,
        resolved_by: None,
        closed_at: None,
        kept: super::Kept::default(),
        version: 1,
    };
    let fact = Fact::TicketCreated {
        ticket_id: ticket.id,
    };
    let mut effects = vec![
        ticket.tell_requester(fact.clone()),
        Effect::DeliverToStaff { fact },
    ];
    if profile.triage {
        effects.push(Effect::Triage {
            ticket_id: ticket.id,
        });
    }
    Ok(Decision {
        history: vec![ticket.opened()],
        effects,
        ..Decision::of(ticket)
    })
}
