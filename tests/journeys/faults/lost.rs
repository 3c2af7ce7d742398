//! A provider whose answer is lost. Whether it took the message, nobody knows until it is asked, if it can be.

use super::{created, issued, mail_to, sent_once};
use crate::house::{ADMIN, DEVANAGARI, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, telling};
use registrar_domain::{
    delivery::{
        Channel::{Email, Whatsapp},
        Delivery,
    },
    effect::Effect,
};
use serde_json::json;

/// Asserts that a delivery is uncertain after one attempt, and was taken so often.
async fn stays_uncertain(house: &House, delivery: &Delivery, taken: u64) {
    let entry = house.entry(delivery).await;
    assert_eq!(
        (entry.state.code(), entry.attempts, entry.was_uncertain),
        ("uncertain", 1, true),
        "{entry:?}"
    );
    assert_eq!(house.taken(delivery).await, taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_answer_was_lost_is_asked_about_and_goes_out_once() {
    let house =
        House::start_with(&[("ProviderTimeoutMs", "1000"), ("EmailSettleSeconds", "4")]).await;
    let rule = |to, kind, accepts: bool| json!({"match": mail_to(to), "kind": kind, "accepts": accepts, "hold_ms": 20_000, "times": 1});
    house
        .faults(json!([
            rule(STUDENT, "timeout", false),
            rule(ADMIN, "timeout", true),
            rule(OTHER_ADMIN, "drop_before", false),
            rule(SUPER_ADMIN, "drop_after", false),
        ]))
        .await;
    let student = house.sign_in(STUDENT).await;
    let fact = created(&house.open_ticket(&student).await);
    // Whom, how often the provider has the mail before it is asked, and how many attempts it takes in all.
    let people = [
        (STUDENT, 0, 2),
        (ADMIN, 1, 1),
        (OTHER_ADMIN, 0, 2),
        (SUPER_ADMIN, 1, 1),
    ];
    house.platform.settle().await;
    assert_eq!(house.fault_hits().await, [1; 4]);
    for (email, taken, _) in people {
        stays_uncertain(&house, &telling(email, Email, &fact), taken).await;
    }
    assert_eq!(house.entries_in("uncertain").await, 4);

    house.platform.quiesce().await;
    for (email, _, attempts) in people {
        let delivery = telling(email, Email, &fact);
        sent_once(&house, &delivery, attempts).await;
        assert!(
            house.entry(&delivery).await.was_uncertain,
            "it can still be counted"
        );
    }
    assert_eq!(house.entries_in("uncertain").await, 0);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_asked_either_leaves_the_mail_uncertain_until_it_can() {
    let house = House::start().await;
    let lost = json!({"match": mail_to(STUDENT), "kind": "drop_after", "times": 1});
    let deaf = json!({"provider": "sendgrid", "match": {"path": "/v3/messages"}, "kind": "status", "status": 503, "times": 2});
    house.faults(json!([lost, deaf])).await;
    let student = house.sign_in(STUDENT).await;
    let to_student = telling(STUDENT, Email, &created(&house.open_ticket(&student).await));
    house.platform.quiesce().await;
    assert_eq!(house.fault_hits().await, [1, 2]);
    sent_once(&house, &to_student, 1).await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whatsapp_message_whose_answer_was_lost_is_never_sent_again_and_is_counted() {
    let house = House::start().await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let lose = |kind| json!([{"provider": "aisensy", "kind": kind, "times": 1}]);
    house.faults(lose("drop_after")).await;
    let arrived = house.issue(&admin, &holder, "Rust in Practice").await;
    house.faults(lose("drop_before")).await;
    let vanished = house.issue(&admin, &holder, "Rust in Depth").await;

    let arrived = telling(DEVANAGARI, Whatsapp, &issued(&arrived.id));
    let vanished = telling(DEVANAGARI, Whatsapp, &issued(&vanished.id));
    stays_uncertain(&house, &arrived, 1).await;
    stays_uncertain(&house, &vanished, 0).await;
    assert_eq!(house.entries_in("uncertain").await, 2);

    // Neither the schedule that looks after uncertain entries nor the message itself, come again, sends it.
    house
        .platform
        .fire_schedule("SchedulesFunction/SettleUncertain")
        .await
        .expect("it runs");
    for delivery in [&arrived, &vanished] {
        house.put(&Effect::Deliver(delivery.clone()), 2).await;
    }
    house.platform.quiesce().await;
    stays_uncertain(&house, &arrived, 1).await;
    stays_uncertain(&house, &vanished, 0).await;
    for delivery in [arrived, vanished] {
        sent_once(
            &house,
            &Delivery {
                channel: Email,
                ..delivery
            },
            1,
        )
        .await;
    }
    house.finish().await;
}
