//! Two workers are at the same rows at the same time, as after a time-out that was too short or a message that came twice.

use super::{CERTIFICATES, csv, email_of, throttled::worker};
use crate::house::{ADMIN, House};
use registrar_domain::effect::Effect;
use registrar_runtime::worker::{Attempt, Outcome, Worker as _};
use std::collections::BTreeSet;

const ROWS: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_two_workers_are_at_together_are_issued_once_and_are_no_errors() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(ROWS).await;
    // The deployment's own worker hears nothing of it.
    house.platform.lose_stream_records(true).await;
    let rows = (0..ROWS).map(|number| (email_of(number), "Rust".to_owned()));
    let bulk = house.begin_csv(&admin, csv(rows).as_bytes()).await;
    let id = bulk.at("/bulk_id");
    let bulk_id = id.parse().expect("a UUID");
    let message = serde_json::to_string(&Effect::IssueBulk { bulk_id }).expect("JSON");

    let dynamodb = house.platform.dynamodb_url();
    let (one, other) = (
        worker(&house, dynamodb).await,
        worker(&house, dynamodb).await,
    );
    let attempt = Attempt {
        number: 1,
        last: false,
    };
    let done = tokio::join!(one.work(&message, attempt), other.work(&message, attempt));
    assert_eq!(done, (Outcome::Done, Outcome::Done));

    let bulk = house.bulk(&admin, id).await;
    assert_eq!(
        (
            bulk.at("/status"),
            bulk.body["issued"].as_u64(),
            bulk.body["failed"].as_u64()
        ),
        ("finished", Some(ROWS as u64), Some(0)),
        "{bulk:?}"
    );
    let all = house
        .pages_of(&admin, CERTIFICATES, "certificates", 100)
        .await;
    let students: BTreeSet<_> = all.iter().map(|row| row["student_id"].as_str()).collect();
    assert_eq!((all.len(), students.len()), (ROWS, ROWS));
    house.platform.lose_stream_records(false).await;
    house.finish().await;
}
