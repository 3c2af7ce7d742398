//! How long it takes from an acknowledged revocation to the changed verdict.

use crate::house::{ADMIN, Certificate, House, STUDENT};
use serde_json::json;
use std::time::{Duration, Instant};

/// What the product promises.
const PROMISE: Duration = Duration::from_mins(1);
/// How far the clock is moved between two looks.
const STEP: Duration = Duration::from_secs(1);

/// The platform's clock since the test began: real time and what it was moved.
struct Clock {
    began: Instant,
    moved: Duration,
}

impl Clock {
    fn now(&self) -> Duration {
        self.began.elapsed() + self.moved
    }

    fn step(&mut self, house: &House) {
        house.platform.advance(STEP);
        self.moved += STEP;
    }
}

/// Looks at each certificate until it is seen to be revoked; how long that took since its `acknowledged`.
async fn watch(
    house: &House,
    clock: &mut Clock,
    mut revoked: Vec<(&Certificate, Duration)>,
) -> Vec<Duration> {
    let mut delays = Vec::new();
    loop {
        house.platform.settle().await;
        let mut outstanding = Vec::new();
        for (certificate, acknowledged) in revoked {
            let delay = clock.now().saturating_sub(acknowledged);
            match house.verdict(&certificate.by_token()).await.as_str() {
                "revoked" => delays.push(delay),
                "valid" => outstanding.push((certificate, acknowledged)),
                other => panic!("{other} after {delay:?}"),
            }
            assert!(delay <= PROMISE, "revoked {delay:?} ago: {delays:?}");
        }
        if outstanding.is_empty() {
            return delays;
        }
        revoked = outstanding;
        clock.step(house);
    }
}

/// In each round of five, the push of the last one fails at first, and in every other round the origin stops as soon as
/// all are acknowledged: then the edge learns of the last one only by the push that is tried again.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_revocations_of_which_a_fifth_is_not_pushed_at_once_show_within_a_minute() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let mut certificates = Vec::new();
    for n in 0..20 {
        certificates.push(house.issue(&admin, &student, &format!("Course {n}")).await);
    }
    let mut clock = Clock {
        began: Instant::now(),
        moved: Duration::ZERO,
    };
    let mut delays = Vec::new();
    for (round, five) in certificates.chunks(5).enumerate() {
        let mut revoked = Vec::new();
        for (n, certificate) in five.iter().enumerate() {
            assert_eq!(house.verdict(&certificate.by_token()).await, "valid");
            if n == 4 {
                house.platform.quiesce().await;
                let once = json!({"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 500, "times": 1});
                house.faults(json!([once])).await;
            }
            house.revoke(&admin, &certificate.id).await;
            revoked.push((certificate, clock.now()));
        }
        if round % 2 == 1 {
            house.platform.stop_origin().await;
        }
        let mut taken = watch(&house, &mut clock, revoked).await;
        taken.sort();
        println!("round {round}: {taken:.1?}");
        delays.extend(taken);
        house
            .platform
            .start_origin()
            .await
            .expect("the address is free");
        house.platform.quiesce().await;
    }
    delays.sort();
    println!(
        "20 revocations: median {:.1?}, longest {:.1?}",
        delays[10], delays[19]
    );
    house.finish().await;
}
