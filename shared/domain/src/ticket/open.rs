//! Opening a ticket.

use super::{Change, Decision, HistoryEntry, Priority, Refusal, Requester, Ticket};
use crate::{
    account::Account,
    actor::Actor,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    profile::Profile,
    value::{Description, Subject},
};

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
}

/// Opens a ticket for `requester`, as `actor`, with the `number` that the day's counter gave.
///
/// # Errors
/// [`Refusal::Forbidden`] when the actor opens it for somebody else and is not staff; [`Refusal::UnknownCategory`].
pub fn open(
    profile: &Profile,
    actor: Actor,
    requester: &Account,
    command: Open,
    number: String,
    moment: Moment<'_>,
) -> Result<Decision, Refusal> {
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
    let takes_priority = actor.role.is_staff() || profile.requester_may_set_priority;
    let ticket = Ticket {
        id: moment.id(),
        number,
        requester: Requester {
            id: requester.id,
            name: requester.name.clone(),
        },
        subject: command.subject,
        description: command.description,
        category,
        priority: command
            .priority
            .filter(|_| takes_priority)
            .unwrap_or(Priority::Medium),
        status: profile.initial_status,
        assigned_to: None,
        message_count: 0,
        created_at: moment.now,
        updated_at: moment.now,
        first_response_at: None,
        last_customer_message_at: Some(moment.now),
        last_staff_message_at: None,
        resolved_at: None,
        resolved_by: None,
        closed_at: None,
        version: 1,
    };
    let fact = Fact::TicketCreated {
        ticket_id: ticket.id,
    };
    let created = HistoryEntry {
        id: moment.id(),
        at: moment.now,
        by: actor.id,
        change: Change::Created {
            status: ticket.status,
        },
    };
    Ok(Decision {
        history: vec![created],
        effects: vec![
            Effect::Deliver(Delivery {
                person: requester.id,
                channel: Channel::Email,
                fact: fact.clone(),
            }),
            Effect::DeliverToStaff { fact },
        ],
        ..Decision::of(ticket)
    })
}
