//! Bodies of the ticket API.

use super::{blames, shape};
use crate::house::{ADMIN, Ask, DEVANAGARI, House, STUDENT, Session};
use reqwest::Method;
use serde_json::{Value, json};

/// A ticket with some members set anew; `null` takes one away.
fn ticket(changes: Value) -> Value {
    let mut body = json!({"subject": "Recordings", "description": "I cannot see any of them."});
    let Value::Object(changes) = changes else {
        panic!("changes are an object")
    };
    for (name, value) in changes {
        body[name] = value;
    }
    body.as_object_mut()
        .expect("an object")
        .retain(|_, value| !value.is_null());
    body
}

async fn raw(
    house: &House,
    who: &Session,
    content_type: Option<&str>,
    body: Vec<u8>,
) -> crate::house::Answer {
    let mut request = house
        .request(Method::POST, "/tickets")
        .bearer_auth(&who.token)
        .body(body);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    request.answer().await
}

/// Bodies that are JSON and no tickets, with the member that is wrong and how.
fn no_tickets() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!([]), "", "wrong_type"),
        (
            json!(["Recordings", "I cannot see any of them."]),
            "",
            "wrong_type",
        ),
        (json!("Recordings"), "", "wrong_type"),
        (json!(null), "", "wrong_type"),
        (json!({}), "/subject", "missing_field"),
        (
            ticket(json!({"description": null})),
            "/description",
            "missing_field",
        ),
        (ticket(json!({"subject": 7})), "/subject", "wrong_type"),
        (
            ticket(json!({"subject": ["Recordings"]})),
            "/subject",
            "wrong_type",
        ),
        (ticket(json!({"category": {}})), "/category", "wrong_type"),
        (ticket(json!({"subject": ""})), "/subject", "invalid_value"),
        (
            ticket(json!({"subject": " \t\n "})),
            "/subject",
            "invalid_value",
        ),
        (
            ticket(json!({"subject": "four"})),
            "/subject",
            "invalid_value",
        ),
        (
            ticket(json!({"subject": "é".repeat(201)})),
            "/subject",
            "invalid_value",
        ),
        (
            ticket(json!({"subject": "two\nlines"})),
            "/subject",
            "invalid_value",
        ),
        (
            ticket(json!({"subject": "null\u{0}byte"})),
            "/subject",
            "invalid_value",
        ),
        (
            ticket(json!({"description": "too short"})),
            "/description",
            "invalid_value",
        ),
        (
            ticket(json!({"description": "x".repeat(5001)})),
            "/description",
            "invalid_value",
        ),
        (
            ticket(json!({"priority": "asap"})),
            "/priority",
            "invalid_value",
        ),
        (ticket(json!({"priority": 1})), "/priority", "wrong_type"),
        (
            ticket(json!({"student_id": "me"})),
            "/student_id",
            "invalid_value",
        ),
        (
            ticket(json!({"status": "closed"})),
            "/status",
            "unknown_field",
        ),
        (ticket(json!({"a/b~c": 1})), "/a~1b~0c", "unknown_field"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;

    let deep = "[".repeat(5000);
    for text in [
        &b""[..],
        b"{",
        b"{\"subject\": }",
        b"{\"subject\": \"Recordings\"} and more",
        b"nul",
        b"{'subject': 'Recordings'}",
        b"\xff\xfe{\x00}\x00",
        b"{\"subject\": \"\xc3\x28\"}",
        deep.as_bytes(),
    ] {
        let answer = raw(&house, &student, Some("application/json"), text.to_vec()).await;
        answer.is_problem(400, "malformed_json");
    }

    let ticket_json = ticket(json!({})).to_string().into_bytes();
    for kind in [
        None,
        Some("text/plain"),
        Some("application/xml"),
        Some("multipart/form-data; boundary=x"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let answer = raw(&house, &student, kind, ticket_json.clone()).await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let kind = Some("Application/JSON; charset=utf-8");
    let answer = raw(&house, &student, kind, ticket_json).await;
    assert_eq!(answer.status, 201, "{answer:?}");

    let large = json!({"description": "x".repeat(256 * 1024)})
        .to_string()
        .into_bytes();
    let answer = raw(&house, &student, Some("application/json"), large).await;
    answer.is_problem(413, "body_too_large");

    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_ticket_is_refused_and_the_fault_is_named() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for (body, pointer, code) in no_tickets() {
        let answer = house.post(&student, "/tickets", body).await;
        answer.is_problem(422, "invalid_body");
        blames(&answer, pointer, code);
    }
    let twice = br#"{"subject": "Recordings", "subject": "Other", "description": "I cannot see any of them."}"#;
    let answer = raw(&house, &student, Some("application/json"), twice.to_vec()).await;
    answer.is_problem(422, "invalid_body");
    blames(&answer, "/subject", "invalid_value");

    let answer = house
        .post(&student, "/tickets", ticket(json!({"category": "weather"})))
        .await;
    answer.is_problem(422, "unknown_category");
    blames(&answer, "/category", "unknown_category");
    let known = answer.body["known"].as_array().expect("what is known");
    assert!(known.contains(&json!("technical")), "{answer:?}");

    let edges = ticket(json!({"subject": "é".repeat(200), "description": "ð".repeat(5000)}));
    assert_eq!(house.post(&student, "/tickets", edges).await.status, 201);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_not_there_and_a_foreign_one_look_the_same() {
    let house = House::start().await;
    let (student, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let opened = house.open_ticket(&student).await;
    let (id, number) = (opened.at("/id"), opened.at("/ticket_number"));

    let unknown = [
        "00000000-0000-7000-8000-0000000000ff",
        "TKT-19990101-0001",
        "TKT-20261121-999999999999",
        "not-an-id",
        "💥",
        "' OR 1=1",
    ];
    let mut shapes = Vec::new();
    for name in unknown.into_iter().chain([id, number]) {
        let path = format!("/tickets/{name}");
        let seen = house.get(&other, &path).await;
        let reply = house
            .post(
                &other,
                &format!("{path}/messages"),
                json!({"message": "hello"}),
            )
            .await;
        let moved = house
            .patch(
                &other,
                &format!("{path}/status"),
                json!({"status": "closed"}),
            )
            .await;
        for answer in [seen, reply, moved] {
            answer.is_problem(404, "not_found");
            shapes.push(shape(&answer));
        }
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "a foreign ticket can be told: {shapes:#?}");

    for no_name in ["%00", "%FF", "..%2f.."] {
        let answer = house.get(&other, &format!("/tickets/{no_name}")).await;
        answer.is_problem(404, "not_found");
    }

    let lower = house
        .get(&student, &format!("/tickets/{}", number.to_lowercase()))
        .await;
    assert_eq!((lower.status, lower.at("/id")), (200, id));
    let upper = house
        .get(&student, &format!("/tickets/{}", id.to_uppercase()))
        .await;
    assert_eq!((upper.status, upper.at("/id")), (200, id));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_and_a_move_are_refused_with_their_reasons() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let path = format!("/tickets/{}", opened.at("/id"));

    let replies = [
        (json!({"message": ""}), "/message", "invalid_value"),
        (json!({"message": " \n"}), "/message", "invalid_value"),
        (
            json!({"message": "x".repeat(5001)}),
            "/message",
            "invalid_value",
        ),
        (json!({"message": null}), "/message", "wrong_type"),
        (json!({}), "/message", "missing_field"),
        (
            json!({"message": "hello", "is_internal_note": "true"}),
            "/is_internal_note",
            "wrong_type",
        ),
        (
            json!({"message": "hello", "author_id": student.id}),
            "/author_id",
            "unknown_field",
        ),
    ];
    for (body, pointer, code) in replies {
        let answer = house
            .post(&student, &format!("{path}/messages"), body)
            .await;
        answer.is_problem(422, "invalid_body");
        blames(&answer, pointer, code);
    }

    let status = format!("{path}/status");
    let moves = [
        (json!({"status": "done"}), "/status", "invalid_value"),
        (json!({"status": 3}), "/status", "wrong_type"),
        (
            json!({"status": "closed", "reason": "x".repeat(501)}),
            "/reason",
            "invalid_value",
        ),
        (
            json!({"status": "closed", "reason": ""}),
            "/reason",
            "invalid_value",
        ),
        (
            json!({"status": "closed", "because": "x"}),
            "/because",
            "unknown_field",
        ),
    ];
    for (body, pointer, code) in moves {
        let answer = house.patch(&admin, &status, body).await;
        answer.is_problem(422, "invalid_body");
        blames(&answer, pointer, code);
    }

    let refused = house
        .patch(&admin, &status, json!({"status": "open"}))
        .await;
    refused.is_problem(409, "transition_refused");
    assert_eq!((refused.at("/from"), refused.at("/to")), ("open", "open"));
    assert_eq!(
        refused.body["allowed"],
        json!(["in_progress", "waiting_customer", "resolved", "closed"])
    );
    let refused = house
        .patch(&student, &status, json!({"status": "closed"}))
        .await;
    refused.is_problem(409, "transition_refused");
    assert_eq!(refused.body["allowed"], json!([]));

    let closed = house
        .patch(&admin, &status, json!({"status": "CLOSED"}))
        .await;
    assert_eq!((closed.status, closed.at("/status")), (200, "closed"));
    let late = house
        .post(
            &student,
            &format!("{path}/messages"),
            json!({"message": "hello?"}),
        )
        .await;
    assert_eq!(late.status, 201, "{late:?}");
    assert_ne!(late.at("/id"), closed.at("/id"), "it opens another ticket");
    let seen = house.get(&student, &path).await;
    assert_eq!(
        seen.body["messages"],
        json!([]),
        "what is closed takes no message"
    );
    house.finish().await;
}
