//! The table says for a while that it has too much to do: rows wait, and none is an error for it.
//!
//! The worker runs here, and its way to the table leads through a door that lets some transactions through and answers the
//! others as a throttled table does.

use super::{CERTIFICATES, csv, email_of};
use crate::house::{ADMIN, Door, House, Session};
use registrar_bulk::BulkWork;
use registrar_domain::effect::Effect;
use registrar_runtime::{
    Shell,
    settings::Settings,
    signer::Signer,
    worker::{Attempt, Outcome, Worker},
};
use std::sync::Arc;

const ROWS: usize = 50;

/// The worker with a table of its own.
pub(super) async fn worker(house: &House, dynamodb: &str) -> BulkWork {
    let secrets = house.platform.secrets();
    let settings = Settings::from_pairs([
        ("TABLE_NAME", "registrar-Table"),
        ("PROFILE", "edu"),
        ("APP_BASE_URL", "http://localhost"),
        ("VERIFY_BASE_URL", "http://localhost"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", &secrets.aws_access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &secrets.aws_secret_access_key),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("AWS_ENDPOINT_URL_KMS", &house.platform.urls().kms),
        ("CERTIFICATE_KEYS", &secrets.certificate_keys),
    ]);
    let shell = Shell::from_settings(&settings).expect("all settings are given");
    let signer = Signer::from_settings(&settings, shell.aws()).await;
    BulkWork {
        keys: Arc::clone(signer.expect("keys").keys()),
        shell,
        bucket: house.bucket("imports"),
    }
}

/// A bulk issue of so many rows that the deployment's own worker hears nothing of: house, who began it, and its id.
pub(super) async fn begun(rows: usize) -> (House, Session, String) {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(rows).await;
    house.platform.lose_stream_records(true).await;
    let rows = (0..rows).map(|number| (email_of(number), "Rust".to_owned()));
    let bulk = house.begin_csv(&admin, csv(rows).as_bytes()).await;
    let id = bulk.at("/bulk_id").to_owned();
    (house, admin, id)
}

/// What its worker is sent.
pub(super) fn message(id: &str) -> String {
    let bulk_id = id.parse().expect("a UUID");
    serde_json::to_string(&Effect::IssueBulk { bulk_id }).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_busy_table_refuses_are_issued_later_and_are_no_errors() {
    let (house, admin, id) = begun(ROWS).await;
    let message = message(&id);
    let door = Door::to(house.platform.dynamodb_url()).await;
    let worker = worker(&house, &door.url).await;
    let attempt = Attempt {
        number: 100,
        last: true,
    };
    // In the middle of the first rows, then in the middle of the others.
    for transactions in [20, 21] {
        door.lets_through(transactions);
        let outcome = worker.work(&message, attempt).await;
        assert!(
            matches!(&outcome, Outcome::Again { counts: false, reason, .. } if reason.contains("DynamoDB")),
            "{outcome:?}"
        );
        let bulk = house.bulk(&admin, &id).await;
        assert_eq!(bulk.body["failed"], 0, "{bulk:?}");
    }
    door.lets_through(1_000);
    assert_eq!(worker.work(&message, attempt).await, Outcome::Done);
    let bulk = house.bulk(&admin, &id).await;
    assert_eq!(
        (
            bulk.at("/status"),
            &bulk.body["issued"],
            &bulk.body["failed"]
        ),
        ("finished", &ROWS.into(), &0.into())
    );
    let all = house
        .pages_of(&admin, CERTIFICATES, "certificates", 100)
        .await;
    assert_eq!(all.len(), ROWS);
    house.platform.lose_stream_records(false).await;
    house.finish().await;
}
