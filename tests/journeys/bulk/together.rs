//! Two workers are at the same rows at the same time, as after a time-out that was too short or a message that came twice.

use super::{
    CERTIFICATES,
    throttled::{begun, message, worker},
};
use registrar_runtime::worker::{Attempt, Outcome, Worker as _};
use std::collections::BTreeSet;

const ROWS: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_two_workers_are_at_together_are_issued_once_and_are_no_errors() {
    let (house, admin, id) = begun(ROWS).await;
    let message = message(&id);
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

    let bulk = house.bulk(&admin, &id).await;
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
