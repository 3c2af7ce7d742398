use super::*;
use crate::clock::{Clock, fixed::Fixed};
use uuid::Uuid;

fn endpoint(origin: Origin) -> (Endpoint, Fixed) {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let new = New {
        url: "https://hooks.example/in".to_owned().try_into().unwrap(),
        description: None,
        events: vec![Topic::TicketMessageAdded, Topic::TicketMessageAdded]
            .try_into()
            .unwrap(),
        internal_notes: false,
        origin,
    };
    let endpoint = Endpoint::new(new, Moment::new(source.now(), &source));
    (endpoint, source)
}

fn staff() -> Origin {
    Origin::Staff {
        account_id: Uuid::nil().into(),
    }
}

fn event(what: What) -> Event {
    let at = "2026-11-21T10:00:00Z".parse().unwrap();
    Event { at, what }
}

fn note() -> Event {
    event(What::TicketNoteAdded {
        ticket_id: Uuid::nil().into(),
        message_id: Uuid::nil().into(),
    })
}

#[test]
fn a_note_goes_only_where_staff_opted_in_although_the_topic_is_that_of_messages() {
    let (endpoint, source) = endpoint(staff());
    let message = event(What::TicketMessageAdded {
        ticket_id: Uuid::nil().into(),
        message_id: Uuid::nil().into(),
    });
    assert!(endpoint.wants(&message) && !endpoint.wants(&note()));
    let change = Change {
        internal_notes: Some(true),
        ..Change::default()
    };
    assert!(
        endpoint
            .changed(change, source.now())
            .unwrap()
            .wants(&note())
    );
}

#[test]
fn an_endpoint_that_is_off_or_did_not_ask_gets_nothing() {
    let (endpoint, source) = endpoint(staff());
    let issued = event(What::Test {
        test_id: Uuid::nil(),
    });
    assert!(endpoint.wants(&issued), "a trial needs no topic");
    assert!(!endpoint.gone(source.now()).wants(&issued));
    let created = event(What::TicketCreated {
        ticket_id: Uuid::nil().into(),
        history_id: Uuid::nil().into(),
    });
    assert!(!endpoint.wants(&created));
}

#[test]
fn two_secrets_sign_for_a_day_after_a_rotation_and_never_three() {
    let (first, source) = endpoint(staff());
    let moment = Moment::new(source.now(), &source);
    let second = first.rotated(moment);
    assert_eq!(second.secrets.len(), 2);
    assert_eq!(second.secrets[1].secret, first.secrets[0].secret);
    let end = source.now() + SignedDuration::from_hours(24);
    assert!(second.secrets[1].signs_at(end - SignedDuration::from_secs(1)));
    assert!(!second.secrets[1].signs_at(end) && second.secrets[0].signs_at(end));
    let third = second.rotated(moment);
    assert_eq!(third.secrets.len(), 2);
    assert_eq!(third.secrets[1].secret, second.secrets[0].secret);
}

#[test]
fn the_deployment_s_endpoint_follows_its_settings_alone() {
    let (endpoint, source) = endpoint(Origin::Deployment);
    let elsewhere: EndpointUrl = "https://hooks.example/new".to_owned().try_into().unwrap();
    let change = Change {
        url: Some(elsewhere.clone()),
        ..Change::default()
    };
    let refused = endpoint.changed(change, source.now());
    assert_eq!(refused.unwrap_err(), Refusal::OfDeployment);
    assert_eq!(endpoint.may_go(), Err(Refusal::OfDeployment));
    assert_eq!(endpoint.moved(endpoint.url.clone(), source.now()), None);
    let moved = endpoint.moved(elsewhere, source.now()).unwrap();
    assert_eq!((moved.id, moved.version), (endpoint.id, 2));
    assert_eq!(moved.secrets, endpoint.secrets);
}

#[test]
fn an_address_that_is_none_is_refused() {
    for bad in [
        "",
        "ftp://a.example",
        "https://a b",
        "https://ä.example",
        "javascript:1",
    ] {
        assert!(EndpointUrl::try_from(bad.to_owned()).is_err(), "{bad}");
    }
    assert!(EndpointUrl::try_from(format!("https://a/{}", "x".repeat(2000))).is_err());
    assert!(Topics::try_from(Vec::new()).is_err());
}
