//! Service levels: what is due is said in time, once, to staff, and not of a ticket that moved on.

use crate::house::{ADMIN, Answer, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, around_the_clock};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use registrar_domain::{effect::Effect, id::AccountId};
use serde_json::{Value, json};

/// The changes of a ticket, sorted (those of one moment come in any order), each with what tells one of service levels from
/// another.
fn changes(ticket: &Answer) -> Vec<String> {
    let history = ticket.body["history"].as_array().expect("a history");
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let shown = |entry: &Value| match text(entry, "change").as_str() {
        "sla" => format!("{} {}", text(entry, "level"), text(entry, "signal")),
        change => change.to_owned(),
    };
    let mut changes: Vec<_> = history.iter().map(shown).collect();
    changes.sort();
    changes
}

fn time(ticket: &Answer, pointer: &str) -> Timestamp {
    ticket.at(pointer).parse().expect("a time")
}

/// How many letters of a subject were sent for a ticket.
async fn letters(house: &House, subject: &str, number: &str) -> usize {
    let entries = house.journal("provider=sendgrid", 1).await;
    let wanted = format!("{subject}: {number}");
    entries
        .iter()
        .filter(|entry| entry["subject"] == wanted)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_and_a_breach_are_told_once_however_often_the_schedule_fires() {
    let patched = House::patched(&json!({"sla": around_the_clock()})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    let due = time(&opened, "/created_at") + SignedDuration::from_hours(1);

    house.later(29, 2).await;
    let early = house.as_staff(&admin, number).await;
    assert_eq!(changes(&early), ["created"]);
    assert_eq!(time(&early, "/sla/first_response/due_at"), due);
    assert_eq!(early.at("/sla/first_response/state"), "running");

    house.later(2, 3).await;
    let warned = house.as_staff(&admin, number).await;
    assert_eq!(changes(&warned), ["created", "first_response warning"]);
    assert_eq!(letters(house, "First Response Due Soon", number).await, 3);

    house.later(30, 3).await;
    let breached = house.as_staff(&admin, number).await;
    let said = ["created", "first_response breach", "first_response warning"];
    assert_eq!(changes(&breached), said);
    assert_eq!(time(&breached, "/sla/first_response/breached_at"), due);
    assert_eq!(letters(house, "First Response Overdue", number).await, 3);

    // The schedule's own message, late and again, finds nothing to say.
    let ticket_id = opened.at("/id").parse().expect("a UUID");
    let at = time(&breached, "/history/2/at");
    house
        .put(&Effect::CheckServiceLevels { ticket_id, at }, 3)
        .await;
    house.platform.quiesce().await;
    assert_eq!(changes(&house.as_staff(&admin, number).await), said);
    assert_eq!(letters(house, "First Response Overdue", number).await, 3);

    let row = &house.get(&admin, "/api/admin/support/tickets").await.body["tickets"][0];
    assert_eq!(row["sla"]["first_response"]["state"], "breached", "{row}");
    for path in ["/tickets".to_owned(), format!("/tickets/{number}")] {
        let seen = house.get(&student, &path).await;
        assert!(!seen.text.contains("sla"), "{seen:?}");
        assert!(!seen.text.contains("breach"), "{seen:?}");
    }
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_while_nothing_ran_is_made_good_and_was_missed_when_it_was_due() {
    let patched = House::patched(&json!({"sla": around_the_clock()})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let mut opened = Vec::new();
    for _ in 0..3 {
        opened.push(house.open_ticket(&student).await);
    }
    house.later(3 * 24 * 60, 1).await;
    for ticket in &opened {
        let late = house.as_staff(&admin, ticket.at("/ticket_number")).await;
        let said = ["created", "first_response breach", "resolution breach"];
        assert_eq!(changes(&late), said, "no warning comes after its breach");
        let due = time(ticket, "/created_at") + SignedDuration::from_hours(4);
        assert_eq!(time(&late, "/sla/resolution/breached_at"), due);
    }
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_stand_still_while_the_ticket_waits_for_the_requester() {
    let patched = House::patched(&json!({"sla": around_the_clock()})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    let path = format!("/api/admin/support/tickets/{number}");
    let waits = json!({"status": "waiting_customer", "reason": "which session?"});
    let moved = house.patch(&admin, &format!("{path}/status"), waits).await;
    assert_eq!(moved.status, 200, "{moved:?}");

    house.later(30 * 24 * 60, 2).await;
    let waiting = house.as_staff(&admin, number).await;
    assert_eq!(changes(&waiting), ["created", "status"]);
    for level in ["first_response", "resolution"] {
        assert_eq!(waiting.at(&format!("/sla/{level}/state")), "paused");
        assert!(
            waiting.body["sla"][level]["due_at"].is_null(),
            "{waiting:?}"
        );
    }

    let reply = json!({"message": "The third one."});
    let replied = house
        .post(&student, &format!("/tickets/{number}/messages"), reply)
        .await;
    assert_eq!(replied.status, 201);
    let again = house.as_staff(&admin, number).await;
    let pause = time(&again, "/sla/pauses/0/to").duration_since(time(&again, "/sla/pauses/0/from"));
    let due = time(&opened, "/created_at") + SignedDuration::from_hours(4) + pause;
    assert_eq!(time(&again, "/sla/resolution/due_at"), due);
    assert_eq!(again.at("/sla/resolution/state"), "running");
    house.later(1, 1).await;
    let late = changes(&house.as_staff(&admin, number).await);
    assert!(late.contains(&"resolution breach".to_owned()), "{late:?}");
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_was_answered_and_done_in_time_is_never_warned_of() {
    let patched = House::patched(&json!({"sla": around_the_clock()})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    let path = format!("/api/admin/support/tickets/{number}");
    let reply = json!({"message": "I enabled access."});
    let replied = house.post(&admin, &format!("{path}/replies"), reply).await;
    assert_eq!(replied.status, 201);
    house.later(100, 1).await;
    let answered = house.as_staff(&admin, number).await;
    assert_eq!(answered.at("/sla/first_response/state"), "met");
    let done = json!({"status": "resolved", "reason": "done"});
    assert_eq!(
        house
            .patch(&admin, &format!("{path}/status"), done)
            .await
            .status,
        200
    );
    house.later(7 * 24 * 60, 2).await;
    let done = house.as_staff(&admin, number).await;
    assert!(
        !changes(&done)
            .iter()
            .any(|change| change.contains("breach")),
        "{done:?}"
    );
    assert_eq!(done.at("/sla/resolution/state"), "met");
    assert_eq!(letters(house, "Resolution Overdue", number).await, 0);
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_is_no_time_to_answer_in() {
    let day = |time: Timestamp| -> Date { TimeZone::UTC.to_datetime(time).date() };
    let today = day(Timestamp::now());
    let tomorrow = today.tomorrow().expect("there is one");
    let after = tomorrow.tomorrow().expect("there is one");
    let mut levels = around_the_clock();
    levels["calendar"]["holidays"] = json!([today.to_string(), tomorrow.to_string()]);
    let patched = House::patched(&json!({"sla": levels})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let ticket = house.as_staff(&admin, opened.at("/ticket_number")).await;
    let midnight = after
        .to_zoned(TimeZone::UTC)
        .expect("a midnight")
        .timestamp();
    assert_eq!(
        time(&ticket, "/sla/first_response/due_at"),
        midnight + SignedDuration::from_hours(1)
    );
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breach_raises_the_priority_and_goes_to_a_super_admin_as_the_profile_says() {
    let mut levels = around_the_clock();
    levels["on_breach"] = json!({"raise_priority": true, "assign_to": "super_admin"});
    let patched = House::patched(&json!({"sla": levels})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let senior = house.sign_in(SUPER_ADMIN).await;
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    let path = format!("/api/admin/support/tickets/{number}/assign");
    let taken = house
        .patch(&admin, &path, json!({"assigned_to": admin.id}))
        .await;
    assert_eq!(taken.status, 200, "{taken:?}");

    house.later(61, 2).await;
    let ticket = house.as_staff(&admin, number).await;
    let said = [
        "assigned",
        "assigned",
        "created",
        "first_response breach",
        "priority",
    ];
    assert_eq!(changes(&ticket), said);
    assert_eq!(ticket.at("/priority"), "urgent");
    assert_eq!(ticket.at("/assigned_to"), senior.id);
    let history = ticket.body["history"].as_array().expect("a history");
    let given = history
        .iter()
        .find(|entry| entry["to"] == senior.id.as_str());
    let by = given.map(|entry| entry["by"].clone());
    assert_eq!(by, Some(json!(AccountId::SYSTEM)));
    let due = time(&opened, "/created_at") + SignedDuration::from_hours(4);
    assert_eq!(
        time(&ticket, "/sla/resolution/due_at"),
        due,
        "an escalation shortens no target"
    );
    // Whoever had it is told, and nobody else.
    let subject = format!("First Response Overdue: {number}");
    for (person, count) in [(ADMIN, 1), (OTHER_ADMIN, 0), (SUPER_ADMIN, 0)] {
        let mails = house
            .journal(&format!("provider=sendgrid&to={person}"), 1)
            .await;
        let told = mails
            .iter()
            .filter(|mail| mail["subject"] == subject)
            .count();
        assert_eq!(told, count, "{person}");
    }
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_answer_waits_for_the_customer_the_answer_itself_stops_the_clocks() {
    let house = House::with_profile("portal").await;
    let (customer, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&customer).await;
    let number = opened.at("/ticket_number");
    let ticket = house.as_staff(&admin, number).await;
    assert_eq!(
        ticket.body["sla"]["first_response"]["target_seconds"],
        8 * 3600
    );
    // Nine to five in Toronto: eight hours of work end within the hours of a day, or at their end.
    let due = time(&ticket, "/sla/first_response/due_at");
    let local = due.to_zoned(TimeZone::get("America/Toronto").expect("a zone"));
    assert!((9..=17).contains(&local.hour()), "{local}");

    let path = format!("/api/admin/support/tickets/{number}/replies");
    let answer = json!({"message": "Which site is it?"});
    assert_eq!(house.post(&admin, &path, answer).await.status, 201);
    let answered = house.as_staff(&admin, number).await;
    assert_eq!(answered.at("/status"), "waiting_customer");
    assert_eq!(answered.at("/sla/first_response/state"), "met");
    assert_eq!(answered.at("/sla/resolution/state"), "paused");

    let path = format!("/tickets/{number}/messages");
    let reply = json!({"message": "The first one."});
    assert_eq!(house.post(&customer, &path, reply).await.status, 201);
    let again = house.as_staff(&admin, number).await;
    assert_eq!(again.at("/sla/resolution/state"), "running");
    assert_eq!(
        again.body["sla"]["pauses"].as_array().map(Vec::len),
        Some(1)
    );
    house.finish().await;
}
