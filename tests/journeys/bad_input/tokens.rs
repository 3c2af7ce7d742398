//! Access tokens that are not good.

use crate::house::{Ask, House, STUDENT, token};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::actor::Role;
use registrar_runtime::auth::TokenSigner;
use reqwest::Method;
use serde_json::json;

/// The account that signs in as [`STUDENT`].
const ASHA: &str = "00000000-0000-7000-8000-000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_good_is_refused_everywhere_and_says_why() {
    let house = House::start().await;
    let (now, hour) = (Timestamp::now(), SignedDuration::from_hours(1));
    let ours = house.signer();
    let other_name = house.signer_as("https://elsewhere.example");
    let other_key = TokenSigner::new(house.platform.api_url().to_owned(), &[9; 32]);
    let good = token(&ours, Role::Student, ASHA, now);
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts")
    };
    let admin = token(&ours, Role::Admin, ASHA, now);
    let admins_claims = admin.split('.').nth(1).expect("claims");
    // {"alg":"none","typ":"JWT"}
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";

    let bearer = |token: &str| format!("Bearer {token}");
    let cases = [
        (
            bearer(&token(&ours, Role::Student, ASHA, now - hour - hour)),
            "token_expired",
        ),
        (
            bearer(&token(&ours, Role::Student, ASHA, now + hour)),
            "token_invalid",
        ),
        (
            bearer(&token(&other_name, Role::Student, ASHA, now)),
            "token_invalid",
        ),
        (
            bearer(&token(&other_key, Role::Student, ASHA, now)),
            "token_invalid",
        ),
        (
            bearer(&format!("{header}.{admins_claims}.{signature}")),
            "token_invalid",
        ),
        (bearer(&format!("{unsigned}.{claims}.")), "token_invalid"),
        (bearer(&format!("{header}.{claims}")), "token_invalid"),
        (bearer(&good[..good.len() - 4]), "token_invalid"),
        (bearer(&format!("{good}AAAA")), "token_invalid"),
        (bearer("garbled"), "token_invalid"),
        (bearer(""), "token_invalid"),
        (bearer("..."), "token_invalid"),
        ("Bearer".to_owned(), "token_invalid"),
        (format!("Basic {good}"), "token_invalid"),
        (good.clone(), "token_invalid"),
    ];
    let paths = [
        (Method::GET, "/auth/me"),
        (Method::GET, "/tickets"),
        (Method::POST, "/tickets"),
        (Method::GET, "/api/certificates"),
        // A public route too: whoever sends a token takes it for good.
        (Method::GET, "/certificate-keys"),
    ];
    for (authorization, code) in &cases {
        for (method, path) in &paths {
            let request = house.request(method.clone(), path);
            let answer = request
                .header("authorization", authorization)
                .answer()
                .await;
            answer.is_problem(401, code);
            assert!(
                answer
                    .header("www-authenticate")
                    .starts_with("Bearer error=\"invalid_token\""),
                "{answer:?}"
            );
        }
    }
    for (method, path) in &paths[..4] {
        let answer = house.request(method.clone(), path).answer().await;
        answer.is_problem(401, "token_missing");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer:?}");
    }
    let answer = house
        .request(Method::GET, "/auth/me")
        .header("authorization", format!("bearer {good}"));
    assert_eq!(answer.answer().await.at("/email"), STUDENT);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_of_an_account_that_is_gone_does_nothing() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let opened = house.open_ticket(&student).await;
    let gone = house.mint(Role::Admin, "00000000-0000-7000-8000-0000000000ff");
    let ticket = json!({"subject": "Recordings", "description": "I cannot see any of them."});
    let path = format!("/tickets/{}/messages", opened.at("/id"));
    house
        .get(&gone, "/auth/me")
        .await
        .is_problem(401, "token_invalid");
    house
        .post(&gone, "/tickets", ticket)
        .await
        .is_problem(401, "token_invalid");
    house
        .post(&gone, &path, json!({"message": "hello"}))
        .await
        .is_problem(401, "token_invalid");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_does_not_tell_which_half_was_wrong() {
    let house = House::start().await;
    let sign_in = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        house
            .request(Method::POST, "/auth/sign-in")
            .json(&body)
            .answer()
            .await
    };
    let wrong = sign_in(STUDENT, "registrar-demo ").await;
    let unknown = sign_in("nobody@example.org", "registrar-demo").await;
    wrong.is_problem(401, "invalid_credentials");
    unknown.is_problem(401, "invalid_credentials");
    assert_eq!(super::shape(&wrong), super::shape(&unknown));
    let known = sign_in(&STUDENT.to_uppercase(), "registrar-demo").await;
    assert_eq!((known.status, known.at("/token_type")), (200, "Bearer"));
    house.finish().await;
}
