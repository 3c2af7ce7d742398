//! When a receiver fails: the schedule by the platform's clock, the end by 410, replay, and a worker that dies.

use super::{Hook, due, fails, hook, later, verified};
use crate::house::{ADMIN, House, STUDENT, SUPER_ADMIN, Session};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{effect::Effect, id::WebhookId, page::Limit};
use serde_json::{Value, json};
use std::{process::Command, time::Duration};

/// The schedule after the first attempt.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];
/// Calls take time, and moving the clock takes some too.
const SLACK: Duration = Duration::from_secs(3);

/// A house with an endpoint for new tickets whose receiver fails in this way, and one ticket opened.
async fn failing(rule: Value) -> (House, Session, Hook) {
    failing_with(rule, &[]).await
}

async fn failing_with(rule: Value, parameters: &[(&str, &str)]) -> (House, Session, Hook) {
    let house = House::start_with(parameters).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    fails(&house, "crm", rule).await;
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    house.platform.settle().await;
    (house, boss, hook)
}

fn time(value: &Value) -> Timestamp {
    value.as_str().expect("a time").parse().expect("RFC 3339")
}

/// Moves the platform's clock, which is `ahead` of this machine's, to a time; by how much.
async fn move_to(house: &House, to: Timestamp, ahead: SignedDuration) -> SignedDuration {
    let by = to.duration_since(Timestamp::now() + ahead);
    let by = by.max(SignedDuration::ZERO);
    later(house, by.unsigned_abs()).await;
    by
}

fn attempts(entry: &Value) -> usize {
    entry["attempts"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_is_called_ten_times_by_the_schedule_and_not_once_sooner() {
    let (house, boss, hook) = failing(json!({"kind": "status", "status": 500})).await;
    let mut ahead = SignedDuration::ZERO;
    let mut before = None;
    for (n, pause) in PAUSES.iter().enumerate() {
        let entry = hook.entry(&house, &boss).await;
        assert_eq!(
            (attempts(&entry), &entry["state"]),
            (n + 1, &json!("waiting"))
        );
        assert_eq!(entry["next_attempt"], json!(n + 2));
        let due = time(&entry["next_attempt_at"]);
        let from = before.unwrap_or_else(|| time(&entry["attempts"][0]["at"]));
        let planned = SignedDuration::try_from(*pause).expect("a short time");
        assert_eq!(due.duration_since(from), planned, "after attempt {}", n + 1);
        // The minute before it is for a slow machine; five seconds have no such minute.
        if n > 0 {
            ahead += move_to(&house, due - SignedDuration::from_mins(1), ahead).await;
            let made = attempts(&hook.entry(&house, &boss).await);
            assert_eq!(made, n + 1, "too soon: {pause:?}");
        }
        ahead += move_to(&house, due + SignedDuration::from_secs(1), ahead).await;
        let made = attempts(&hook.entry(&house, &boss).await);
        assert_eq!(made, n + 2, "too late: {pause:?}");
        before = Some(due);
    }
    let entry = hook.entry(&house, &boss).await;
    assert_eq!((attempts(&entry), &entry["state"]), (10, &json!("failed")));
    let numbers: Vec<_> = entry["attempts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|attempt| {
            assert_eq!(attempt["status_code"], 500);
            assert!(
                attempt["duration_ms"].is_u64() && attempt["at"].is_string(),
                "{attempt}"
            );
            attempt["number"].as_u64().expect("a number")
        })
        .collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    later(&house, Duration::from_hours(48)).await;
    assert_eq!(house.fault_hits().await, [10], "the tries are used up");
    assert_eq!(hook.shown(&house, &boss).await["status"], "enabled");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_comes_back_gets_the_message_once_under_the_same_id() {
    let (house, boss, hook) = failing(json!({"kind": "status", "status": 502, "times": 3})).await;
    for pause in &PAUSES[..3] {
        later(&house, *pause + SLACK).await;
    }
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(
        (attempts(&entry), &entry["state"]),
        (4, &json!("delivered"))
    );
    let taken = hook.took(&house, 1).await.remove(0);
    assert_eq!(taken["message_id"], entry["webhook_id"]);
    verified(&hook.secret, &taken).expect("a late attempt is signed for its own time");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_queue_and_schedule_both_bring_is_made_once() {
    let (house, boss, hook) = failing(json!({"kind": "status", "status": 500, "times": 1})).await;
    assert_eq!(attempts(&hook.entry(&house, &boss).await), 1);
    // The message for the second attempt and the schedule's own both come: one attempt.
    house.platform.advance(Duration::from_secs(6));
    for _ in 0..3 {
        due(&house).await;
    }
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(
        (attempts(&entry), &entry["state"]),
        (2, &json!("delivered"))
    );
    hook.took(&house, 1).await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_disabled_until_somebody_enables_it_again() {
    let (house, boss, hook) = failing(json!({"kind": "status", "status": 410, "times": 1})).await;
    let shown = hook.shown(&house, &boss).await;
    assert_eq!(
        (&shown["status"], &shown["disabled_because"]),
        (&json!("disabled"), &json!("gone"))
    );
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(entry["state"], "failed");
    assert!(entry["next_attempt_at"].is_null(), "{entry}");

    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    later(&house, Duration::from_hours(30)).await;
    assert_eq!(hook.count(&house).await, 0, "nothing goes to who is gone");
    let replay = format!(
        "/deliveries/{}/replay",
        entry["id"].as_str().expect("an id")
    );
    let refused = house.post(&boss, &hook.path(&replay), json!({})).await;
    refused.is_problem(409, "webhook_disabled");
    let refused = house.post(&boss, &hook.path("/test"), json!({})).await;
    refused.is_problem(409, "webhook_disabled");

    let on = house
        .patch(&boss, &hook.path(""), json!({"enabled": true}))
        .await;
    assert_eq!((on.status, on.at("/status")), (200, "enabled"));
    let again = house.post(&boss, &hook.path(&replay), json!({})).await;
    assert_eq!(again.status, 202, "{again:?}");
    hook.took(&house, 1).await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_sends_the_same_message_again_and_the_log_has_both_attempts() {
    let house = House::start().await;
    let (boss, admin) = (house.sign_in(SUPER_ADMIN).await, house.sign_in(ADMIN).await);
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    hook.took(&house, 1).await;
    let entry = hook.entry(&house, &admin).await;
    let path = hook.path(&format!(
        "/deliveries/{}",
        entry["id"].as_str().expect("an id")
    ));
    let once = house
        .request(reqwest::Method::POST, &format!("{path}/replay"))
        .bearer_auth(&admin.token)
        .header("idempotency-key", "again-1");
    let twice = once.try_clone().expect("a request without a stream");
    for request in [once, twice] {
        let answer = crate::house::Ask::answer(request).await;
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    let taken = hook.took(&house, 2).await;
    assert_eq!(
        taken[0]["message_id"], taken[1]["message_id"],
        "a receiver can tell"
    );
    assert_eq!(taken[0]["body"], taken[1]["body"]);
    let entry = house.get(&admin, &path).await;
    assert_eq!(entry.at("/state"), "delivered");
    assert_eq!(
        attempts(&entry.body),
        2,
        "the key made it one replay: {entry:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_slow_or_drops_the_connection_is_tried_again_and_the_log_says_why() {
    let parameters = [("WebhookTimeoutMs", "400")];
    let (house, boss, hook) = failing_with(
        json!({"kind": "timeout", "hold_ms": 30000, "times": 1}),
        &parameters,
    )
    .await;
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(entry["attempts"][0]["error"], "the time ran out");
    assert!(entry["attempts"][0]["status_code"].is_null());
    assert!(
        entry["attempts"][0]["duration_ms"]
            .as_u64()
            .is_some_and(|ms| (300..5000).contains(&ms))
    );
    fails(&house, "crm", json!({"kind": "drop_before", "times": 1})).await;
    later(&house, PAUSES[0] + SLACK).await;
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(entry["attempts"][1]["error"], "the connection broke");
    later(&house, PAUSES[1] + SLACK).await;
    assert_eq!(hook.entry(&house, &boss).await["state"], "delivered");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_while_it_sends_leaves_one_attempt_in_the_log() {
    let parameters = [("DeliveryLeaseSeconds", "1")];
    let house = House::start_with(&parameters).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    // The receiver takes the message and holds its answer, so the kill falls into the call.
    let held = json!({"kind": "timeout", "accepts": true, "hold_ms": 60000, "times": 1});
    fails(&house, "crm", held).await;
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    house.journal("provider=receiver&to=crm", 1).await;
    for id in house.platform.process_ids("HookDeliveriesFunction") {
        let killed = Command::new("kill").args(["-9", &id.to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }
    house.platform.settle().await;
    let entry = hook.entry(&house, &boss).await;
    assert_eq!((attempts(&entry), &entry["state"]), (0, &json!("sending")));
    // The message comes again, and waits for the dead worker's lease if that is not over.
    later(&house, Duration::from_secs(200)).await;
    // The receiver has it twice, under one id: no sender can know better, and the specification says so.
    let taken = hook.took(&house, 2).await;
    assert_eq!(taken[0]["message_id"], taken[1]["message_id"]);
    let entry = hook.entry(&house, &boss).await;
    assert_eq!(
        (attempts(&entry), &entry["state"]),
        (1, &json!("delivered")),
        "{entry}"
    );
    assert_eq!(entry["interrupted"], 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_endpoint_that_was_taken_away_is_never_sent_and_is_due_no_more() {
    let (house, boss, hook) = failing(json!({"kind": "status", "status": 500, "times": 3})).await;
    for pause in &PAUSES[..2] {
        later(&house, *pause + SLACK).await;
    }
    let delete = house.request(reqwest::Method::DELETE, &hook.path(""));
    let delete = crate::house::Ask::answer(delete.bearer_auth(&boss.token)).await;
    assert_eq!(delete.status, 204);
    let table = house.table();
    let waiting = async || {
        let mut due = Vec::new();
        let far = Timestamp::now() + SignedDuration::from_hours(100);
        for shard in 0..table.shards() {
            due.extend(table.webhooks_due(shard, far).await.expect("what is due"));
        }
        due
    };
    assert_eq!(waiting().await.len(), 1);
    later(&house, PAUSES[2] + SLACK).await;
    assert!(waiting().await.is_empty());
    assert_eq!(hook.count(&house).await, 0);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_come_three_times_late_or_for_another_attempt_make_one_call() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    hook.took(&house, 1).await;
    let id: WebhookId = hook.id.parse().expect("a UUID");
    let (table, now) = (house.table(), Timestamp::now());
    let log = table.webhook_deliveries(id, None, now, Limit::default());
    let delivery = log.await.expect("a log").rows.remove(0);
    let event = delivery.event.clone();
    let told = Effect::Webhook {
        event: event.clone(),
    };
    house.put(&told, 3).await;
    for attempt in [1, 2, 7] {
        let message = Effect::WebhookDelivery {
            webhook_id: id,
            event: event.clone(),
            attempt,
        };
        house.put(&message, 3).await;
    }
    hook.took(&house, 1).await;
    let known = table.webhook_delivery(id, &event.id()).await;
    assert_eq!(known.expect("a log"), Some(delivery), "nothing changed");
    house.finish().await;
}
