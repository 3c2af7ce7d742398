mod presets;

use super::*;
use crate::{
    account::{Account, Locale},
    actor::Role,
    clock::{Moment, fixed::Fixed},
    profile::{Profile, Side},
    value::{MessageBody, PersonName, Reason},
};
use proptest::prelude::*;

fn account(n: u128, role: Role) -> Account {
    Account {
        id: uuid::Uuid::from_u128(n).into(),
        role,
        name: PersonName::new("Asha Rao").unwrap(),
        email: crate::value::Email::new("asha@example.org").unwrap(),
        phone: None,
        locale: Locale::En,
        activated_at: Some(jiff::Timestamp::UNIX_EPOCH),
        disabled_at: None,
        version: 1,
        created_at: "2026-11-01T00:00:00Z".parse().unwrap(),
    }
}

fn edu() -> Profile {
    Profile::preset("edu").unwrap()
}

fn student() -> Account {
    account(1, Role::Student)
}

fn admin() -> Account {
    account(2, Role::Admin)
}

fn opened(source: &Fixed) -> Ticket {
    let command = Open {
        subject: Subject::new("Unable to access recordings").unwrap(),
        description: Description::new("I can't see any recordings in my dashboard.").unwrap(),
        category: Some("Technical Support".into()),
        priority: Some(Priority::High),
        about: About::default(),
        tags: Vec::new(),
    };
    open(
        &edu(),
        student().actor(),
        &Requester::of_account(&student()),
        command,
        "TKT-20261121-0001".into(),
        moment(source),
    )
    .unwrap()
    .ticket
}

fn moment(source: &Fixed) -> Moment<'_> {
    Moment::new(crate::clock::Clock::now(source), source)
}

fn body() -> MessageBody {
    MessageBody::new("Hello").unwrap()
}

fn replied(
    ticket: &Ticket,
    profile: &Profile,
    author: &Account,
    source: &Fixed,
) -> Result<Replied, Refusal> {
    let reply = Reply::to(ticket, author.into(), body());
    ticket.reply(profile, reply, moment(source))
}

fn here(replied: Result<Replied, Refusal>) -> Decision {
    match replied {
        Ok(Replied::Here(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

fn to(status: Status) -> ChangeStatus {
    ChangeStatus {
        to: status,
        reason: Some(Reason::new("because").unwrap()),
    }
}

#[test]
fn a_student_cannot_open_a_ticket_for_somebody_else() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let command = Open {
        subject: Subject::new("Hello there").unwrap(),
        description: Description::new("Something is wrong here").unwrap(),
        category: None,
        priority: None,
        about: About::default(),
        tags: Vec::new(),
    };
    let refused = open(
        &edu(),
        account(9, Role::Student).actor(),
        &Requester::of_account(&student()),
        command,
        "T".into(),
        moment(&source),
    );
    assert!(matches!(refused, Err(Refusal::Forbidden(_))));
}

#[test]
fn a_staff_reply_moves_the_ticket_on_and_stamps_the_first_response_once() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let first = here(replied(&opened(&source), &edu(), &admin(), &source));
    assert_eq!(first.ticket.status, Status::InProgress);
    let later = Fixed::at("2026-11-21T11:00:00Z");
    let second = here(replied(&first.ticket, &edu(), &admin(), &later));
    assert_eq!(
        second.ticket.first_response_at,
        first.ticket.first_response_at
    );
    assert_ne!(
        second.ticket.last_staff_message_at,
        first.ticket.last_staff_message_at
    );
}

#[test]
fn a_foreign_ticket_is_as_good_as_absent() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let ticket = opened(&source);
    let stranger = account(9, Role::Student);
    assert_eq!(
        replied(&ticket, &edu(), &stranger, &source).unwrap_err(),
        Refusal::NotFound
    );
    assert_eq!(
        ticket
            .note(&(&stranger).into(), body(), moment(&source))
            .unwrap_err(),
        Refusal::NotFound
    );
    let refused = ticket.change_status(
        &edu(),
        stranger.actor(),
        to(Status::Closed),
        moment(&source),
    );
    assert_eq!(refused.unwrap_err(), Refusal::NotFound);
}

#[test]
fn a_note_tells_nobody_and_shows_nothing() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let ticket = opened(&source);
    let later = Fixed::at("2026-11-21T11:00:00Z");
    let noted = ticket
        .note(&(&admin()).into(), body(), moment(&later))
        .unwrap();
    assert!(noted.effects.is_empty() && noted.message.is_none() && noted.note.is_some());
    assert_eq!(noted.ticket, ticket);
}

#[test]
fn a_refused_transition_says_what_is_allowed() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let refused = opened(&source).change_status(
        &edu(),
        admin().actor(),
        to(Status::WaitingAi),
        moment(&source),
    );
    let Err(Refusal::Transition { from, allowed, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(from, Status::Open);
    assert!(allowed.contains(&Status::Resolved));
}

#[test]
fn a_requester_reopens_within_seven_days_and_not_after() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let resolved = opened(&source)
        .change_status(
            &edu(),
            admin().actor(),
            to(Status::Resolved),
            moment(&source),
        )
        .unwrap()
        .ticket;
    assert!(resolved.resolved_at.is_some());
    let in_time = Fixed::at("2026-11-28T10:00:00Z");
    let reopened = here(replied(&resolved, &edu(), &student(), &in_time)).ticket;
    assert_eq!(
        (reopened.status, reopened.resolved_at),
        (Status::Open, None)
    );
    let late = Fixed::at("2026-11-28T10:00:01Z");
    let elsewhere = replied(&resolved, &edu(), &student(), &late).unwrap();
    assert!(matches!(elsewhere, Replied::Elsewhere { linked: true }));
}

proptest! {
    #[test]
    fn whatever_happens_every_status_was_allowed_and_the_version_only_rises(steps in prop::collection::vec((0usize..7, any::<bool>()), 0..20)) {
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let mut ticket = opened(&source);
        for (pick, by_staff) in steps {
            let actor = if by_staff { admin().actor() } else { student().actor() };
            let wanted = Status::ALL[pick];
            match ticket.change_status(&edu(), actor, to(wanted), moment(&source)) {
                Ok(decision) => {
                    prop_assert!(by_staff);
                    prop_assert_eq!(decision.ticket.status, wanted);
                    prop_assert_eq!(decision.ticket.version, ticket.version + 1);
                    prop_assert_eq!(decision.ticket.resolved_at.is_some() && wanted != Status::Closed, wanted == Status::Resolved);
                    ticket = decision.ticket;
                }
                Err(Refusal::Transition { allowed, .. }) => prop_assert!(!allowed.contains(&wanted)),
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }
}
