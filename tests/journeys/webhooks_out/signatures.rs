//! What a receiver can rely on.

use super::{hook, verified};
use crate::house::{House, STUDENT, SUPER_ADMIN};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_published_package_accepts_what_was_sent_and_nothing_that_was_changed() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    let entry = hook.took(&house, 1).await.remove(0);
    assert_eq!(entry["headers"]["content-type"], "application/json");
    let payload = verified(&hook.secret, &entry).expect("the signature holds");
    assert_eq!(payload["type"], "ticket.created");

    let mut changed = entry.clone();
    let body = entry["body"].as_str().expect("a body");
    changed["body"] = json!(body.replacen("ticket.created", "ticket.deleted", 1));
    assert!(verified(&hook.secret, &changed).is_err(), "another body");
    let mut changed = entry.clone();
    changed["headers"]["webhook-id"] = json!("msg_other");
    assert!(verified(&hook.secret, &changed).is_err(), "another id");
    let mut changed = entry.clone();
    changed["headers"]["webhook-timestamp"] = json!("1600000000");
    assert!(verified(&hook.secret, &changed).is_err(), "another time");
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assert!(verified(other, &entry).is_err(), "another secret");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_secrets_are_exchanged_both_verify_and_each_is_shown_once() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let rotated = house
        .post(&boss, &hook.path("/rotate-secret"), json!({}))
        .await;
    assert_eq!(rotated.status, 200, "{rotated:?}");
    let fresh = rotated.at("/secret").to_owned();
    assert!(fresh.starts_with("whsec_") && fresh != hook.secret);
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    let entry = hook.took(&house, 1).await.remove(0);
    let signatures = entry["headers"]["webhook-signature"]
        .as_str()
        .expect("signatures");
    assert_eq!(signatures.split(' ').count(), 2, "{signatures}");
    for secret in [&hook.secret, &fresh] {
        let payload = verified(secret, &entry).expect("either secret verifies");
        assert_eq!(payload["type"], "ticket.created");
    }
    let shown = hook.shown(&house, &boss).await;
    let secrets = shown["secrets"].as_array().expect("a list");
    assert_eq!(secrets.len(), 2, "{shown}");
    assert!(secrets[0]["expires_at"].is_null() && secrets[1]["expires_at"].is_string());
    assert!(!shown.to_string().contains("whsec_"), "{shown}");
    house.finish().await;
}
