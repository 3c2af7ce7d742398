//! How far a reply has come on its way to a phone.

use super::phone::{JOHN, chat_house};
use crate::house::{ADMIN, Ask, House, Session};
use registrar_domain::{
    delivery::{Channel, Delivery},
    effect::Fact,
};
use serde_json::{Value, json};

/// The key that the reply to John's ticket went out with.
fn effect_key(replied: &crate::house::Answer, ticket: &crate::house::Answer) -> String {
    let person = ticket.at("/requester/id").parse().expect("a UUID");
    let fact = Fact::TicketReplied {
        ticket_id: ticket.at("/id").parse().expect("a UUID"),
        message_id: replied.at("/message_id").parse().expect("a UUID"),
    };
    let channel = Channel::Whatsapp;
    Delivery {
        person,
        channel,
        fact,
    }
    .effect_key()
}

fn status(key: &str, state: &str, second: i64) -> Value {
    json!({
        "id": "wamid.x", "status": state, "timestamp": (1_800_000_000 + second).to_string(),
        "recipient_id": "234812345678", "biz_opaque_callback_data": key,
    })
}

async fn delivery(house: &House, admin: &Session) -> Value {
    let ticket = house.ticket_as_staff(admin, "1").await;
    ticket.body["messages"][0]["delivery"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_queued_delivered_and_read_as_the_provider_tells() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let replied = house
        .replies(&admin, "1", json!({"message": "Hello"}))
        .await;
    assert_eq!(replied.at("/delivery/state"), "queued");

    let sent = house.gets(JOHN, 2).await;
    let id = sent["message_id"].as_str().expect("an id").to_owned();
    let told = format!("provider=whatsapp_cloud&kind=whatsapp_callback&message_id={id}");
    house.journal(&told, 1).await;
    house.platform.quiesce().await;
    assert_eq!(delivery(&house, &admin).await["state"], "delivered");

    let url = format!("{}/phone/statuses", house.platform.simulators_url());
    let read = json!({"message_id": id, "status": "read"});
    let answer = house.http.post(url).json(&read).answer().await;
    assert_eq!(answer.body["webhook_status"], 200, "{answer:?}");
    house.platform.quiesce().await;
    assert_eq!(delivery(&house, &admin).await["state"], "read");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_come_three_times_and_in_any_order_and_never_go_back() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let ticket = house.johns_ticket(&admin).await;
    // The provider never takes the reply, and nobody knows: what it tells is all that there is.
    let lost = json!([{"provider": "whatsapp_cloud", "match": {"path": "/messages"}, "kind": "drop_before"}]);
    house.faults(lost).await;
    let replied = house
        .replies(&admin, "1", json!({"message": "Hello"}))
        .await;
    house.platform.quiesce().await;
    assert_eq!(delivery(&house, &admin).await["state"], "queued");
    let key = effect_key(&replied, &ticket);
    for (told, shown) in [
        ("sent", "sent"),
        ("failed", "failed"),
        ("sent", "failed"),
        ("delivered", "delivered"),
        ("failed", "delivered"),
        ("read", "read"),
        ("delivered", "read"),
        ("sent", "read"),
    ] {
        let three = vec![status(&key, told, 0); 3];
        house.is_told(&[json!({"statuses": three})]).await;
        let state = delivery(&house, &admin).await["state"].clone();
        assert_eq!(state, shown, "after {told}");
        if told == "sent" && shown == "sent" {
            assert_eq!(
                house.entries_in("uncertain").await,
                0,
                "it has it after all"
            );
        }
    }
    // What is not ours, or not of a message, changes nothing and is not given up.
    let foreign = [
        status("whatsapp/x/ticket/y/message/z", "read", 0),
        status(&key.replace("/message/", "/status/"), "read", 0),
        json!({"id": "wamid.y", "status": "read", "timestamp": "1800000000"}),
    ];
    house.is_told(&[json!({"statuses": foreign})]).await;
    assert!(
        house
            .dead_letters("ConversationsDeadLetterQueue")
            .await
            .is_empty()
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_the_provider_refuses_shows_as_failed_with_its_code() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let silence = format!("{}/phone/silence", house.platform.simulators_url());
    let answer = house.http.put(silence).json(&json!([JOHN])).answer().await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let replied = house
        .replies(&admin, "1", json!({"message": "Hello"}))
        .await;
    assert_eq!(replied.status, 201, "{replied:?}");
    house.platform.quiesce().await;
    let delivery = delivery(&house, &admin).await;
    assert_eq!(delivery["state"], "failed");
    let error = delivery["error"].as_str().expect("a reason");
    assert!(error.contains("131047"), "{error}");
    assert_eq!(
        house.dead_letters("DeliveriesDeadLetterQueue").await.len(),
        1
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_gives_up_later_is_marked_whatever_it_was_about() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let path = "/api/admin/support/tickets/1/close";
    assert_eq!(house.post(&admin, path, json!({})).await.status, 200);
    let told = house.gets(JOHN, 2).await;
    house.platform.quiesce().await;
    assert_eq!(house.entries_in("failed").await, 0);
    let url = format!("{}/phone/statuses", house.platform.simulators_url());
    let failed = json!({"message_id": told["message_id"], "status": "failed", "error": 131_026});
    let answer = house.http.post(url).json(&failed).answer().await;
    assert_eq!(answer.body["webhook_status"], 200, "{answer:?}");
    house.platform.quiesce().await;
    assert_eq!(house.entries_in("failed").await, 1);
    house.finish().await;
}
