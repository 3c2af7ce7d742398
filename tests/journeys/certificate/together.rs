//! Two requests for one certificate meet in the table. The function runs here, and its way to the table leads through a door
//! that answers a transaction as a table does in which another one is under way: it says nothing of who wins.

use crate::house::{ADMIN, Answer, Door, House, MET_ANOTHER, STUDENT, Session};
use axum::{Router, body::Body};
use registrar_certificates::Deps;
use registrar_runtime::{Shell, auth::Authenticator, http, settings::Settings};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The function, behind a door.
async fn behind(door: &Door, house: &House) -> Router {
    let (platform, secrets) = (&house.platform, house.platform.secrets());
    let jwks = secrets.auth_jwks().expect("a public half");
    let settings = Settings::from_pairs([
        ("TABLE_NAME", "registrar-Table"),
        ("PROFILE", "edu"),
        ("APP_BASE_URL", platform.api_url()),
        ("VERIFY_BASE_URL", "http://localhost"),
        ("AUTH_ISSUER", platform.api_url()),
        ("AUTH_AUDIENCE", platform.api_url()),
        ("AUTH_JWKS", &jwks),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", &secrets.aws_access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &secrets.aws_secret_access_key),
        ("AWS_ENDPOINT_URL_DYNAMODB", &door.url),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL_KMS", &platform.urls().kms),
        ("CERTIFICATE_KEYS", &secrets.certificate_keys),
        ("DOWNLOAD_LINK_SECRET", &secrets.download_link_secret),
        ("CERTIFICATES_BUCKET", "certificates"),
        ("IMPORTS_BUCKET", "imports"),
        ("ORGANIZATION_NAME", "Example Academy"),
    ]);
    let shell = Shell::from_settings(&settings).expect("all settings are given");
    let auth = Authenticator::from_settings(&settings).expect("keys");
    let deps = Deps::from_settings(&settings, shell.clone()).await;
    let routes = registrar_certificates::router(deps.expect("all settings are given"));
    http::router(&shell, auth, routes)
}

/// Issues; status and body.
async fn generate(function: &Router, who: &Session, student: &Session) -> (StatusCode, Value) {
    let body = json!({
        "student_id": student.id, "course_name": "Python Basics", "completion_date": "2026-01-15",
    });
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri("/api/admin/certificates/generate")
        .header("authorization", format!("Bearer {}", who.token))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let answer = function.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
    let body = serde_json::from_slice(&body.expect("a body")).expect("JSON");
    (status, body)
}

fn all(list: &Answer) -> usize {
    list.body["certificates"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_whose_transaction_met_another_is_issued_or_is_the_one_that_stands() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let door = Door::to(house.platform.dynamodb_url()).await;
    let function = behind(&door, &house).await;

    // The other one did not commit either.
    let mut meets = 2;
    door.says(move || {
        meets -= 1;
        (meets >= 0).then_some(MET_ANOTHER)
    });
    let before = house.table().next_status_index().await.expect("a number");
    let (status, issued) = generate(&function, &admin, &student).await;
    assert_eq!(status, 201, "{issued}");
    let after = house.table().next_status_index().await.expect("a number");
    assert_eq!(
        after - before,
        2,
        "one place in the lists, however often it is tried"
    );
    let (status, again) = generate(&function, &admin, &student).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(again["certificate_id"], issued["certificate_id"]);

    // Nothing is tried for ever.
    let id = issued["certificate_id"].as_str().expect("an id");
    house.revoke(&admin, id).await;
    door.says(|| Some(MET_ANOTHER));
    let (status, refused) = generate(&function, &admin, &student).await;
    assert_eq!(
        (status.as_u16(), &refused["code"]),
        (409, &json!("conflict"))
    );
    door.says(|| None);
    let list = house.get(&admin, "/api/admin/certificates").await;
    assert_eq!(all(&list), 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_requests_at_once_for_one_fact_are_one_certificate() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let asked = (0..8).map(|_| house.generate(&admin, &student.id, "Python Basics"));
    let answers = futures_util::future::join_all(asked).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        assert_eq!(
            answer.at("/certificate_id"),
            answers[0].at("/certificate_id")
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_takes_no_place_in_the_status_lists() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let before = house.table().next_status_index().await.expect("a number");
    let late = json!({
        "student_id": student.id, "course_name": "Rust Basics", "completion_date": "2999-01-01",
    });
    house
        .post(&admin, "/api/admin/certificates/generate", late)
        .await
        .is_problem(422, "future_completion_date");
    let path = format!("/api/admin/certificates/{}/reissue", issued.id);
    let late = json!({"completion_date": "2999-01-01", "reason": "it was later"});
    house
        .post(&admin, &path, late)
        .await
        .is_problem(422, "future_completion_date");
    house.revoke(&admin, &issued.id).await;
    let again = json!({"reason": "once more"});
    assert_eq!(house.post(&admin, &path, again.clone()).await.status, 201);
    house
        .post(&admin, &path, again)
        .await
        .is_problem(409, "already_replaced");
    let after = house.table().next_status_index().await.expect("a number");
    assert_eq!(after - before, 2, "of four requests one is a certificate");
    house.finish().await;
}
