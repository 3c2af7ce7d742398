//! Whose a key is, and for what: addresses of one handler are one, a signature counts whatever stands beside it, and who is
//! refused claims nothing.

use super::{once, ticket};
use crate::house::{ADMIN, Answer, Ask, House, STUDENT};
use jiff::Timestamp;
use registrar_domain::signed_call::HEADER;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn one_key_at_two_addresses_of_one_thing_does_it_once() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let replays = |first: &Answer, again: &Answer| {
        assert_eq!((first.status, again.status), (201, 201), "{again:?}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{again:?}");
        assert_eq!(first.body, again.body);
    };
    let body = ticket("Recordings");
    let first = once(&house, &student, "/tickets", "open-1", &body).await;
    for path in ["/tickets/", "/api/admin/support/tickets"] {
        replays(&first, &once(&house, &student, path, "open-1", &body).await);
    }
    let (id, number) = (first.at("/id"), first.at("/ticket_number"));
    let said = json!({"message": "It still does not work."});
    let path = format!("/tickets/{id}/messages");
    let first = once(&house, &student, &path, "say-1", &said).await;
    let upper = id.to_uppercase();
    for path in [
        format!("/tickets/{number}/messages"),
        format!("/tickets/{id}/replies"),
        format!("/tickets/{number}/replies"),
        format!("/tickets/{upper}/messages"),
        format!("/api/support/tickets/{id}/messages"),
        format!("/api/admin/support/tickets/{number}/replies"),
    ] {
        replays(&first, &once(&house, &student, &path, "say-1", &said).await);
    }
    let seen = house.get(&admin, &format!("/tickets/{id}")).await;
    assert_eq!(seen.body["messages"].as_array().map(Vec::len), Some(1));
    let all = house.get(&student, "/tickets").await;
    assert_eq!(all.body["tickets"].as_array().map(Vec::len), Some(1));

    // Another ticket is another thing.
    let other = once(&house, &student, "/tickets", "open-2", &body).await;
    let path = format!("/tickets/{}/messages", other.at("/id"));
    let fresh = once(&house, &student, &path, "say-1", &said).await;
    assert_eq!(
        (fresh.status, fresh.header("idempotency-replayed")),
        (201, ""),
        "{fresh:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_carried_out_once_whatever_key_stands_beside_it() {
    let house = House::with_profile("chat").await;
    let admin = house.sign_in(ADMIN).await;
    let path = "/api/support/tickets";
    let body = r#"{"phone_number": "+234812345678", "sender_name": "John Doe", "issue_description": "I cannot pay."}"#;
    let signed = |signature: String, key: Option<String>| {
        let request = house.request(Method::POST, path).header(HEADER, signature);
        let request = match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        };
        let request = request.header("content-type", "application/json");
        request.body(body).answer()
    };
    let now = Timestamp::now();
    let at = |seconds: i64| {
        let at = now - jiff::SignedDuration::from_secs(seconds);
        house.signature(&Method::POST, path, body, at)
    };
    let first = signed(at(0), Some("key-0".into())).await;
    assert_eq!(first.status, 201, "{first:?}");
    for n in 1..10 {
        let again = signed(at(0), Some(format!("key-{n}"))).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed")),
            (201, "true"),
            "{again:?}"
        );
        assert_eq!(again.body, first.body);
    }
    let bare = signed(
        at(0)
            .to_uppercase()
            .replace("T=", "t=")
            .replace("V1=", "v1="),
        None,
    )
    .await;
    assert_eq!(bare.body, first.body, "{bare:?}");
    // The channel's own second try is signed anew and brings its key.
    let retried = signed(at(1), Some("key-0".into())).await;
    assert_eq!(
        (retried.header("idempotency-replayed"), &retried.body),
        ("true", &first.body)
    );
    // That call was carried out as well: a key that somebody adds makes no other of it.
    let stolen = signed(at(1), Some("key-10".into())).await;
    assert_eq!(stolen.body, first.body, "{stolen:?}");
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["total"], 1, "{all:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_claims_no_key_and_writes_nothing() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let routes = [
        "/tickets",
        "/api/support/tickets",
        "/tickets/TKT-20000101-0001/messages",
        "/api/support/tickets/TKT-20000101-0001/replies",
        "/tickets/attachments",
    ];
    for path in routes {
        let request = house.request(Method::POST, path);
        let request = request.header("idempotency-key", "nobody-1");
        let refused = request.json(&ticket("Recordings")).answer().await;
        refused.is_problem(401, "token_missing");
    }
    let merge = "/api/admin/support/tickets/TKT-20000101-0001/merge";
    let refused = once(&house, &student, merge, "student-1", &json!({"into": "x"})).await;
    assert!(matches!(refused.status, 403 | 404), "{refused:?}");
    let log = house.log_of("TicketsFunction");
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let refusals: Vec<Value> = lines
        .filter(|line| {
            line["message"] == "request"
                && (line["http.status"] == 401
                    || line["http.route"]
                        .as_str()
                        .is_some_and(|route| route.ends_with("/merge")))
        })
        .collect();
    assert!(refusals.len() > routes.len(), "{log}");
    for line in refusals {
        assert_eq!(line["write_units"], 0.0, "{line}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_with_one_key_do_not_meet() {
    let house = House::start().await;
    for email in [STUDENT, ADMIN] {
        let request = house.request(Method::POST, "/auth/sign-in");
        let body = json!({"email": email, "password": registrar_local::seed::PASSWORD});
        let answer = request
            .header("idempotency-key", "1")
            .json(&body)
            .answer()
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.at("/account/email"), email);
    }
    house.finish().await;
}
