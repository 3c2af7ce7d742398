//! People who come without a number: the provider tells a business-scoped user id.

use super::phone::{JOHN, chat_house};
use crate::house::{ADMIN, House};
use serde_json::json;

const ADA: &str = "NG.1234567890123456";
const CHAT: &str = "/api/admin/support/chats";

impl House {
    /// Has somebody write who is known by the id alone.
    async fn ada_says(&self, text: &str) {
        let what = json!({"from": null, "user_id": ADA, "name": "Ada", "text": text});
        self.phone(ADA, what).await;
    }

    /// Has somebody write whose number is told beside the id.
    async fn john_is_ada(&self, text: &str) {
        let what = json!({"user_id": ADA, "name": "Ada", "text": text});
        self.phone(JOHN, what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_number_is_heard_answered_and_told_how_it_ends() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.ada_says("hello").await;
    let menu = house.gets(ADA, 1).await;
    assert!(
        menu["text"]
            .as_str()
            .unwrap()
            .contains("2. 💬 Chat Support")
    );
    house.ada_says("2").await;
    house.ada_says("My homework page is blank").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/description"), "My homework page is blank");
    assert_eq!(ticket.at("/sender_name"), "Ada");
    assert_eq!(ticket.body["phone_number"], json!(null));
    assert_eq!(ticket.at("/requester/whatsapp_user_id"), ADA);

    let reply = json!({"message": "Which browser is it?"});
    let replied = house.replies(&admin, "1", reply).await;
    assert_eq!(
        replied.body["whatsapp_notification_sent"], true,
        "{replied:?}"
    );
    assert_eq!(house.gets(ADA, 3).await["text"], "Which browser is it?");
    house.ada_says("Safari").await;
    let path = "/api/admin/support/tickets/1/close";
    assert_eq!(house.post(&admin, path, json!({})).await.status, 200);
    let told = house.gets(ADA, 4).await;
    assert_eq!(told["text"], "✅ Your support ticket has been resolved!");
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.body["messages"][0]["delivery"]["state"], "delivered");
    assert_eq!(ticket.body["messages"][1]["message"], "Safari");

    let chat = house
        .get(&admin, &format!("{CHAT}?whatsapp_user_id={ADA}"))
        .await;
    assert_eq!(chat.at("/whatsapp_user_id"), ADA);
    let listed = house.get(&admin, chat.at("/tickets")).await;
    assert_eq!(listed.body["tickets"].as_array().map(Vec::len), Some(1));
    house
        .get(&admin, CHAT)
        .await
        .is_problem(400, "invalid_query");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_told_later_goes_on_with_the_same_chat() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.ada_says("2").await;
    house.ada_says("My homework page is blank").await;
    house.john_is_ada("It is still blank").await;
    house.ada_says("Hello?").await;
    house.says(JOHN, "Anybody?").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let said: Vec<_> = (0..3)
        .map(|n| &ticket.body["messages"][n]["message"])
        .collect();
    assert_eq!(said, ["It is still blank", "Hello?", "Anybody?"]);
    for wanted in [
        format!("whatsapp_user_id={ADA}"),
        "phone_number=%2B234812345678".to_owned(),
    ] {
        let chat = house.get(&admin, &format!("{CHAT}?{wanted}")).await;
        assert_eq!(chat.at("/phone_number"), JOHN);
        assert_eq!(chat.at("/whatsapp_user_id"), ADA);
        assert_eq!(chat.at("/ticket_id"), ticket.at("/id"));
    }
    // What is answered reaches the number or the id by which the ticket was opened.
    let reply = json!({"message": "We look into it"});
    house.replies(&admin, "1", reply).await;
    assert_eq!(house.gets(ADA, 2).await["text"], "We look into it");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_chats_of_one_person_become_one_and_the_id_alone_finds_it() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    house.ada_says("hello").await;
    assert_eq!(house.got(ADA).await, 1, "the menu: nobody knows who it is");
    house.john_is_ada("It is me").await;
    house.ada_says("Any news?").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let said: Vec<_> = (0..2)
        .map(|n| &ticket.body["messages"][n]["message"])
        .collect();
    assert_eq!(said[1], "Any news?", "{ticket:?}");
    assert_eq!(house.got(ADA).await, 1, "no menu comes in between");
    house.finish().await;
}
