//! The same thing asked twice is done once.

mod owners;

use crate::house::{ADMIN, Answer, Ask, DEVANAGARI, House, STUDENT, Session};
use futures_util::future::join_all;
use registrar_local::seed;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn once(house: &House, who: &Session, path: &str, key: &str, body: &Value) -> Answer {
    let request = house.request(Method::POST, path).bearer_auth(&who.token);
    request
        .header("idempotency-key", key)
        .json(body)
        .answer()
        .await
}

fn ticket(subject: &str) -> Value {
    json!({"subject": subject, "description": "I cannot see any of them."})
}

fn order(student: &Session, course: &str) -> Value {
    json!({"student_id": student.id, "course_name": course, "completion_date": "2026-01-31"})
}

const GENERATE: &str = "/api/admin/certificates/generate";

/// Asserts that a key, here the path, brings the first answer again, and nothing for another body.
async fn is_done_once(house: &House, who: &Session, path: &str, body: &Value, other: &Value) {
    let first = once(house, who, path, path, body).await;
    let status = if path.ends_with("/revoke") { 200 } else { 201 };
    assert_eq!(first.status, status, "{path}: {first:?}");
    assert_eq!(first.header("idempotency-replayed"), "", "{path}");
    for _ in 0..2 {
        let again = once(house, who, path, path, body).await;
        assert_eq!(
            (again.status, &again.text),
            (first.status, &first.text),
            "{path}"
        );
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        for header in ["etag", "location", "content-type", "cache-control"] {
            assert_eq!(
                again.header(header),
                first.header(header),
                "{header} of {path}"
            );
        }
    }
    let reused = once(house, who, path, path, other).await;
    reused.is_problem(422, "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_post_with_a_key_is_carried_out_once() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let issued = house.post(&admin, GENERATE, order(&student, "Go")).await;
    let base = format!("/tickets/{}", opened.at("/id"));
    let staffs = format!("/api/admin/support{base}");
    let revoke = format!("/api/admin/certificates/{}/revoke", issued.at("/id"));
    let reply = |text: &str| json!({"message": text});
    let note = |text: &str| json!({"message": text, "is_internal_note": true});
    let reason = |text: &str| json!({"reason": text});
    let admins = "/api/admin/support/tickets".to_owned();
    let (recordings, payments) = (ticket("Recordings"), ticket("Payments"));
    let orders = (order(&student, "Rust"), order(&student, "Java"));
    let mine = [
        ("/tickets".to_owned(), recordings.clone(), payments.clone()),
        (format!("{base}/messages"), reply("hello"), reply("goodbye")),
        (format!("{base}/replies"), reply("hello"), reply("goodbye")),
    ];
    let staffs = [
        (admins, recordings, payments),
        (format!("{staffs}/messages"), note("hello"), reply("hello")),
        (format!("{staffs}/replies"), reply("hello"), note("hello")),
        (GENERATE.to_owned(), orders.0, orders.1),
        (revoke, reason("a mistake"), reason("another")),
    ];
    let mine = mine.iter().map(|post| (&student, post));
    let staffs = staffs.iter().map(|post| (&admin, post));
    for (who, (path, body, other)) in mine.chain(staffs) {
        is_done_once(&house, who, path, body, other).await;
    }
    let seen = house.get(&admin, &base).await;
    assert_eq!(
        seen.body["messages"].as_array().map(Vec::len),
        Some(4),
        "each was written once: {seen:?}"
    );
    let tickets = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(
        tickets.body["tickets"].as_array().map(Vec::len),
        Some(3),
        "{tickets:?}"
    );
    let letters = format!("provider=sendgrid&to={STUDENT}");
    // Opened twice, two public replies of which one is staff's, two certificates issued.
    assert_eq!(house.journal_count_when_idle(&letters).await, 2 + 1 + 2);

    // A key belongs to its account and its path.
    let own = once(&house, &student, "/tickets", "key-2", &ticket("Recordings")).await;
    let other = house.sign_in(DEVANAGARI).await;
    let theirs = once(&house, &other, "/tickets", "key-2", &ticket("Recordings")).await;
    assert_eq!((own.status, theirs.status), (201, 201));
    assert_ne!(own.at("/id"), theirs.at("/id"));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_requests_with_one_key_at_once_open_one_ticket() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for round in 0..5 {
        let (key, body) = (format!("round-{round}"), ticket("Recordings"));
        let answers =
            join_all((0..4).map(|_| once(&house, &student, "/tickets", &key, &body))).await;
        let fresh = |answer: &&Answer| {
            answer.status == 201 && answer.header("idempotency-replayed").is_empty()
        };
        assert_eq!(answers.iter().filter(fresh).count(), 1, "{answers:#?}");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.is_problem(409, "idempotency_in_flight");
            assert_ne!(answer.header("retry-after"), "", "{answer:?}");
        }
        let numbers = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .map(|answer| answer.at("/ticket_number"));
        assert_eq!(numbers.collect::<BTreeSet<_>>().len(), 1, "{answers:#?}");
        let later = once(&house, &student, "/tickets", &key, &body).await;
        assert_eq!(
            (later.status, later.header("idempotency-replayed")),
            (201, "true")
        );
    }
    let list = house.get(&student, "/tickets").await;
    assert_eq!(
        list.body["tickets"].as_array().map(Vec::len),
        Some(5),
        "{list:?}"
    );
    assert_eq!(
        house
            .journal_count_when_idle(&format!("provider=sendgrid&to={STUDENT}"))
            .await,
        5
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_gives_its_key_back() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let refused = [
        (
            &student,
            "/tickets",
            json!({"subject": "four"}),
            422,
            ticket("Recordings"),
        ),
        (
            &student,
            "/tickets",
            json!({"subject": "Recordings", "description": "I cannot see any.", "category": "weather"}),
            422,
            ticket("Recordings"),
        ),
        (
            &admin,
            GENERATE,
            order(&admin, "Rust"),
            422,
            order(&student, "Rust"),
        ),
        (
            &admin,
            "/tickets/TKT-20000101-0001/messages",
            json!({"message": "x"}),
            404,
            json!({"message": "y"}),
        ),
    ];
    for (at, (who, path, bad, status, good)) in refused.iter().enumerate() {
        let key = format!("key-{at}");
        for _ in 0..2 {
            let answer = once(&house, who, path, &key, bad).await;
            assert_eq!(answer.status, *status, "{answer:?}");
            assert_eq!(
                answer.header("idempotency-replayed"),
                "",
                "a refusal is not kept"
            );
        }
        let answer = once(&house, who, path, &key, good).await;
        let expected = if *status == 404 { 404 } else { 201 };
        assert_eq!(answer.status, expected, "{answer:?}");
    }

    for key in ["", "clé", "tab\there", &"k".repeat(256)] {
        let request = house
            .request(Method::POST, "/tickets")
            .bearer_auth(&student.token);
        let request = request.header("idempotency-key", key.as_bytes());
        let answer = request.json(&ticket("Recordings")).answer().await;
        answer.is_problem(400, "invalid_idempotency_key");
    }
    let longest = "k".repeat(255);
    assert_eq!(
        once(
            &house,
            &student,
            "/tickets",
            &longest,
            &ticket("Recordings")
        )
        .await
        .status,
        201
    );
    let spaced = once(
        &house,
        &student,
        "/tickets",
        "order 7, \"a\" #!~",
        &ticket("Recordings"),
    )
    .await;
    assert_eq!(spaced.status, 201, "{spaced:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_key_keeps_no_token() {
    let house = House::start().await;
    let sign_in = async |email: &str, password: &str| {
        let request = house
            .request(Method::POST, "/auth/sign-in")
            .header("idempotency-key", "1");
        request
            .json(&json!({"email": email, "password": password}))
            .answer()
            .await
    };
    sign_in(STUDENT, "a-wrong-password")
        .await
        .is_problem(401, "invalid_credentials");
    let first = sign_in(STUDENT, seed::PASSWORD).await;
    assert_eq!(first.status, 200, "{first:?}");
    // The key is known, and still it opens nothing without the password.
    sign_in(STUDENT, "a-wrong-password")
        .await
        .is_problem(401, "invalid_credentials");
    let again = sign_in(STUDENT, seed::PASSWORD).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, "")
    );
    assert_ne!(
        first.at("/access_token"),
        again.at("/access_token"),
        "signed in anew"
    );
    // Visitors do not share their keys.
    let other = sign_in(DEVANAGARI, seed::PASSWORD).await;
    assert_eq!(other.status, 200, "{other:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fact_has_one_certificate() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let first = house.post(&admin, GENERATE, order(&student, "Rust")).await;
    let again = house
        .post(&admin, GENERATE, order(&student, "  RUST "))
        .await;
    assert_eq!((first.status, again.status), (201, 200), "{again:?}");
    assert_eq!(
        (first.at("/id"), first.at("/token")),
        (again.at("/id"), again.at("/token"))
    );
    assert_eq!(
        again.header("idempotency-replayed"),
        "",
        "it is the same fact, not the same request"
    );

    for course in ["Go", "Java", "Zig"] {
        let body = order(&student, course);
        let answers = join_all((0..6).map(|_| house.post(&admin, GENERATE, body.clone()))).await;
        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.at("/id")).collect();
        assert_eq!(ids.len(), 1, "{answers:#?}");
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        let found = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!((created, found), (1, 5), "{answers:#?}");
    }
    assert_eq!(
        house
            .journal_count_when_idle(&format!("provider=sendgrid&to={STUDENT}"))
            .await,
        4,
        "one letter each"
    );

    let revoke = format!("/api/admin/certificates/{}/revoke", first.at("/id"));
    assert_eq!(
        house
            .post(&admin, &revoke, json!({"reason": "a mistake"}))
            .await
            .status,
        200
    );
    let anew = house.post(&admin, GENERATE, order(&student, "Rust")).await;
    assert_eq!(
        anew.status, 201,
        "what was revoked may be issued again: {anew:?}"
    );
    assert_ne!(anew.at("/id"), first.at("/id"));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tickets_at_once_have_fifty_numbers() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let answers = join_all((0..50).map(|_| house.open_ticket(&student))).await;
    let numbers: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.at("/ticket_number").to_owned())
        .collect();
    assert_eq!(numbers.len(), 50);
    for number in &numbers {
        let (_, count) = number.rsplit_once('-').expect("a number");
        let count: u32 = count.parse().expect("digits");
        // A retried request may leave a gap; a number is never given twice.
        assert!((1..=100).contains(&count), "{number}");
    }
    let ids: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer.at("/id").to_owned())
        .collect();
    assert_eq!(ids.len(), 50);
    assert_eq!(
        house
            .journal_count_when_idle(&format!("provider=sendgrid&to={STUDENT}"))
            .await,
        50
    );
    house.finish().await;
}
