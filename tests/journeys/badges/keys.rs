//! Keys come and go; badges stay.

use super::{Documents, kid, standing};
use crate::house::{ADMIN, House, STUDENT, binaries, repository};
use data_encoding::BASE64;
use jiff::{Timestamp, tz::TimeZone};
use registrar_local::{Options, Platform};
use serde_json::{Value, json};
use std::{fs, process::Command};

/// The house once more, at the same addresses, with other certificate keys.
async fn with_other_keys(house: House, change: impl FnOnce(&mut Vec<Value>)) -> House {
    let House {
        platform,
        http,
        data,
    } = house;
    let port = |url: &str| {
        let (_, port) = url.rsplit_once(':').expect("an address with a port");
        port.parse().expect("a port")
    };
    let mut options = Options::new(repository().join("infra/template.yaml"), data.path());
    options.binaries = binaries();
    options.schedules = false;
    options.ports.verify = port(platform.verify_url());
    platform.quiesce().await;
    platform.shutdown().await;

    let file = data.path().join("secrets.json");
    let secrets = fs::read(&file).expect("the secrets");
    let mut secrets: Value = serde_json::from_slice(&secrets).expect("JSON");
    let keys = secrets["certificate_keys"].as_str().expect("the keys");
    let mut keys: Vec<Value> = serde_json::from_str(keys).expect("a list");
    change(&mut keys);
    secrets["certificate_keys"] = json!(Value::Array(keys).to_string());
    fs::write(&file, secrets.to_string()).expect("the folder of the test");

    let platform = Platform::start(options).await.expect("it starts again");
    House {
        platform,
        http,
        data,
    }
}

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
    let retired = today.clone();
    let house = with_other_keys(house, |keys| {
        for key in keys.iter_mut() {
            key["not_after"] = json!(retired);
        }
        let seed = BASE64.encode(&[9; 32]);
        keys.push(json!({"kid": 71, "seed": seed, "not_before": retired}));
        keys.push(json!({"kid": 72, "rsa": rsa_key(), "not_before": retired}));
    })
    .await;

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
    let house = with_other_keys(house, |keys| {
        for key in keys.iter_mut().take(2) {
            key["compromised_at"] = json!(today);
        }
    })
    .await;
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
