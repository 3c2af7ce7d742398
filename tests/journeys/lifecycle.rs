//! The same life of a ticket under each profile: what moves it, who may move it where, and what is refused how.

mod amend;
mod commands;
mod hidden;
mod start;
mod together;

use crate::house::{ADMIN, FRENCH, House, STUDENT, Session};
use registrar_domain::{
    profile::{Profile, Side},
    ticket::Status,
};
use serde_json::{Value, json};

/// What a profile is expected to do; written out, so that a changed file is noticed.
struct Expected {
    profile: &'static str,
    first_number: &'static str,
    initial: &'static str,
    after_staff: &'static str,
    /// What a requester's reply leads to once the ticket is resolved, and once it is closed.
    on_resolved: After,
    on_closed: After,
}

#[derive(Clone, Copy)]
enum After {
    Status(&'static str),
    NewTicket { linked: bool },
    Refused,
}

async fn opened(house: &House, who: &Session) -> (String, String) {
    let body =
        json!({"subject": "A question of mine", "description": "It is about this and that."});
    let opened = house.post(who, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    (
        opened.at("/id").to_owned(),
        opened.at("/ticket_number").to_owned(),
    )
}

async fn moved(house: &House, admin: &Session, id: &str, to: &str) {
    let path = format!("/api/admin/support/tickets/{id}/status");
    let moved = house.patch(admin, &path, json!({"status": to})).await;
    assert_eq!((moved.status, moved.at("/status")), (200, to), "{moved:?}");
}

async fn replies(house: &House, who: &Session, id: &str, after: After) {
    let path = format!("/tickets/{id}/replies");
    let answer = house
        .post(who, &path, json!({"message": "One more thing"}))
        .await;
    match after {
        After::Status(status) => {
            assert_eq!(
                (answer.status, answer.at("/ticket_status")),
                (201, status),
                "{answer:?}"
            );
        }
        After::NewTicket { linked } => {
            assert_eq!(answer.status, 201, "{answer:?}");
            assert_ne!(answer.at("/id"), id);
            let links = answer.body["links"].as_array().map(Vec::len);
            assert_eq!(links, Some(usize::from(linked)), "{answer:?}");
        }
        After::Refused => {
            answer.is_problem(409, "ticket_closed");
        }
    }
}

/// Tries every status from where the ticket stands; the table says which are taken.
async fn refusals(house: &House, who: &Session, side: Side, profile: &Profile, id: &str) {
    let path = format!("/tickets/{id}/status");
    let from = house
        .get(who, &format!("/tickets/{id}"))
        .await
        .at("/status")
        .to_owned();
    let from: Status = from.parse().expect("a status");
    let allowed = profile.allowed(side, from);
    for to in Status::ALL.iter().filter(|to| !allowed.contains(to)) {
        let refused = house.patch(who, &path, json!({"status": to})).await;
        refused.is_problem(409, "transition_refused");
        assert_eq!(refused.body["from"], json!(from));
        assert_eq!(refused.body["to"], json!(to));
        assert_eq!(refused.body["allowed"], json!(allowed));
    }
    let unknown = house.patch(who, &path, json!({"status": "finished"})).await;
    unknown.is_problem(422, "invalid_body");
}

async fn lives(expected: Expected) {
    let house = House::with_profile(expected.profile).await;
    let profile = Profile::preset(expected.profile).expect("a preset");
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;

    let (id, number) = opened(&house, &student).await;
    let today = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    assert_eq!(number, expected.first_number.replace("DAY", &today));
    let by_number = house.get(&student, &format!("/tickets/{number}")).await;
    assert_eq!(
        (by_number.at("/id"), by_number.at("/status")),
        (id.as_str(), expected.initial)
    );
    let stranger = house.sign_in(FRENCH).await;
    house
        .get(&stranger, &format!("/tickets/{number}"))
        .await
        .is_problem(404, "not_found");

    refusals(&house, &student, Side::Requester, &profile, &id).await;
    refusals(&house, &admin, Side::Staff, &profile, &id).await;

    // What is said moves it to the other side and back.
    replies(&house, &student, &id, After::Status(expected.initial)).await;
    let answer = json!({"message": "Have you tried again?"});
    let path = format!("/api/admin/support/tickets/{id}/replies");
    let replied = house.post(&admin, &path, answer.clone()).await;
    assert_eq!(
        replied.at("/ticket_status"),
        expected.after_staff,
        "{replied:?}"
    );
    if expected.after_staff != "waiting_customer" {
        moved(&house, &admin, &id, "waiting_customer").await;
    }
    refusals(&house, &student, Side::Requester, &profile, &id).await;
    replies(&house, &student, &id, After::Status("in_progress")).await;

    // Resolved, by every path that resolves.
    let rating = json!({"rating": 4, "comment": "Quick"});
    let early = house
        .post(&student, &format!("/tickets/{id}/rating"), rating.clone())
        .await;
    early.is_problem(409, "ticket_not_resolved");
    let close = format!("/api/admin/support/tickets/{id}/close");
    let closed = house.post(&admin, &close, json!({"reason": "done"})).await;
    assert_eq!(
        (closed.at("/status"), closed.at("/user_notification")),
        ("resolved", "sent"),
        "{closed:?}"
    );
    assert!(closed.body["resolved_at"].is_string(), "{closed:?}");
    refusals(&house, &student, Side::Requester, &profile, &id).await;
    refusals(&house, &admin, Side::Staff, &profile, &id).await;
    let rated = house
        .post(&student, &format!("/tickets/{id}/rating"), rating)
        .await;
    assert_eq!(rated.body["customer_satisfaction_rating"], 4, "{rated:?}");
    // Staff may add a word without reopening.
    assert_eq!(
        house.post(&admin, &path, answer).await.at("/ticket_status"),
        "resolved"
    );
    replies(&house, &student, &id, expected.on_resolved).await;

    // Closed, and reopened by staff, always.
    let (id, _) = opened(&house, &student).await;
    moved(&house, &admin, &id, "closed").await;
    refusals(&house, &student, Side::Requester, &profile, &id).await;
    refusals(&house, &admin, Side::Staff, &profile, &id).await;
    replies(&house, &student, &id, expected.on_closed).await;
    let shown = house.get(&student, &format!("/tickets/{id}")).await;
    if shown.at("/status") == "closed" {
        moved(&house, &admin, &id, "open").await;
    }
    let shown = house.get(&admin, &format!("/tickets/{id}")).await;
    assert!(shown.body["closed_at"].is_null(), "{shown:?}");
    let statuses = |entry: &&Value| entry["change"] == "status";
    let history = shown.body["history"].as_array().expect("a history");
    assert_eq!(history.iter().filter(statuses).count(), 2, "{shown:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_as_edu_says() {
    lives(Expected {
        profile: "edu",
        first_number: "TKT-DAY-0001",
        initial: "open",
        after_staff: "in_progress",
        on_resolved: After::Status("open"),
        on_closed: After::NewTicket { linked: true },
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_as_chat_says() {
    lives(Expected {
        profile: "chat",
        first_number: "1",
        initial: "open",
        after_staff: "in_progress",
        on_resolved: After::NewTicket { linked: false },
        on_closed: After::NewTicket { linked: false },
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_as_portal_says() {
    lives(Expected {
        profile: "portal",
        first_number: "TKT-DAY-00001",
        initial: "new",
        after_staff: "waiting_customer",
        on_resolved: After::Status("in_progress"),
        on_closed: After::Status("in_progress"),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_as_tutoring_says() {
    lives(Expected {
        profile: "tutoring",
        first_number: "TKT-DAY-0001",
        initial: "open",
        after_staff: "in_progress",
        on_resolved: After::Status("resolved"),
        on_closed: After::Refused,
    })
    .await;
}
