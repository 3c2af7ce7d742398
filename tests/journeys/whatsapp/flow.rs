//! The user flow of document 001.

use super::phone::{JOHN, chat_house, restarted};
use crate::house::{ADMIN, DEVANAGARI, OTHER_ADMIN, SUPER_ADMIN};
use serde_json::{Value, json};

const PROMPT: &str =
    "💬 Live Chat Support\nYou can now chat with our support team.\nPlease describe your issue";

fn messages(ticket: &Value) -> Vec<(&str, &str)> {
    let text = |value: &'_ Value| value.as_str().map(str::to_owned);
    let list = ticket["messages"].as_array().expect("a list");
    list.iter()
        .map(|message| {
            assert!(text(&message["message"]).is_some());
            (
                message["sender_type"].as_str().expect("a text"),
                message["message"].as_str().expect("a text"),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_goes_from_the_menu_to_a_resolved_ticket() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;

    house.says(JOHN, "Hi").await;
    let menu = house.gets(JOHN, 1).await;
    let four = "1. Ask Question\n2. 💬 Chat Support\n3. View Homework\n4. My Subscription";
    assert!(menu["text"].as_str().unwrap().contains(four), "{menu}");

    house.phone(JOHN, json!({"choice": "chat_support"})).await;
    assert_eq!(house.gets(JOHN, 2).await["text"], PROMPT);
    let chat = house
        .get(
            &admin,
            "/api/admin/support/chats?phone_number=%2B234812345678",
        )
        .await;
    assert_eq!(chat.at("/state"), "chat_support");

    house
        .says(JOHN, "I can't submit homework, getting error")
        .await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/phone_number"), JOHN);
    assert_eq!(
        ticket.at("/description"),
        "I can't submit homework, getting error"
    );
    assert_eq!(ticket.body["requester"]["name"], "John Doe");
    assert_eq!(ticket.at("/status"), "open");
    for staff in [ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        let notice = house
            .journal(&format!("provider=sendgrid&to={staff}"), 1)
            .await;
        let text = notice[0]["text"].as_str().expect("a text");
        assert!(text.contains("I can't submit homework"), "{notice:?}");
    }

    let help = json!({"message": "Let me help! What error do you see?"});
    let replied = house.replies(&admin, "1", help).await;
    assert_eq!(replied.status, 201, "{replied:?}");
    assert_eq!(replied.body["whatsapp_notification_sent"], true);
    assert_eq!(
        house.gets(JOHN, 3).await["text"],
        "Let me help! What error do you see?"
    );

    house.says(JOHN, "Says \"File too large\"").await;
    house.says(JOHN, "That worked! Thanks!").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(
        messages(&ticket.body),
        [
            ("staff", "Let me help! What error do you see?"),
            ("customer", "Says \"File too large\""),
            ("customer", "That worked! Thanks!"),
        ]
    );
    let path = "/api/admin/support/tickets/1/close";
    let closed = house.post(&admin, path, json!({})).await;
    assert_eq!(
        (closed.status, closed.at("/status")),
        (200, "resolved"),
        "{closed:?}"
    );
    assert_eq!(
        house.gets(JOHN, 4).await["text"],
        "✅ Your support ticket has been resolved!"
    );

    house.says(JOHN, "Now I cannot log in").await;
    let second = house.ticket_as_staff(&admin, "2").await;
    assert_eq!(second.at("/description"), "Now I cannot log in");
    let first = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(first.at("/status"), "resolved");
    assert_eq!(
        house.got(JOHN).await,
        4,
        "menu, prompt, reply, resolved; and nothing else"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_choices_keep_the_normal_flow_and_open_no_ticket() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    for (n, (said, answered)) in (1..).zip([
        ("1", "To ask your question, reply 2"),
        ("view homework", "about your homework, reply 2"),
        ("4", "about your subscription, reply 2"),
        ("what is this?", "2. 💬 Chat Support"),
    ]) {
        house.says(JOHN, said).await;
        let got = house.gets(JOHN, n).await;
        assert!(got["text"].as_str().unwrap().contains(answered), "{got}");
    }
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["tickets"], json!([]));

    house.says(JOHN, "2").await;
    house.says(JOHN, "Please help me").await;
    house.says(JOHN, "menu").await;
    house.says(JOHN, "1").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(messages(&ticket.body), []);
    house.says(JOHN, "2").await;
    house.says(JOHN, "Are you there?").await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(messages(&ticket.body), [("customer", "Are you there?")]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_chat_stands_survives_a_restart() {
    let house = chat_house().await;
    house.says(JOHN, "2").await;
    let house = restarted(house).await;
    house.says(JOHN, "I can't submit homework").await;
    let house = restarted(house).await;
    house.says(JOHN, "Anybody?").await;
    let admin = house.sign_in(ADMIN).await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/description"), "I can't submit homework");
    assert_eq!(messages(&ticket.body), [("customer", "Anybody?")]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_an_account_has_opens_that_accounts_ticket() {
    const PHONE: &str = "+919812345678";
    let house = chat_house().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    house.says(PHONE, "2").await;
    house.says(PHONE, "Where is my homework?").await;
    let own = house.get(&student, "/tickets").await;
    assert_eq!(own.body["tickets"][0]["subject"], "Where is my homework?");
    let path = "/api/admin/support/chats?phone_number=%2B919812345678";
    let chat = house.get(&admin, path).await;
    assert_eq!(chat.at("/student_id"), student.id);
    let listed = house.get(&admin, chat.at("/tickets")).await;
    assert_eq!(listed.body["tickets"].as_array().map(Vec::len), Some(1));

    house.get(&student, path).await.is_problem(403, "forbidden");
    let unknown = "/api/admin/support/chats?phone_number=%2B919812345679";
    house
        .get(&admin, unknown)
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}
