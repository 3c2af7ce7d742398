//! KV, bucket, stream, and messages that nobody can read.

use super::{created, issued, later, sent_once, until_idle};
use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, YORUBA, telling};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{delivery::Channel::Email, effect::Effect};
use registrar_store::{keys, outbox::OutboxItem, transaction::UNLISTED};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_no_effect_is_put_away_with_the_reason_and_holds_up_nothing() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let of_another_queue =
        serde_json::to_string(&Effect::PublishStatusList { list: 0 }).expect("JSON");
    let nowhere = r#"{"kind":"render_certificate","certificate_id":"CERT-2026-0000-0000"}"#;
    for (queue, foreign) in [
        ("DeliveriesQueue", of_another_queue.as_str()),
        ("RenderingQueue", &of_another_queue),
        ("EdgeSyncQueue", nowhere),
    ] {
        for body in ["no JSON", r#"{"kind":"dance"}"#, foreign] {
            house.put_on(queue, body).await;
        }
    }
    let fact = created(&house.open_ticket(&student).await);
    house.platform.quiesce().await;
    for email in [STUDENT, ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        sent_once(&house, &telling(email, Email, &fact), 1).await;
    }
    for queue in [
        "DeliveriesDeadLetterQueue",
        "RenderingDeadLetterQueue",
        "EdgeSyncDeadLetterQueue",
    ] {
        let dead = house.dead_letters(queue).await;
        assert_eq!(dead.len(), 3, "{queue}: {dead:?}");
        assert!(
            dead.iter().all(|letter| letter.reason.contains("effect")),
            "{queue}: {dead:?}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_knows_a_certificate_although_kv_failed_three_times() {
    let house = House::start().await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let fails = |kind, status| {
        let record = json!({"path": "cert", "method": "PUT"});
        json!({"provider": "cloudflare", "match": record, "kind": kind, "status": status, "times": 1})
    };
    house
        .faults(json!([
            fails("status", json!(500)),
            fails("status", json!(429)),
            fails("drop_before", json!(null))
        ]))
        .await;
    let answer = house.generate(&admin, &holder.id, "Rust in Practice").await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = answer.at("/certificate_id").to_owned();
    house.platform.settle().await;
    let key = format!("cert/{id}");
    until_idle(&house).await;

    assert_eq!(house.fault_hits().await, [1, 1, 1]);
    assert_eq!(house.kv(&key).await.at("/token"), answer.at("/token"));
    house.platform.stop_origin().await;
    assert_eq!(
        house.verify(&format!("/verify/{id}")).await.at("/verdict"),
        "valid"
    );
    assert!(
        house
            .dead_letters("EdgeSyncDeadLetterQueue")
            .await
            .is_empty()
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_made_when_its_bucket_is_back_and_its_holder_is_told_then() {
    let house = House::start().await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let folder = house.certificates_folder();
    let away = folder.with_extension("away");
    std::fs::rename(&folder, &away).expect("the bucket can be taken away");
    // Without this the stand-in would make the folder anew.
    std::fs::write(&folder, "").expect("a file can stand in its place");
    let answer = house.generate(&admin, &holder.id, "Rust in Practice").await;
    let id = answer.at("/certificate_id").to_owned();
    let to_holder = telling(YORUBA, Email, &issued(&id));
    house.platform.settle().await;
    later(&house, 5).await;
    let path = format!("/api/certificates/{id}/download");
    house.get(&holder, &path).await.is_problem(409, "not_ready");
    let badges =
        ["", ".jwt", ".eddsa.jwt", ".png", ".svg"].map(|form| format!("/badges/{id}{form}"));
    for badge in &badges {
        house.get(&holder, badge).await.is_problem(409, "not_ready");
    }
    assert_eq!(
        house.taken(&to_holder).await,
        0,
        "nobody is told of a PDF that is not there"
    );

    std::fs::remove_file(&folder).expect("the file can go");
    std::fs::rename(&away, &folder).expect("the bucket can be brought back");
    until_idle(&house).await;
    let link = house.get(&holder, &path).await;
    let pdf = house
        .http
        .get(link.at("/url"))
        .send()
        .await
        .expect("an answer");
    assert!(pdf.bytes().await.expect("a body").starts_with(b"%PDF-"));
    for badge in &badges {
        assert_eq!(house.get(&holder, badge).await.status, 200, "{badge}");
    }
    sent_once(&house, &to_holder, 1).await;
    assert!(
        house
            .dead_letters("RenderingDeadLetterQueue")
            .await
            .is_empty()
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_stream_lost_is_sent_by_the_sweep_once_it_is_a_minute_old() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    house.platform.lose_stream_records(true).await;
    let fact = created(&house.open_ticket(&student).await);
    house.platform.lose_stream_records(false).await;
    let sweep = async || {
        house
            .platform
            .fire_schedule("SchedulesFunction/SweepOutbox")
            .await
            .expect("it runs");
    };
    sweep().await;
    assert_eq!(
        house.journal_count_when_idle("provider=sendgrid").await,
        0,
        "the stream has a minute"
    );

    let table = house.table();
    let left = async || {
        let mut left = Vec::new();
        for shard in 0..table.shards() {
            left.extend(
                table
                    .outbox_left(shard, Timestamp::now(), SignedDuration::ZERO, None)
                    .await
                    .expect("a readable table")
                    .items,
            );
        }
        left
    };
    let items = left().await;
    assert_eq!(items.len(), 1, "one commit: {items:?}");
    for item in items {
        // A minute passes: the functions read the real clock, so the item is made older.
        let older = OutboxItem {
            id: item.key.sk.parse().expect("an id"),
            at: item.at - SignedDuration::from_secs(61),
            effects: item.effects,
        };
        let mut transaction = table.transaction();
        transaction
            .set(&keys::outbox(older.id, table.shards()), &older, UNLISTED)
            .expect("it can be written");
        transaction.commit().await.expect("it is written");
    }
    assert_eq!(
        house.journal_count_when_idle("provider=sendgrid").await,
        0,
        "a changed item is no new one"
    );
    sweep().await;
    house.platform.quiesce().await;
    for email in [STUDENT, ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        sent_once(&house, &telling(email, Email, &fact), 1).await;
    }
    assert!(left().await.is_empty(), "what was sent is taken away");
    house.finish().await;
}
