//! What comes twice, together or in another order.

use super::phone::{JOHN, call, chat_house, written};
use crate::house::ADMIN;
use serde_json::{Value, json};

const JANE: &str = "+234998765432";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_three_times_is_heard_once() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.says(JOHN, "2").await;
    let described = json!({"text": "I can't submit homework", "id": "wamid.same"});
    for _ in 0..3 {
        house.phone(JOHN, described.clone()).await;
    }
    let more = json!({"text": "Anybody?", "id": "wamid.more"});
    for _ in 0..3 {
        house.phone(JOHN, more.clone()).await;
    }
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.body["messages"].as_array().map(Vec::len), Some(1));
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["tickets"].as_array().map(Vec::len), Some(1));
    assert_eq!(house.got(JOHN).await, 1, "the prompt");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_replayed_changes_nothing() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let value = json!({"messages": [written("wamid.1", JOHN, "2", 0), written("wamid.2", JOHN, "Please help me", 0)]});
    let body = call(&[value]).to_string();
    let signature = house.hub_signature(&body);
    for _ in 0..3 {
        assert_eq!(house.calls(&body, Some(&signature)).await.status, 200);
    }
    house.platform.quiesce().await;
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["tickets"].as_array().map(Vec::len), Some(1));
    // Copies that come together draw numbers too; the one that is not first leaves a gap.
    let number = all.at("/tickets/0/ticket_number");
    let ticket = house.ticket_as_staff(&admin, number).await;
    assert_eq!(ticket.at("/description"), "Please help me");
    assert_eq!(ticket.body["messages"], json!([]));
    assert_eq!(house.got(JOHN).await, 1, "the prompt");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_entries_of_many_phones_in_one_call_are_all_heard_in_their_order() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let entry = |n: usize, phone: &str, text: &str| {
        json!({
            "contacts": [{"wa_id": phone.trim_start_matches('+'), "profile": {"name": "Jane Doe"}}],
            "messages": [written(&format!("wamid.{phone}.{n}"), phone, text, 0)],
        })
    };
    let mut entries: Vec<Value> = Vec::new();
    for phone in [JOHN, JANE] {
        entries.push(entry(0, phone, "2"));
        entries.push(entry(1, phone, &format!("Help for {phone}")));
    }
    for n in 2..12 {
        for phone in [JOHN, JANE] {
            entries.push(entry(n, phone, &format!("line {n}")));
        }
    }
    entries.push(json!({"messages": [{"id": "broken"}], "statuses": [7]}));
    house.is_told(&entries).await;

    let all = house.get(&admin, "/api/admin/support/tickets").await;
    let tickets = all.body["tickets"].as_array().expect("a list");
    assert_eq!(tickets.len(), 2, "{all:?}");
    for row in tickets {
        let number = row["ticket_number"].as_str().expect("a number");
        let ticket = house.ticket_as_staff(&admin, number).await;
        let phone = ticket.at("/phone_number");
        assert_eq!(ticket.at("/description"), format!("Help for {phone}"));
        let lines: Vec<String> = ticket.body["messages"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|message| message["message"].as_str().expect("a text").to_owned())
            .collect();
        let whole: Vec<String> = (2..12).map(|n| format!("line {n}")).collect();
        assert_eq!(lines, whole, "none lost, none twice, in their order");
    }
    house.finish().await;
}
