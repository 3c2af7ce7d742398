//! What a phone says is shown whatever stands in it: nobody can be asked to write it another way.

use super::phone::{JOHN, chat_house};
use crate::house::ADMIN;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_heard_without_what_turns_a_text_over_and_a_name_that_shows_nothing_is_none() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.phone(JOHN, json!({"choice": "chat_support"})).await;
    let opens =
        json!({"name": "J\u{202e}ohn\u{2028}Doe", "text": "Cafe\u{301}\u{202e} is\u{0} closed"});
    house.phone(JOHN, opens).await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/sender_name"), "John Doe");
    assert_eq!(ticket.at("/subject"), "Café is closed");
    let unnamed = json!({"name": "\u{3164}\u{200b}", "text": "a\u{2066}b\u{2028}c"});
    house.phone(JOHN, unnamed).await;
    let turns = json!({"text": "\u{2066}x\n".repeat(1365)});
    house.phone(JOHN, turns).await;
    // Nothing is seen of this one.
    house.phone(JOHN, json!({"text": "\u{200b}\u{2800}"})).await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let messages = ticket.body["messages"].as_array().expect("a list");
    let said: Vec<_> = messages
        .iter()
        .map(|message| message["message"].as_str().expect("a text"))
        .collect();
    assert_eq!(said[0], "a\u{2066}b\u{2069}\nc");
    assert_eq!(said[1], "x\n".repeat(1365).trim());
    assert!(said[2].contains("cannot be shown"), "{said:?}");
    assert_eq!(said.len(), 3);
    assert_eq!(messages[0]["sender_name"], "John Doe");
    house.finish().await;
}
