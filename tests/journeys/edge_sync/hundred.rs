//! A hundred revocations while one push in five fails.

use crate::house::{ADMIN, Certificate, House, STUDENT, Session};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;

/// What the product promises.
const PROMISE: Duration = Duration::from_mins(1);
/// How far the platform's clock is moved between two looks.
const STEP: Duration = Duration::from_secs(1);
const CERTIFICATES: usize = 100;
/// How many clients work at once.
const CLIENTS: usize = 5;

async fn certificates(house: &House, admin: &Session) -> Vec<Certificate> {
    let student = house.sign_in(STUDENT).await;
    let mut certificates = Vec::new();
    for some in (0..CERTIFICATES).collect::<Vec<_>>().chunks(CLIENTS) {
        let answers = some.iter().map(async |n| {
            let answer = house
                .generate(admin, &student.id, &format!("Course {n}"))
                .await;
            assert_eq!(answer.status, 201, "{answer:?}");
            Certificate {
                id: answer.at("/certificate_id").to_owned(),
                token: answer.at("/token").to_owned(),
            }
        });
        certificates.extend(join_all(answers).await);
    }
    house.platform.quiesce().await;
    certificates
}

/// The origin stops with the last acknowledgement, so that the edge learns of everything by what is pushed. Time is the
/// platform's clock, by which messages wait for their next attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_revocations_of_which_pushes_fail_show_within_a_minute_and_none_is_lost() {
    let house = House::start_with(&[("DeliveryBackoffSeconds", "5")]).await;
    let admin = house.sign_in(ADMIN).await;
    let certificates = certificates(&house, &admin).await;
    for certificate in [&certificates[0], &certificates[CERTIFICATES - 1]] {
        assert_eq!(house.verdict_of(certificate).await, "valid");
    }
    house
        .faults(json!([{"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 503, "rate": 0.2}]))
        .await;
    for some in certificates.chunks(CLIENTS) {
        let revoked = some.iter();
        join_all(revoked.map(|certificate| house.revoke(&admin, &certificate.id))).await;
    }
    house.platform.stop_origin().await;

    let mut outstanding: Vec<&Certificate> = certificates.iter().collect();
    let mut moved = Duration::ZERO;
    let mut shown = Vec::new();
    loop {
        house.platform.settle().await;
        let mut left = Vec::new();
        for certificate in outstanding {
            match house.verdict_of(certificate).await.as_str() {
                "revoked" => shown.push(moved),
                "valid" => left.push(certificate),
                other => panic!("{other} after {moved:?}"),
            }
        }
        if left.is_empty() {
            break;
        }
        outstanding = left;
        assert!(moved < PROMISE, "{} are not shown", outstanding.len());
        house.platform.advance(STEP);
        moved += STEP;
    }
    println!(
        "100 revocations: median {:?}, longest {:?} of the platform's clock",
        shown[CERTIFICATES / 2],
        shown[CERTIFICATES - 1]
    );
    let failed = house.faults_hit().await;
    assert!(failed > 0, "some pushes did fail");

    // What waits for its next attempt arrives: nothing was given up.
    house.faults(json!([])).await;
    house.retried().await;
    let dead = house.platform.queue_counts("EdgeSyncDeadLetterQueue");
    assert_eq!(dead.expect("a queue").visible, 0);
    house.finish().await;
}

impl House {
    async fn verdict_of(&self, certificate: &Certificate) -> String {
        let answer = self.verify(&certificate.by_token()).await;
        answer.at("/verdict").to_owned()
    }
}
