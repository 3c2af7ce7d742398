//! New tickets find whoever works on them, also when many come at once.

use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, Session};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROSTER: &str = "/api/admin/support/staff/assignment";

/// Opens so many tickets at once, and waits until each has found somebody.
async fn open_at_once(house: &House, student: &Session, count: usize) {
    let opened = join_all((0..count).map(|_| house.open_ticket(student))).await;
    assert_eq!(opened.len(), count);
    house.platform.quiesce().await;
}

/// How many tickets that are not done each of staff has, as the tickets themselves say, which must be what the roster says.
async fn shares(house: &House, staff: &Session) -> Vec<u64> {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let mut path = "/api/admin/support/tickets?limit=100".to_owned();
    loop {
        let page = house.get(staff, &path).await;
        for ticket in page.body["tickets"].as_array().expect("a list") {
            let done = matches!(ticket["status"].as_str(), Some("resolved" | "closed"));
            if let (Some(person), false) = (ticket["assigned_to"].as_str(), done) {
                *counted.entry(person.to_owned()).or_default() += 1;
            }
        }
        match page.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/admin/support/tickets?limit=100&cursor={cursor}"),
            None => break,
        }
    }
    let roster = house.get(staff, ROSTER).await;
    assert_eq!(roster.status, 200, "{roster:?}");
    let members = roster.body["staff"].as_array().expect("a list");
    let share = |member: &Value| {
        let id = member["id"].as_str().expect("an id");
        let load = member["open_tickets"].as_u64().expect("a count");
        assert_eq!(load, counted.get(id).copied().unwrap_or(0), "{id}");
        load
    };
    members.iter().map(share).collect()
}

async fn set(house: &House, by: &Session, of: &Session, enabled: bool) -> u16 {
    let path = format!("/api/admin/support/staff/{}/assignment", of.id);
    house
        .patch(by, &path, json!({"enabled": enabled}))
        .await
        .status
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tickets_at_once_go_round_in_shares_that_differ_by_at_most_one() {
    let patched = House::patched(&json!({"assignment": "round_robin"})).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    open_at_once(house, &student, 50).await;
    let mut shares = shares(house, &admin).await;
    shares.sort_unstable();
    assert_eq!(shares, [16, 17, 17]);

    let list = house
        .get(&admin, "/api/admin/support/tickets?limit=1")
        .await;
    let number = list.at("/tickets/0/ticket_number");
    let ticket = house.as_staff(&admin, number).await;
    let history = ticket.body["history"].as_array().expect("a history");
    let assigned: Vec<_> = history
        .iter()
        .filter(|e| e["change"] == "assigned")
        .collect();
    assert_eq!(assigned.len(), 1, "{history:?}");
    assert_eq!(assigned[0]["to"], ticket.body["assigned_to"]);
    assert!(!ticket.at("/assigned_at").is_empty());
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tickets_at_once_go_to_whoever_has_the_fewest() {
    let patched = House::patched(&json!({"assignment": "least_loaded"})).await;
    let house = &patched.house;
    let student = house.sign_in(STUDENT).await;
    let (admin, other) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let senior = house.sign_in(SUPER_ADMIN).await;
    // One has ten before the others have any.
    for member in [&other, &senior] {
        assert_eq!(set(house, &senior, member, false).await, 200);
    }
    open_at_once(house, &student, 10).await;
    assert_eq!(shares(house, &admin).await.iter().max(), Some(&10));
    for member in [&other, &senior] {
        assert_eq!(set(house, &senior, member, true).await, 200);
    }
    open_at_once(house, &student, 50).await;
    assert_eq!(shares(house, &admin).await, [20, 20, 20]);

    // Two of one person's are resolved: the next two are theirs.
    let path = format!(
        "/api/admin/support/tickets?assigned_to={}&limit=2",
        other.id
    );
    let theirs = house.get(&admin, &path).await;
    for ticket in theirs.body["tickets"].as_array().expect("a list") {
        assert_eq!(ticket["assigned_to"], other.id.as_str());
        let number = ticket["ticket_number"].as_str().expect("a number");
        let path = format!("/api/admin/support/tickets/{number}/status");
        let done = house
            .patch(&admin, &path, json!({"status": "resolved"}))
            .await;
        assert_eq!(done.status, 200, "{done:?}");
    }
    let mut before = shares(house, &admin).await;
    before.sort_unstable();
    assert_eq!(before, [18, 20, 20]);
    open_at_once(house, &student, 2).await;
    assert_eq!(shares(house, &admin).await, [20, 20, 20]);
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_off_duty_is_given_a_ticket_and_one_that_somebody_has_is_left_alone() {
    let patched = House::patched(&json!({"assignment": "round_robin"})).await;
    let house = &patched.house;
    let student = house.sign_in(STUDENT).await;
    let (admin, other) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let senior = house.sign_in(SUPER_ADMIN).await;
    assert_eq!(set(house, &admin, &other, false).await, 403, "others' duty");
    assert_eq!(
        set(house, &student, &student, false).await,
        403,
        "not staff"
    );
    assert_eq!(set(house, &senior, &student, false).await, 404, "not staff");
    for member in [&admin, &other, &senior] {
        assert_eq!(set(house, member, member, false).await, 200, "one's own");
    }
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    house.platform.quiesce().await;
    let ticket = house.as_staff(&admin, number).await;
    assert!(ticket.body["assigned_to"].is_null(), "{ticket:?}");

    assert_eq!(set(house, &other, &other, true).await, 200);
    let ticket_id = opened.at("/id").parse().expect("a UUID");
    let assign = registrar_domain::effect::Effect::AssignTicket { ticket_id };
    house.put(&assign, 3).await;
    house.platform.quiesce().await;
    let ticket = house.as_staff(&admin, number).await;
    assert_eq!(ticket.at("/assigned_to"), other.id);
    assert_eq!(ticket.body["history"].as_array().map(Vec::len), Some(2));

    // By hand to somebody else: the message, come again, changes nothing.
    let path = format!("/api/admin/support/tickets/{number}/assign");
    let moved = house
        .patch(&admin, &path, json!({"assigned_to": admin.id}))
        .await;
    assert_eq!(moved.status, 200, "{moved:?}");
    house.put(&assign, 3).await;
    house.platform.quiesce().await;
    let ticket = house.as_staff(&admin, number).await;
    assert_eq!(ticket.at("/assigned_to"), admin.id);
    let mut loads = shares(house, &admin).await;
    loads.sort_unstable();
    assert_eq!(loads, [0, 0, 1]);
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_follow_whatever_happens_to_a_ticket() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let (admin, other) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let opened = house.open_ticket(&student).await;
        numbers.push(opened.at("/ticket_number").to_owned());
    }
    let path = |n: usize, what: &str| format!("/api/admin/support/tickets/{}/{what}", numbers[n]);
    // What is done, and how many tickets of theirs are then not done: Meera's, Jonas's, Sade's.
    let steps = [
        (0, "assign", json!({"assigned_to": admin.id}), [1, 0, 0]),
        (1, "assign", json!({"assigned_to": admin.id}), [2, 0, 0]),
        (1, "assign", json!({"assigned_to": other.id}), [1, 1, 0]),
        (1, "status", json!({"status": "resolved"}), [1, 0, 0]),
        (1, "assign", json!({"assigned_to": admin.id}), [1, 0, 0]),
        (1, "status", json!({"status": "open"}), [2, 0, 0]),
        (0, "assign", json!({"assigned_to": null}), [1, 0, 0]),
        (0, "assign", json!({"assigned_to": admin.id}), [2, 0, 0]),
    ];
    for (n, what, body, expected) in steps {
        let done = house.patch(&admin, &path(n, what), body.clone()).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(shares(&house, &admin).await, expected, "{what} {body}");
    }
    // Both are Meera's, and both writes of the merge move her load: one item, one sum.
    let merged = house
        .post(&admin, &path(1, "merge"), json!({"into": numbers[0]}))
        .await;
    assert!(merged.status < 300, "{merged:?}");
    assert_eq!(shares(&house, &admin).await, [1, 0, 0]);
    house.finish().await;
}
