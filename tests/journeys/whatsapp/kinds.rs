//! Whatever a phone sends is shown; what is no utterance is answered and opened by nothing.

use super::phone::{JOHN, call, chat_house, written};
use crate::house::{ADMIN, Answer, House, Session};
use serde_json::{Value, json};

/// What the messages of a ticket say, notes too.
fn lines(ticket: &Answer) -> Vec<String> {
    let list = ticket.body["messages"].as_array().expect("a list");
    let text = |message: &Value| message["message"].as_str().expect("a text").to_owned();
    list.iter().map(text).collect()
}

impl House {
    /// Has a phone send a message of any kind.
    async fn sends(&self, from: &str, message: Value) -> String {
        self.phone(from, json!({ "message": message })).await
    }

    async fn johns_lines(&self, staff: &Session) -> Vec<String> {
        lines(&self.ticket_as_staff(staff, "1").await)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_message_is_a_line_of_the_ticket() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let kinds = [
        (
            json!({"type": "location", "location": {"latitude": 6.5244, "longitude": 3.3792, "name": "Exam Centre", "address": "1 Test Road"}}),
            vec![
                "Exam Centre",
                "1 Test Road",
                "https://maps.google.com/?q=6.5244,3.3792",
            ],
        ),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Parent"}, "phones": [{"phone": "+234 812 000 0000"}]}]}),
            vec!["Parent", "+234 812 000 0000"],
        ),
        (
            json!({"type": "order", "order": {"catalog_id": "c", "text": "I want this course", "product_items": [{"product_retailer_id": "p1", "quantity": 1, "item_price": 10, "currency": "USD"}]}}),
            vec!["I want this course", "1 × p1", "10 USD"],
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{\"q\":\"answer from flow\"}", "body": "Sent", "name": "flow"}}}),
            vec!["q: answer from flow"],
        ),
        (
            json!({"type": "sticker", "sticker": {"mime_type": "image/webp", "sha256": "x", "id": "12345", "animated": false}}),
            vec!["[sticker]"],
        ),
        (
            json!({"type": "unsupported", "errors": [{"code": 131_051, "title": "Message type unknown"}]}),
            vec!["cannot be shown here", "Message type unknown"],
        ),
        (
            json!({"type": "unsupported", "errors": [{"code": 131_060, "title": "This message is unavailable."}]}),
            vec!["This message is unavailable."],
        ),
        (
            json!({"type": "hologram", "hologram": {"id": 1}}),
            vec!["hologram"],
        ),
        (
            json!({"type": "text", "text": {"body": " "}}),
            vec!["“text”"],
        ),
    ];
    for (n, (message, parts)) in (0..).zip(kinds) {
        house.sends(JOHN, message).await;
        let lines = house.johns_lines(&admin).await;
        assert_eq!(lines.len(), n + 1, "{lines:?}");
        for part in parts {
            assert!(lines[n].contains(part), "{lines:?}");
        }
    }
    assert_eq!(house.got(JOHN).await, 1, "the prompt");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_words_and_what_is_taken_back_are_shown_and_nothing_that_was_said_is_lost() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let said = house.says(JOHN, "It is lesson 3").await;
    // The ticket is done, and the menu was asked for: what is said of the message belongs where that was said.
    let path = "/api/admin/support/tickets/1/close";
    house.says(JOHN, "menu").await;
    let edit = json!({"type": "edit", "edit": {"original_message_id": said, "message": {"type": "text", "text": {"body": "It is lesson 4"}}}});
    house.sends(JOHN, edit).await;
    let lines = house.johns_lines(&admin).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0], "It is lesson 3");
    assert!(lines[1].contains("edited") && lines[1].contains("It is lesson 4"));

    let closed = house.post(&admin, path, json!({})).await;
    assert_eq!(closed.at("/status"), "resolved");
    let revoke = json!({"type": "revoke", "revoke": {"original_message_id": said}});
    house.sends(JOHN, revoke).await;
    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/status"), "resolved", "nobody said anything");
    let shown = lines_of(&ticket);
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(shown[0].0, "It is lesson 3");
    assert!(
        shown[2].0.contains("deleted a message") && shown[2].1,
        "{shown:?}"
    );
    house.finish().await;
}

/// What the messages of a ticket say, and whether only staff read it.
fn lines_of(ticket: &Answer) -> Vec<(String, bool)> {
    let list = ticket.body["messages"].as_array().expect("a list");
    let internal = |message: &Value| message["is_internal_note"] == true;
    lines(ticket)
        .into_iter()
        .zip(list.iter().map(internal))
        .collect()
}

fn events() -> [Value; 3] {
    [
        json!({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "🎉"}}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.1"}}),
        json!({"type": "system", "system": {"type": "user_changed_number", "body": "changed from 1 to 2", "wa_id": "2"}}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_phone_that_never_wrote_is_answered_with_silence() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let known = json!({"original_message_id": "wamid.gone", "message": {"type": "text", "text": {"body": "x"}}});
    let edit = json!({"type": "edit", "edit": known});
    let revoke = json!({"type": "revoke", "revoke": {"original_message_id": "wamid.gone"}});
    for event in events().into_iter().chain([edit, revoke]) {
        house.sends(JOHN, event).await;
    }
    assert_eq!(house.got(JOHN).await, 0);
    let chat = "/api/admin/support/chats?phone_number=%2B234812345678";
    house.get(&admin, chat).await.is_problem(404, "not_found");
    let letters = house.dead_letters("ConversationsDeadLetterQueue").await;
    assert!(letters.is_empty());
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_opens_no_window_and_staff_read_of_it_in_the_ticket() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let old = [
        written("wamid.1", JOHN, "2", 25),
        written("wamid.2", JOHN, "I can't submit homework", 25),
    ];
    house.is_told(&[json!({ "messages": old })]).await;
    let before = house.ticket_as_staff(&admin, "1").await;
    for event in events() {
        house.sends(JOHN, event).await;
    }
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let shown = lines_of(&ticket);
    let words = [
        "reacted with 🎉",
        "took a reaction back",
        "changed from 1 to 2",
    ];
    assert_eq!(shown.len(), words.len(), "{shown:?}");
    for ((line, internal), words) in shown.iter().zip(words) {
        assert!(line.contains(words) && *internal, "{shown:?}");
    }
    for member in ["/updated_at", "/status", "/last_customer_message_at"] {
        assert_eq!(ticket.at(member), before.at(member), "nothing moved");
    }
    let edit = json!({"type": "edit", "edit": {"original_message_id": "wamid.2", "message": {"type": "text", "text": {"body": "homework 2"}}}});
    house.sends(JOHN, edit).await;
    let chat = "/api/admin/support/chats?phone_number=%2B234812345678";
    assert_eq!(house.get(&admin, chat).await.body["window_open"], false);
    let reply = json!({"message": "Let me help!"});
    let refused = house.replies(&admin, "1", reply).await;
    refused.is_problem(409, "whatsapp_window_closed");
    assert_eq!(house.got(JOHN).await, 1, "the prompt");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_cut_within_a_character_refuses_nothing() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let jane = "+234998765432";
    let entry = |phone: &str, name: &str| {
        let digits = phone.trim_start_matches('+');
        json!({
            "contacts": [{"wa_id": digits, "profile": {"name": name}}],
            "messages": [written(&format!("{phone}.1"), phone, "2", 0), written(&format!("{phone}.2"), phone, "Please help me", 0)],
        })
    };
    let body = call(&[entry(JOHN, "John CUT"), entry(jane, "Jane Doe")]).to_string();
    let body = body.replace("CUT", "\\ud83c");
    let answer = house.calls(&body, Some(&house.hub_signature(&body))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    house.platform.quiesce().await;
    let mut names = Vec::new();
    for phone in ["%2B234812345678", "%2B234998765432"] {
        let path = format!("/api/admin/support/chats?phone_number={phone}");
        names.push(house.get(&admin, &path).await.at("/sender_name").to_owned());
    }
    assert_eq!(names, ["John \u{fffd}", "Jane Doe"]);
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["tickets"].as_array().map(Vec::len), Some(2));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_forty_days_ago_is_passed_over_and_counted() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    let messages = [
        written("wamid.1", JOHN, "2", 40 * 24),
        written("wamid.2", JOHN, "Please help me", 40 * 24),
    ];
    house.is_told(&[json!({ "messages": messages })]).await;
    assert_eq!(house.got(JOHN).await, 0);
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(all.body["tickets"], json!([]));
    let logs = house.logs();
    let counted = |(name, text): &(String, String)| {
        name.contains("Webhooks") && text.contains("passed over") && text.contains("\"stale\":2")
    };
    assert!(logs.iter().any(counted), "{logs:?}");
    // What the provider may still try to tell is heard.
    let late = [
        written("wamid.3", JOHN, "2", 6 * 24),
        written("wamid.4", JOHN, "Please help me", 6 * 24),
    ];
    house.is_told(&[json!({ "messages": late })]).await;
    house.ticket_as_staff(&admin, "1").await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_sender_cannot_be_read_lies_where_people_look() {
    let house = chat_house().await;
    let mut message = written("wamid.1", JOHN, "Please help me", 0);
    message.as_object_mut().expect("an object").remove("from");
    house.is_told(&[json!({"messages": [message]})]).await;
    let letters = house.dead_letters("ConversationsDeadLetterQueue").await;
    assert_eq!(letters.len(), 1);
    let reason = &letters[0].reason;
    assert!(reason.contains("cannot be read"), "{reason}");
    house.finish().await;
}
