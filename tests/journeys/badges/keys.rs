//! Keys come and go; badges stay.

use super::{Documents, kid, standing};
use crate::house::{ADMIN, STUDENT};
use data_encoding::BASE64;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use std::process::Command;

/// PKCS#8 of a new RSA key, in base64.
fn rsa_key() -> String {
    let script = "require('crypto').generateKeyPairSync('rsa', {modulusLength: 2048}).privateKey.export({type: 'pkcs8', format: 'der'}).toString('base64')";
    let made = Command::new("node").args(["--print", script]).output();
    let made = made.expect("node is needed, of `make setup`");
    String::from_utf8(made.stdout)
        .expect("base64")
        .trim()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_badge_verifies_after_its_keys_were_retired_and_not_after_they_were_compromised() {
    let (house, _, old) = standing().await;
    let (rs256, eddsa) = (
        house.badge(&old, ".jwt").await,
        house.badge(&old, ".eddsa.jwt").await,
    );
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date().to_string();
    let mut keys = house.certificate_keys();
    for key in &mut keys {
        key["not_after"] = json!(today);
    }
    let seed = BASE64.encode(&[9; 32]);
    keys.push(json!({"kid": 71, "seed": seed, "not_before": today}));
    keys.push(json!({"kid": 72, "rsa": rsa_key(), "not_before": today}));
    let house = house.with_certificate_keys(&keys).await;

    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let new = house.issue(&admin, &student, "Python Basics").await;
    let newer = house.badge(&new, ".jwt").await;
    assert!(kid(&newer).ends_with("/keys/72"), "{}", kid(&newer));
    assert!(kid(&house.badge(&new, ".eddsa.jwt").await).ends_with("/keys/71"));
    for jws in [&rs256, &eddsa, &newer] {
        let documents = Documents::named_by(&house, jws).await;
        let said = documents.wallet(jws).await;
        assert_eq!(said["status"]["revocation"], false, "{said:#}");
    }
    assert_eq!(
        house.badge(&old, ".jwt").await,
        rs256,
        "it is not signed again"
    );

    // Somebody else may have the first keys: they are published no more.
    for key in keys.iter_mut().take(2) {
        key["compromised_at"] = json!(today);
    }
    let house = house.with_certificate_keys(&keys).await;
    for jws in [&rs256, &eddsa] {
        let address = kid(jws);
        let path = address.strip_prefix(house.platform.verify_url());
        let answer = house.public(path.expect("an address of the edge")).await;
        answer.is_problem(404, "not_found");
    }
    let documents = Documents::named_by(&house, &newer).await;
    assert_eq!(
        documents.wallet(&newer).await["status"]["suspension"],
        false
    );
    assert!(documents.signatures(&[rs256, eddsa]).await.is_empty());
    house.finish().await;
}
