//! A provider that says no: for now, for good, or as often as it is asked.

use super::{created, later, mail_to, sent_once, until_idle};
use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, telling};
use registrar_domain::delivery::{Channel::Email, State};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_asks_to_slow_down_is_asked_again_no_sooner_than_it_said() {
    let house = House::start().await;
    let busy = json!({"match": mail_to(STUDENT), "kind": "status", "status": 429, "retry_after": 600, "times": 1});
    house.faults(json!([busy])).await;
    let student = house.sign_in(STUDENT).await;
    let fact = created(&house.open_ticket(&student).await);
    let (to_student, to_admin) = (telling(STUDENT, Email, &fact), telling(ADMIN, Email, &fact));

    house.platform.settle().await;
    let entry = house.entry(&to_student).await;
    let reason = "the provider asked to slow down".to_owned();
    assert_eq!(
        (&entry.state, entry.attempts),
        (&State::Retrying { reason }, 1)
    );
    sent_once(&house, &to_admin, 1).await;

    later(&house, 540).await;
    assert_eq!(
        house.entry(&to_student).await.attempts,
        1,
        "sooner than the provider said"
    );
    later(&house, 61).await;
    sent_once(&house, &to_student, 2).await;
    assert!(!house.entry(&to_student).await.was_uncertain);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_is_asked_again_after_pauses_that_double() {
    let house = House::start_with(&[("DeliveryBackoffSeconds", "100")]).await;
    let down = json!({"match": mail_to(STUDENT), "kind": "status", "status": 500, "times": 3});
    house.faults(json!([down])).await;
    let student = house.sign_in(STUDENT).await;
    let to_student = telling(STUDENT, Email, &created(&house.open_ticket(&student).await));
    house.platform.settle().await;

    // A pause is 100 s, 200 s, 400 s, less up to a quarter; the minute before it is for a slow machine.
    for (attempts, before, after) in [(1, 40, 61), (2, 90, 111), (3, 240, 161)] {
        assert_eq!(house.entry(&to_student).await.attempts, attempts);
        later(&house, before).await;
        assert_eq!(
            house.entry(&to_student).await.attempts,
            attempts,
            "too soon"
        );
        later(&house, after).await;
    }
    sent_once(&house, &to_student, 4).await;
    assert_eq!(house.fault_hits().await, [3]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_refuses_is_put_away_with_the_reason_and_sent_once_when_redriven() {
    let house = House::start().await;
    let no = json!({"match": mail_to(STUDENT), "kind": "status", "status": 400, "times": 1});
    house.faults(json!([no])).await;
    let student = house.sign_in(STUDENT).await;
    let fact = created(&house.open_ticket(&student).await);
    let to_student = telling(STUDENT, Email, &fact);
    house.platform.quiesce().await;

    let entry = house.entry(&to_student).await;
    let State::Failed { reason } = &entry.state else {
        panic!("{entry:?}")
    };
    assert!(
        reason.starts_with("the provider refused with status 400"),
        "{reason}"
    );
    let dead = house.dead_letters("DeliveriesDeadLetterQueue").await;
    assert_eq!((dead.len(), &dead[0].reason), (1, reason), "{dead:?}");
    assert!(
        dead[0].body.contains(&student.id) && !dead[0].body.contains('@'),
        "ids only: {dead:?}"
    );
    assert_eq!(house.entries_in("failed").await, 1);
    assert_eq!(house.taken(&to_student).await, 0);
    for other in [ADMIN, OTHER_ADMIN] {
        sent_once(&house, &telling(other, Email, &fact), 1).await;
    }

    assert_eq!(house.redrive("DeliveriesQueue").await, 1);
    house.platform.quiesce().await;
    sent_once(&house, &to_student, 2).await;
    assert_eq!(house.entries_in("failed").await, 0);
    assert!(
        house
            .dead_letters("DeliveriesDeadLetterQueue")
            .await
            .is_empty()
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_tries_are_used_up_the_message_is_put_away_and_can_be_redriven() {
    let house = House::start_with(&[("DeliveryMaxAttempts", "3")]).await;
    let down = json!({"match": mail_to(STUDENT), "kind": "status", "status": 503});
    house.faults(json!([down])).await;
    let student = house.sign_in(STUDENT).await;
    let to_student = telling(STUDENT, Email, &created(&house.open_ticket(&student).await));
    house.platform.settle().await;
    until_idle(&house).await;

    assert_eq!(house.fault_hits().await, [3], "three tries, no more");
    let entry = house.entry(&to_student).await;
    let reason = "the provider is unavailable (status 503)";
    assert_eq!(
        (&entry.state, entry.attempts),
        (
            &State::Failed {
                reason: reason.to_owned()
            },
            3
        )
    );
    let dead = house.dead_letters("DeliveriesDeadLetterQueue").await;
    assert_eq!(
        (dead.len(), dead[0].reason.as_str()),
        (1, reason),
        "{dead:?}"
    );

    // Redriven too early it is put away again, with one more try.
    assert_eq!(house.redrive("DeliveriesQueue").await, 1);
    house.platform.quiesce().await;
    assert_eq!(house.fault_hits().await, [4]);
    assert_eq!(
        house.dead_letters("DeliveriesDeadLetterQueue").await.len(),
        1
    );
    house.faults(json!([])).await;
    assert_eq!(house.redrive("DeliveriesQueue").await, 1);
    house.platform.quiesce().await;
    sent_once(&house, &to_student, 5).await;
    house.finish().await;
}
