//! Whoever guesses passwords is held up where they guess, and the account's owner is not.

use super::{is_too_often, window};
use crate::house::{Answer, Ask, DEVANAGARI, House, STUDENT};
use futures_util::future::join_all;
use registrar_local::seed;
use reqwest::Client;
use serde_json::json;

/// A client of another network.
fn elsewhere(address: [u8; 4]) -> Client {
    Client::builder()
        .local_address(std::net::IpAddr::from(address))
        .build()
        .expect("a client without special settings")
}

async fn sign_in(house: &House, from: &Client, email: &str, password: &str) -> Answer {
    let url = format!("{}/auth/sign-in", house.platform.api_url());
    let body = json!({"email": email, "password": password});
    // What a client says of its address has no say.
    let request = from.post(url).header("x-forwarded-for", "203.0.113.77");
    request.json(&body).answer().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_wrong_passwords_at_once_are_ten() {
    let house = House::limited().await;
    let thief = elsewhere([127, 0, 0, 66]);
    let quarter = window(900);
    let mut answers = Vec::new();
    for _ in 0..15 {
        let guesses = (0..20).map(|_| sign_in(&house, &thief, STUDENT, "wrong horse"));
        answers.extend(join_all(guesses).await);
    }
    let right = sign_in(&house, &thief, STUDENT, seed::PASSWORD).await;
    let nobodys = sign_in(&house, &thief, "nobody@example.org", "wrong horse").await;
    let other = sign_in(&house, &thief, DEVANAGARI, seed::PASSWORD).await;
    if window(900) == quarter {
        let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
        assert_eq!(looked_at, 10);
        for refused in answers.iter().filter(|answer| answer.status != 401) {
            is_too_often(refused, "too_many_sign_ins", 900);
        }
        is_too_often(&right, "too_many_sign_ins", 900);
        nobodys.is_problem(401, "invalid_credentials");
        assert_eq!(other.status, 200, "{other:?}");
    }
    // The owner is elsewhere and hears nothing of it.
    let owner = sign_in(&house, &house.http, STUDENT, seed::PASSWORD).await;
    assert_eq!(owner.status, 200, "{owner:?}");
    let log = house.log_of("IdentityFunction");
    assert!(log.contains("sign_in_limited"), "{log}");
    for known in ["127.0.0.", "203.0.113.77", STUDENT] {
        assert!(!log.contains(known), "{known}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_many_networks_do_not_shut_out_whoever_is_known() {
    let members = json!({"limits": {"sign_in": {"from_one_network": 3, "from_strange_networks": 6, "of_one_network": 4}}});
    let patched = House::patched(&members).await;
    let house = &patched.house;
    let hour = window(3600);
    // The owner signed in from here before.
    let owner = sign_in(house, &house.http, STUDENT, seed::PASSWORD).await;
    assert_eq!(owner.status, 200, "{owner:?}");
    let mut looked_at = 0;
    for last in 100..104 {
        for _ in 0..3 {
            let guess = sign_in(house, &elsewhere([127, 0, 0, last]), STUDENT, "wrong horse").await;
            looked_at += usize::from(guess.status == 401);
        }
    }
    let stranger = sign_in(house, &elsewhere([127, 0, 0, 9]), STUDENT, seed::PASSWORD).await;
    // One network that tries many addresses is held up at all that are strange to it.
    let sprayer = elsewhere([127, 0, 0, 200]);
    let mut tried = Vec::new();
    for n in 0..6 {
        let email = format!("somebody-{n}@example.org");
        tried.push(sign_in(house, &sprayer, &email, "wrong horse").await);
    }
    let known = sign_in(house, &house.http, STUDENT, seed::PASSWORD).await;
    if window(3600) == hour {
        assert_eq!(looked_at, 6);
        is_too_often(&stranger, "too_many_sign_ins", 3600);
        assert!(
            tried[..4].iter().all(|answer| answer.status == 401),
            "{tried:?}"
        );
        is_too_often(&tried[5], "too_many_sign_ins", 3600);
    }
    assert_eq!(known.status, 200, "{known:?}");
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_count_against_nobody() {
    let members = json!({"limits": {"sign_in": {"from_one_network": 2, "from_strange_networks": 2, "of_one_network": 2}}});
    let patched = House::patched(&members).await;
    let house = &patched.house;
    for email in [STUDENT, DEVANAGARI, crate::house::YORUBA] {
        for _ in 0..3 {
            let answer = sign_in(house, &house.http, email, seed::PASSWORD).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    }
    patched.house.finish().await;
}
