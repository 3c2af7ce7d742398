//! Messages stand in a ticket in the order in which the phone wrote them.

use super::phone::{JOHN, chat_house, written};
use crate::house::{ADMIN, Answer};
use serde_json::{Value, json};

fn said(ticket: &Answer) -> Vec<&str> {
    let list = ticket.body["messages"].as_array().expect("a list");
    let text = |message: &'_ Value| message["message"].as_str().is_some();
    assert!(list.iter().all(text), "{ticket:?}");
    list.iter()
        .filter_map(|message| message["message"].as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_overtake_each_other_leave_messages_in_the_order_of_their_writing() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let tell = async |id: &str, text: &str, hours: i64| {
        let value = json!({"messages": [written(id, JOHN, text, hours)]});
        house.is_told(&[value]).await;
    };
    tell("wamid.c", "third", 0).await;
    tell("wamid.a", "first", 3).await;
    tell("wamid.b", "second", 2).await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(said(&ticket), ["first", "second", "third"]);
    let times: Vec<_> = ticket.body["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| message["created_at"].as_str().expect("a time").to_owned())
        .collect();
    assert!(times.is_sorted(), "{times:?}");

    // Page by page it is the same order.
    let page = house
        .get(&admin, "/api/admin/support/tickets/1?limit=2")
        .await;
    assert_eq!(said(&page), ["second", "third"]);
    let older = page.at("/next_cursor");
    let older = house
        .get(
            &admin,
            &format!("/api/admin/support/tickets/1?limit=2&cursor={older}"),
        )
        .await;
    assert_eq!(said(&older), ["first"]);

    // A late one is news to whoever had read all.
    let list = "/api/admin/support/tickets";
    let read = house
        .post(&admin, &format!("{list}/1/read"), json!({}))
        .await;
    assert_eq!(read.status, 200, "{read:?}");
    assert_eq!(
        house.get(&admin, list).await.body["tickets"][0]["unread"],
        false
    );
    tell("wamid.0", "before all", 5).await;
    let rows = house.get(&admin, list).await;
    assert_eq!(rows.body["tickets"][0]["unread"], true, "{rows:?}");
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(said(&ticket)[0], "before all");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_second_stand_as_they_were_heard() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let second = written("", JOHN, "", 1)["timestamp"].clone();
    let message = |n: usize| {
        let mut message = written(&format!("wamid.{n}"), JOHN, &format!("line {n:02}"), 1);
        message["timestamp"] = second.clone();
        message
    };
    for call in 0..4 {
        let lines: Vec<Value> = (0..3).map(|n| message(call * 3 + n)).collect();
        house.is_told(&[json!({"messages": lines})]).await;
    }
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let lines: Vec<String> = (0..12).map(|n| format!("line {n:02}")).collect();
    assert_eq!(said(&ticket), lines);
    house.finish().await;
}
