//! Keys are made, rotated, retired and compromised; certificates stay what they were. A deployment with another setting is
//! the house started again with it.

mod kms;

use crate::house::{ADMIN, Ask, Certificate, House, STUDENT, binaries};
use data_encoding::BASE64;
use jiff::{Timestamp, tz::TimeZone};
use registrar_credential::{SignedClaim, SigningKey, SigningKeys};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;

pub(crate) fn today() -> String {
    Timestamp::now().to_zoned(TimeZone::UTC).date().to_string()
}

pub(crate) fn seed(byte: u8) -> String {
    BASE64.encode(&[byte; 32])
}

/// The number of the key that signed a certificate.
fn signed_by(certificate: &Certificate) -> u16 {
    let claim = SignedClaim::parse(&certificate.token);
    claim.expect("a token").claim().key_id
}

/// The public half of a setting's key, in base64.
pub(crate) fn public_half(key: &Value) -> String {
    let keys = SigningKeys::from_json(&json!([key]).to_string()).expect("a key");
    let key: &SigningKey = &keys.keys()[0];
    BASE64.encode(key.issuer_key().public.as_bytes())
}

impl House {
    async fn issue_here(&self, course: &str) -> Certificate {
        let (admin, student) = (self.sign_in(ADMIN).await, self.sign_in(STUDENT).await);
        self.issue(&admin, &student, course).await
    }

    /// Verdict and reason, by the token alone and by the id.
    async fn judged(&self, certificate: &Certificate) -> (String, Value) {
        let token = self.verify(&certificate.by_token()).await;
        let id = self.verify(&certificate.by_id()).await;
        assert_eq!(token.at("/verdict"), id.at("/verdict"), "{token:?} {id:?}");
        (
            token.at("/verdict").to_owned(),
            token.body["reason"].clone(),
        )
    }

    async fn published(&self) -> Vec<Value> {
        let answer = self.request(Method::GET, "/certificate-keys");
        let answer = answer.answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["keys"].as_array().expect("keys").clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_outlive_the_rotation_and_retirement_of_their_key() {
    let house = House::start().await;
    let first = house.issue_here("Before").await;
    let mut keys = house.certificate_keys();
    let kid = u64::from(signed_by(&first));
    assert_eq!(keys[0]["kid"], kid);

    // Rotation: the old key signs today for the last time, the new one is next in the list and signs from now on.
    keys[0]["not_after"] = json!(today());
    keys.push(json!({"kid": 41, "seed": seed(41), "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    let second = house.issue_here("After").await;
    assert_eq!(signed_by(&second), 41);
    for certificate in [&first, &second] {
        assert_eq!(house.judged(certificate).await.0, "valid");
    }
    let published = house.published().await;
    let of = |kid: u64| {
        let kid = kid.to_string();
        published.iter().find(|key| key["kid"] == kid.as_str())
    };
    let (old, new) = (of(kid).expect("the old"), of(41).expect("the new"));
    assert!(old["exp"].is_u64() && old["nbf"].is_u64(), "{old}");
    assert!(new["exp"].is_null() && new["nbf"].is_u64(), "{new}");
    // The edge's KV has the same set once the schedule has been by.
    house
        .platform
        .fire_schedule("RefreshStatusLists")
        .await
        .expect("it runs");
    house.platform.quiesce().await;
    assert_eq!(house.kv("keys").await.body["keys"], json!(published));

    // Retirement: the private half is destroyed, the public one stays in the setting.
    let public = public_half(&keys[0]);
    let retired = keys[0].as_object_mut().expect("a key");
    retired.remove("seed");
    retired.insert("public".to_owned(), json!(public));
    let house = house.with_certificate_keys(&keys).await;
    for certificate in [&first, &second] {
        assert_eq!(house.judged(certificate).await.0, "valid");
    }
    assert_eq!(house.published().await, published);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compromised_key_is_not_believed_from_its_day_on_and_others_are() {
    let house = House::start().await;
    let mut keys = house.certificate_keys();
    keys.push(json!({"kid": 41, "seed": seed(41), "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    let stolen = house.issue_here("With the key that is stolen").await;
    assert_eq!(
        house.judged(&stolen).await,
        ("valid".to_owned(), Value::Null)
    );
    let signed_then = house.kv("status/0").await.text;

    keys.last_mut().expect("a key")["compromised_at"] = json!(today());
    keys.push(json!({"kid": 42, "seed": seed(42), "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    assert_eq!(
        house.judged(&stolen).await,
        ("forged".to_owned(), json!("key_compromised"))
    );
    // Lists that the key signed are believed no more either: there are new ones, by the new key.
    let new = house.issue_here("With the key in its place").await;
    assert_eq!(signed_by(&new), 42);
    assert_eq!(house.judged(&new).await.0, "valid");
    house
        .platform
        .fire_schedule("RefreshStatusLists")
        .await
        .expect("it runs");
    house.platform.quiesce().await;
    assert_ne!(house.kv("status/0").await.text, signed_then);
    let published = house.published().await;
    let key = published.iter().find(|key| key["kid"] == "41");
    assert!(key.expect("still there")["compromised_at"].is_u64());
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_cannot_be_used_ends_the_start_and_no_key_is_ever_told() {
    let house = House::start().await;
    let keys = house.certificate_keys();
    house.issue_here("Python Basics").await;
    let logs = house.log_text();
    assert!(!logs.is_empty());
    for key in [&keys[0]["seed"], &keys[1]["rsa"]] {
        let key = key.as_str().expect("a text");
        // Not as much of it as this.
        let part = &key[key.len() / 2..][..20];
        assert!(!logs.contains(part), "a key stands in the logs");
    }

    // Two keys of one number: nobody could tell whose a signature is.
    let mut doubled = keys.clone();
    doubled.push(json!({"kid": keys[0]["kid"], "seed": seed(41), "not_before": today()}));
    let told = house.start_refused(&doubled).await;
    let of_a_function = start_of_edge_sync(&json!(doubled).to_string());
    for told in [told, of_a_function] {
        assert!(told.contains("two keys have the number"), "{told}");
        assert!(!told.contains(&seed(41)[..20]), "{told}");
    }
}

/// What the function says that is started with these keys and must end at once.
fn start_of_edge_sync(keys: &str) -> String {
    let ended = Command::new(binaries().join("registrar-edge-sync"))
        .env_clear()
        .envs([
            ("TABLE_NAME", "registrar"),
            ("PROFILE", "edu"),
            ("APP_BASE_URL", "http://127.0.0.1:1"),
            ("VERIFY_BASE_URL", "http://127.0.0.1:1"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("EDGE_SYNC_QUEUE_URL", "http://127.0.0.1:1/queue"),
            ("EDGE_SYNC_DEAD_LETTER_QUEUE_URL", "http://127.0.0.1:1/dead"),
            ("CERTIFICATE_KEYS", keys),
        ])
        .output()
        .expect("the function is built");
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    String::from_utf8(ended.stdout).expect("lines of JSON")
}
