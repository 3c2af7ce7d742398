//! Free texts within 24 hours of a phone's last message, approved templates later.

use super::phone::{JOHN, chat_house, written};
use crate::house::{ADMIN, House, Session};
use serde_json::{Value, json};

/// John asked for help 25 hours ago, and only now it is told.
async fn asked_long_ago(house: &House) -> Session {
    let messages = [
        written("wamid.1", JOHN, "2", 25),
        written("wamid.2", JOHN, "I can't submit homework", 25),
    ];
    let contacts = json!([{"wa_id": "234812345678", "profile": {"name": "John Doe"}}]);
    house
        .is_told(&[json!({"contacts": contacts, "messages": messages})])
        .await;
    house.sign_in(ADMIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_outside_the_window_is_refused_before_anything_and_a_template_goes_out() {
    let house = chat_house().await;
    let admin = asked_long_ago(&house).await;
    let before = house.ticket_as_staff(&admin, "1").await;
    let text = json!({"message": "Let me help!\nWhat error do you see?"});

    let refused = house.replies(&admin, "1", text.clone()).await;
    refused.is_problem(409, "whatsapp_window_closed");
    assert_eq!(refused.body["template"], "support_reply");
    let after = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(after.body["messages"], json!([]));
    assert_eq!(after.header("etag"), before.header("etag"));
    assert_eq!(house.got(JOHN).await, 1, "the prompt");

    let mut named = text.clone();
    named["template"] = json!("anything");
    house
        .replies(&admin, "1", named.clone())
        .await
        .is_problem(422, "unknown_whatsapp_template");
    named["template"] = refused.body["template"].clone();
    let replied = house.replies(&admin, "1", named).await;
    assert_eq!(replied.status, 201, "{replied:?}");
    assert_eq!(replied.at("/delivery/template"), "support_reply");
    let sent = house.gets(JOHN, 2).await;
    assert_eq!(sent["template"], "support_reply");
    assert_eq!(
        sent["params"],
        json!(["John Doe", "1", "Let me help! What error do you see?"]).clone()
    );

    // He writes again, in the menu or in the ticket: the window is open.
    house.says(JOHN, "menu").await;
    let replied = house.replies(&admin, "1", text).await;
    assert_eq!(replied.status, 201, "{replied:?}");
    assert_eq!(
        house.gets(JOHN, 4).await["text"],
        "Let me help!\nWhat error do you see?"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_taken_at_any_time_and_no_template_goes_where_no_phone_is() {
    let house = chat_house().await;
    let admin = asked_long_ago(&house).await;
    let note = json!({"message": "He called twice", "is_internal_note": true});
    assert_eq!(house.replies(&admin, "1", note.clone()).await.status, 201);
    assert_eq!(house.got(JOHN).await, 1, "the prompt");

    let student = house.sign_in(crate::house::STUDENT).await;
    let opened = house.open_ticket(&student).await;
    let number = opened.at("/ticket_number");
    let named = json!({"message": "Hello", "template": "support_reply"});
    house
        .replies(&admin, number, named)
        .await
        .is_problem(422, "unknown_whatsapp_template");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_resolved_outside_the_window_is_told_by_its_template() {
    let house = chat_house().await;
    let admin = asked_long_ago(&house).await;
    let path = "/api/admin/support/tickets/1/close";
    let closed = house.post(&admin, path, json!({})).await;
    assert_eq!(closed.status, 200, "{closed:?}");
    let sent = house.gets(JOHN, 2).await;
    assert_eq!(sent["template"], "support_resolved");
    let said: &Value = &sent["params"][2];
    assert_eq!(said, "✅ Your support ticket has been resolved!");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_a_phone_would_not_get_whole_is_refused_with_the_limit() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let text = |n: usize| json!({"message": "é".repeat(n)});
    let refused = house.replies(&admin, "1", text(4097)).await;
    refused.is_problem(422, "whatsapp_too_long");
    assert_eq!(refused.body["limit"], 4096);
    assert_eq!(refused.at("/errors/0/pointer"), "/message");
    let mut named = text(801);
    named["template"] = json!("support_reply");
    let refused = house.replies(&admin, "1", named.clone()).await;
    refused.is_problem(422, "whatsapp_too_long");
    assert_eq!(refused.body["limit"], 800);
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.body["messages"], json!([]), "nothing is stored");

    assert_eq!(house.replies(&admin, "1", text(4096)).await.status, 201);
    assert_eq!(house.gets(JOHN, 2).await["text"], "é".repeat(4096));
    named["message"] = json!("é".repeat(800));
    assert_eq!(house.replies(&admin, "1", named).await.status, 201);
    assert_eq!(house.gets(JOHN, 3).await["params"][2], "é".repeat(800));
    // Notes go to no phone.
    let mut note = text(5000);
    note["is_internal_note"] = json!(true);
    assert_eq!(house.replies(&admin, "1", note).await.status, 201);
    house.finish().await;
}
