//! Bodies and ids of the certificate API.

use super::{blames, shape};
use crate::house::{ADMIN, Ask, DEVANAGARI, House, STUDENT, Session};
use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};

const GENERATE: &str = "/api/admin/certificates/generate";

/// An order for a certificate with some members set anew.
fn order(student: &Session, changes: Value) -> Value {
    let mut body =
        json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-31"});
    let Value::Object(changes) = changes else {
        panic!("changes are an object")
    };
    for (name, value) in changes {
        body[name] = value;
    }
    body
}

/// Issues a certificate and gives its id.
async fn issue(house: &House, admin: &Session, student: &Session) -> String {
    let issued = house.post(admin, GENERATE, order(student, json!({}))).await;
    assert_eq!(issued.status, 201, "{issued:?}");
    issued.at("/id").to_owned()
}

/// What an order must not say: the change, the problem's code, the member that is wrong and how.
fn no_orders() -> Vec<(Value, &'static str, &'static str, &'static str)> {
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    // Midnight may pass on the way, so the day after tomorrow.
    let later = (today + 2.days()).to_string();
    let earlier = (today - 1.day()).to_string();
    vec![
        (
            json!({"student_id": "00000000-0000-7000-8000-0000000000ff"}),
            "unknown_student",
            "/student_id",
            "unknown_student",
        ),
        (
            json!({"student_id": "00000000-0000-7000-8000-000000000005"}),
            "unknown_student",
            "/student_id",
            "unknown_student",
        ),
        (
            json!({"completion_date": later}),
            "future_completion_date",
            "/completion_date",
            "future_completion_date",
        ),
        (
            json!({"expires_on": earlier}),
            "expires_before_issue",
            "/expires_on",
            "expires_before_issue",
        ),
        (
            json!({"student_id": "asha"}),
            "invalid_body",
            "/student_id",
            "invalid_value",
        ),
        (
            json!({"completion_date": "2026-02-30"}),
            "invalid_body",
            "/completion_date",
            "invalid_value",
        ),
        (
            json!({"completion_date": 20_260_131}),
            "invalid_body",
            "/completion_date",
            "wrong_type",
        ),
        (
            json!({"course_name": ""}),
            "invalid_body",
            "/course_name",
            "invalid_value",
        ),
        (
            json!({"course_name": "x".repeat(201)}),
            "invalid_body",
            "/course_name",
            "invalid_value",
        ),
        (
            json!({"course_name": null}),
            "invalid_body",
            "/course_name",
            "wrong_type",
        ),
        (
            json!({"grade": "x".repeat(21)}),
            "invalid_body",
            "/grade",
            "invalid_value",
        ),
        (
            json!({"holder": "Somebody Else"}),
            "invalid_body",
            "/holder",
            "unknown_field",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_not_issued_on_what_is_not_right() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    for (changes, code, pointer, fault) in no_orders() {
        let answer = house.post(&admin, GENERATE, order(&student, changes)).await;
        answer.is_problem(422, code);
        blames(&answer, pointer, fault);
    }
    let list = house.get(&admin, "/api/admin/certificates").await;
    assert_eq!(
        list.body["certificates"],
        json!([]),
        "what was refused left nothing"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_there_and_a_foreign_one_look_the_same() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let id = issue(&house, &admin, &student).await;
    let other = house.sign_in(DEVANAGARI).await;
    let mut shapes = Vec::new();
    for absent in ["CERT-20260307-ABCDEFGHJK", &id] {
        for tail in ["", "/download"] {
            let answer = house
                .get(&other, &format!("/api/certificates/{absent}{tail}"))
                .await;
            answer.is_problem(404, "not_found");
            shapes.push(shape(&answer));
        }
    }
    shapes.dedup();
    assert_eq!(
        shapes.len(),
        1,
        "a foreign certificate can be told: {shapes:#?}"
    );

    for malformed in [
        "CERT",
        "CERT-20260230-ABCDEF",
        "CERT-20260307-ABCDU",
        "TKT-20260307-0001",
        "%00",
        "x".repeat(3000).as_str(),
    ] {
        for path in ["/api/certificates", "/api/admin/certificates"] {
            house
                .get(&admin, &format!("{path}/{malformed}"))
                .await
                .is_problem(404, "not_found");
        }
        house
            .get(&admin, &format!("/api/certificates/{malformed}/edge"))
            .await
            .is_problem(404, "not_found");
    }
    for written in [id.to_lowercase(), id.replace('0', "o")] {
        let seen = house
            .get(&student, &format!("/api/certificates/{written}"))
            .await;
        assert_eq!(
            (seen.status, seen.at("/id")),
            (200, id.as_str()),
            "{written}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_revoked_once_and_for_a_reason() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let id = issue(&house, &admin, &student).await;
    let revoke = format!("/api/admin/certificates/{id}/revoke");
    for (body, pointer, code) in [
        (json!({}), "/reason", "missing_field"),
        (json!({"reason": ""}), "/reason", "invalid_value"),
        (
            json!({"reason": "x".repeat(501)}),
            "/reason",
            "invalid_value",
        ),
        (
            json!({"reason": "x", "quietly": true}),
            "/quietly",
            "unknown_field",
        ),
    ] {
        let answer = house.post(&admin, &revoke, body).await;
        answer.is_problem(422, "invalid_body");
        blames(&answer, pointer, code);
    }
    let unknown = "/api/admin/certificates/CERT-20260307-ABCDEFGHJK/revoke";
    house
        .post(&admin, unknown, json!({"reason": "x"}))
        .await
        .is_problem(404, "not_found");
    let lower = format!("/api/admin/certificates/{}/revoke", id.to_lowercase());
    let revoked = house
        .post(&admin, &lower, json!({"reason": "a mistake"}))
        .await;
    assert_eq!((revoked.status, revoked.at("/status")), (200, "revoked"));
    house
        .post(&admin, &revoke, json!({"reason": "again"}))
        .await
        .is_problem(409, "already_revoked");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_link_that_was_changed_opens_nothing() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let student = house.sign_in(STUDENT).await;
    let id = issue(&house, &admin, &student).await;
    let letter = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    let text = letter[0]["text"].as_str().expect("a text");
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/download?"))
        .expect("a link");
    let path = link
        .strip_prefix(house.platform.api_url())
        .expect("a link to here");
    let good = house.request(Method::GET, path).answer().await;
    assert_eq!(good.status, 302, "{good:?}");

    let (base, signature) = path.rsplit_once('=').expect("a signature");
    let later = base.replace("expires=1", "expires=2");
    let other = path.replace(&id, "CERT-20260307-ABCDEFGHJK");
    for changed in [
        format!("{later}={signature}"),
        format!("{base}="),
        format!("{base}={signature}AA"),
        other,
    ] {
        let answer = house.request(Method::GET, &changed).answer().await;
        answer.is_problem(403, "link_invalid");
    }
    let base = format!("/api/certificates/{id}/download");
    for part in ["", "?expires=4102444800", "?signature=AAAA"] {
        let answer = house
            .request(Method::GET, &format!("{base}{part}"))
            .answer()
            .await;
        answer.is_problem(401, "token_missing");
    }
    let soon = format!("{base}?expires=soon&signature=AAAA");
    let answer = house.request(Method::GET, &soon).answer().await;
    answer.is_problem(400, "invalid_query");
    blames(&answer, "/expires", "invalid_value");
    // What counts clicks may add to a link, and opens nothing by it.
    let more = format!("{base}?expires=1&signature=AAAA&next=x");
    let answer = house.request(Method::GET, &more).answer().await;
    answer.is_problem(403, "link_invalid");
    house.finish().await;
}
