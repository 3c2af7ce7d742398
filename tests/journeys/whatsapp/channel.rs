//! A ticket that a chat channel opens is what the phone's chat goes on with.

use super::phone::{JOHN, chat_house};
use crate::house::{ADMIN, House, STUDENT, Session, YORUBA};
use registrar_domain::value::Phone;
use registrar_store::{keys, transaction::UNLISTED};
use reqwest::Method;
use serde_json::{Value, json};

async fn opened(house: &House, text: &str) -> Value {
    let body = json!({"phone_number": JOHN, "sender_name": "John Doe", "issue_description": text});
    let opened = house
        .channel(Method::POST, "/api/support/tickets", &body.to_string())
        .await;
    assert_eq!(opened.status, 201, "{opened:?}");
    opened.body
}

async fn said(house: &House, staff: &Session, number: &str) -> Vec<String> {
    let ticket = house.ticket_as_staff(staff, number).await;
    let list = ticket.body["messages"].as_array().expect("a list");
    let text = |message: &Value| message["message"].as_str().expect("a text").to_owned();
    list.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_phone_writes_next_is_said_in_the_ticket_that_the_channel_opened() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let first = opened(&house, "I can't submit homework").await;
    house.says(JOHN, "It says the file is too large").await;
    assert_eq!(
        said(&house, &admin, "1").await,
        ["It says the file is too large"]
    );
    assert_eq!(house.got(JOHN).await, 0, "no menu comes in between");
    let chat = "/api/admin/support/chats?phone_number=%2B234812345678";
    let stands = house.get(&admin, chat).await;
    assert_eq!(stands.at("/state"), "chat_support");
    assert_eq!(stands.body["ticket_id"], first["id"]);
    assert_eq!(stands.body["window_open"], true);

    // Also where the chat stood elsewhere: at the menu, or at another ticket.
    house.says(JOHN, "menu").await;
    let second = opened(&house, "Another matter").await;
    house.says(JOHN, "It is about my invoice").await;
    assert_eq!(said(&house, &admin, "2").await, ["It is about my invoice"]);
    assert_eq!(said(&house, &admin, "1").await.len(), 1);
    let stands = house.get(&admin, chat).await;
    assert_eq!(stands.body["ticket_id"], second["id"]);

    // A reply by the channel to what is resolved opens a ticket, and the chat goes on with that.
    let close = format!(
        "/api/admin/support/tickets/{}/close",
        second["id"].as_str().expect("an id")
    );
    assert_eq!(house.post(&admin, &close, json!({})).await.status, 200);
    let path = format!(
        "/api/support/tickets/{}/messages",
        second["id"].as_str().expect("an id")
    );
    let body = json!({"message": "Once more, please"}).to_string();
    let again = house.channel(Method::POST, &path, &body).await;
    assert_eq!(
        (again.status, again.at("/ticket_number")),
        (201, "3"),
        "{again:?}"
    );
    house.says(JOHN, "Are you there?").await;
    assert_eq!(said(&house, &admin, "3").await, ["Are you there?"]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_the_channel_that_comes_again_moves_no_chat() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let body = json!({"phone_number": JOHN, "sender_name": "John Doe", "issue_description": "I can't submit homework"});
    let body = body.to_string();
    let path = "/api/support/tickets";
    let now = jiff::Timestamp::now();
    let signature = house.signature(&Method::POST, path, &body, now);
    let first = house
        .channel_signed(Method::POST, path, &body, &signature)
        .await;
    opened(&house, "Another matter").await;
    let again = house
        .channel_signed(Method::POST, path, &body, &signature)
        .await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    house.says(JOHN, "About the other one").await;
    assert_eq!(said(&house, &admin, "2").await, ["About the other one"]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_number_says_goes_into_no_ticket_of_an_account_that_has_it_no_more() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let (one, other) = (house.sign_in(STUDENT).await, house.sign_in(YORUBA).await);
    let has = async |who: &Session, had: Option<&Session>| {
        let table = house.table();
        let mut transaction = table.transaction();
        let john = Phone::new(JOHN).expect("a number");
        let key = |who: &Session| keys::phone_of(&john, who.id.parse().expect("an id"));
        let owner = json!({"account_id": who.id});
        transaction
            .set(&key(who), &owner, UNLISTED)
            .expect("an item");
        if let Some(had) = had {
            transaction.delete(&key(had));
        }
        transaction.commit().await.expect("it is written");
    };
    has(&one, None).await;
    opened(&house, "I can't submit homework").await;
    house.says(JOHN, "It says the file is too large").await;
    has(&other, Some(&one)).await;
    house.says(JOHN, "Whose number is this?").await;
    assert_eq!(
        said(&house, &admin, "1").await,
        ["It says the file is too large"]
    );
    let second = house.ticket_as_staff(&admin, "2").await;
    assert_eq!(second.at("/description"), "Whose number is this?");
    assert_eq!(second.at("/student_id"), other.id);
    house.finish().await;
}
