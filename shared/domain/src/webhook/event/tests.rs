use super::*;
use crate::{
    actor::{Actor, Role},
    clock::{Clock, Moment, fixed::Fixed},
    profile::Profile,
    ticket::{About, Author, Open, Requester, open},
    value::{Description, MessageBody, PersonName, Phone, Subject},
};

#[test]
fn an_event_has_the_same_sortable_name_each_time_it_is_told() {
    let event = Event {
        at: "2026-11-21T10:00:00.007Z".parse().unwrap(),
        what: What::TicketMessageAdded {
            ticket_id: Uuid::nil().into(),
            message_id: Uuid::nil().into(),
        },
    };
    let json = serde_json::to_string(&event).unwrap();
    let again: Event = serde_json::from_str(&json).unwrap();
    assert_eq!(again, event);
    let id = again.id();
    assert_eq!(
        id.header(),
        "msg_01795255200007_00000000-0000-0000-0000-000000000000"
    );
    assert_eq!(id.as_str().parse::<EventId>().unwrap(), id);
}

#[test]
fn what_is_no_id_is_refused() {
    for bad in [
        "",
        "_",
        "1_a",
        "01795255200007_",
        "01795255200007_a b",
        "01795255200007_a#b",
        "0179525520000é_a",
    ] {
        assert!(bad.parse::<EventId>().is_err(), "{bad}");
    }
}

#[test]
fn every_topic_reads_back_from_its_code() {
    for topic in Topic::ALL {
        let json = serde_json::to_string(&topic).unwrap();
        assert_eq!(json, format!("{:?}", topic.code()));
    }
}

#[test]
fn opening_tells_one_event_and_a_note_one_that_is_no_message_s() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let moment = Moment::new(source.now(), &source);
    let name = PersonName::new("Asha Rao").unwrap();
    let phone = Phone::new("+919812345678").unwrap();
    let requester = Requester::of_phone(phone, name.clone(), None);
    let actor = Actor {
        id: requester.id,
        role: Role::Customer,
    };
    let command = Open {
        subject: Subject::new("Unable to access recordings").unwrap(),
        description: Description::new("I can't see any recordings.").unwrap(),
        category: None,
        priority: None,
        about: About::default(),
        tags: Vec::new(),
    };
    let profile = Profile::preset("edu").unwrap();
    let opened = open(&profile, actor, &requester, command, "1".into(), moment).unwrap();
    let told = Event::of_ticket(&opened);
    let kinds: Vec<_> = told.iter().map(Event::kind).collect();
    assert_eq!(kinds, ["ticket.created"]);
    let effects = with_events(&opened.effects, told);
    assert_eq!(effects.len(), opened.effects.len() + 1);

    let staff = Author {
        id: Uuid::from_u128(7).into(),
        name,
        role: Role::Admin,
    };
    let said = MessageBody::new("owes fees").unwrap();
    let noted = opened.ticket.note(&staff, said, moment).unwrap();
    let told = Event::of_ticket(&noted);
    assert_eq!(told.len(), 1);
    assert!(matches!(told[0].what, What::TicketNoteAdded { .. }));
    assert_eq!(told[0].topic(), Some(Topic::TicketMessageAdded));
    let queued = serde_json::to_string(&told).unwrap();
    assert!(!queued.contains("owes fees"), "ids only: {queued}");
}
