use super::*;
use registrar_domain::conversation::{Choice, MediaRef};
use serde_json::json;

const OURS: &str = "106540352242922";
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn call(value: &Value) -> Vec<u8> {
    calls(std::slice::from_ref(value))
}

fn calls(values: &[Value]) -> Vec<u8> {
    let entry = |value: &Value| {
        let mut value = value.clone();
        if value.get("metadata").is_none() {
            value["metadata"] = json!({"phone_number_id": OURS});
        }
        json!({"id": "1", "changes": [{"field": "messages", "value": value}]})
    };
    let entries: Vec<Value> = values.iter().map(entry).collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
        .to_string()
        .into_bytes()
}

fn said(id: &str, from: &str, body: &str) -> Value {
    json!({"id": id, "from": from, "timestamp": "1800000000", "type": "text", "text": {"body": body}})
}

fn told(body: &[u8]) -> Told {
    events(body, OURS, NOW).unwrap()
}

#[test]
fn messages_of_one_phone_travel_together_in_their_order_and_others_apart() {
    let first =
        json!({"messages": [said("a", "234812345678", "1"), said("b", "919812345678", "2")]});
    let second = json!({"messages": [said("c", "234812345678", "3")]});
    let told = told(&calls(&[first, second]));
    assert_eq!(told.passed_over(), 0);
    let ids: Vec<Vec<&str>> = told
        .incoming
        .iter()
        .map(|incoming| match incoming {
            Incoming::Messages { messages } => messages.iter().map(|m| m.id.as_str()).collect(),
            Incoming::Report(_) | Incoming::Unread { .. } => panic!("{incoming:?}"),
        })
        .collect();
    assert_eq!(ids, [vec!["a", "c"], vec!["b"]]);
}

#[test]
fn a_message_has_its_contacts_name_and_plain_text() {
    let told = told(&call(&json!({
        "contacts": [{"wa_id": "234812345678", "profile": {"name": "John\nDoe"}}],
        "messages": [said("a", "234812345678", " I can't\u{0} submit\nhomework ")],
    })));
    let [Incoming::Messages { messages }] = told.incoming.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(messages[0].from.phone().unwrap().as_str(), "+234812345678");
    assert_eq!(messages[0].name.as_ref().unwrap().as_str(), "John Doe");
    assert_eq!(
        messages[0].content,
        Content::Text {
            body: "I can't submit\nhomework".to_owned()
        }
    );
}

#[test]
fn choices_files_and_what_cannot_be_shown_are_told_apart() {
    let kinds = [
        (
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "chat_support", "title": "x"}}}),
            Content::Choice {
                choice: Choice::ChatSupport,
            },
        ),
        (
            json!({"type": "button", "button": {"payload": "else", "text": "Yes"}}),
            Content::Text {
                body: "Yes".to_owned(),
            },
        ),
        (
            json!({"type": "image", "image": {"id": "9", "mime_type": "image/png", "caption": "see"}}),
            Content::Media {
                media: MediaRef {
                    id: WhatsappId::new("9").unwrap(),
                    mime_type: "image/png".to_owned(),
                    filename: None,
                },
                caption: Some("see".to_owned()),
            },
        ),
        (
            json!({"type": "reaction", "reaction": {"emoji": "👍"}}),
            Content::Reaction {
                emoji: Some("👍".to_owned()),
            },
        ),
        (
            json!({"type": "sticker", "sticker": {"id": "9", "mime_type": "image/webp"}}),
            Content::Media {
                media: MediaRef {
                    id: WhatsappId::new("9").unwrap(),
                    mime_type: "image/webp".to_owned(),
                    filename: None,
                },
                caption: Some("[sticker]".to_owned()),
            },
        ),
    ];
    for (kind, expected) in kinds {
        let mut message = json!({"id": "a", "from": "234812345678", "timestamp": "1800000000"});
        message
            .as_object_mut()
            .unwrap()
            .extend(kind.as_object().unwrap().clone());
        let told = told(&call(&json!({"messages": [message]})));
        let [Incoming::Messages { messages }] = told.incoming.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(messages[0].content, expected);
    }
}

#[test]
fn a_status_is_ours_by_the_key_that_went_out_with_the_message() {
    let told = told(&call(&json!({"statuses": [
        {"id": "wamid.1", "status": "failed", "timestamp": "1800000000", "biz_opaque_callback_data": "whatsapp/1/ticket/2", "errors": [{"code": 131_026}]},
        {"id": "wamid.2", "status": "sent", "timestamp": "1800000000"},
        {"id": "wamid.3", "status": "warning", "timestamp": "1800000000", "biz_opaque_callback_data": "x"},
        {"id": "wamid.4"},
    ]})));
    let [Incoming::Report(report)] = told.incoming.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(report.state, DeliveryState::Failed);
    assert_eq!(report.error.as_deref(), Some("131026"));
    assert_eq!(told.malformed, 1);
}

#[test]
fn one_bad_message_takes_no_good_one_with_it_and_what_cannot_be_read_is_for_people() {
    let told = told(&call(&json!({"messages": [
        {"id": "a"}, 7, null, said("b", "0", "x"), said("ok", "234812345678", "x"),
        {"id": "t", "from": "234812345678", "timestamp": "99999999999999999999", "type": "text", "text": {"body": "x"}},
        {"id": "n", "timestamp": "1800000000", "type": "text", "text": {"body": "x"}},
    ]})));
    assert_eq!((told.incoming.len(), told.malformed), (2, 3));
    let Incoming::Unread { messages, .. } = &told.incoming[0] else {
        panic!("{told:?}")
    };
    let ids: Vec<_> = messages.iter().map(|message| &message["id"]).collect();
    assert_eq!(ids, ["b", "t", "n"]);
}

#[test]
fn one_bad_entry_or_list_takes_no_good_one_with_it() {
    let good = call(&json!({"messages": [said("ok", "234812345678", "x")], "statuses": null}));
    let mut body: Value = serde_json::from_slice(&good).unwrap();
    let entries = body["entry"].as_array_mut().unwrap();
    let bad = [json!({"changes": 7}), json!({"changes": [7]})];
    entries.extend(bad.into_iter().chain([json!({})]));
    let told = told(&serde_json::to_vec(&body).unwrap());
    assert_eq!((told.incoming.len(), told.malformed), (1, 2));
}

#[test]
fn whoever_has_no_number_is_known_by_the_user_id_and_their_name() {
    let mut message = said("a", "", "x");
    message["from_user_id"] = json!("NG.1234567890123456");
    message.as_object_mut().unwrap().remove("from");
    let contacts = json!([{"user_id": "NG.1234567890123456", "profile": {"name": "Ada"}}]);
    let told = told(&call(&json!({"contacts": contacts, "messages": [message]})));
    let [Incoming::Messages { messages }] = told.incoming.as_slice() else {
        panic!("{told:?}")
    };
    let id = UserId::new("NG.1234567890123456").unwrap();
    assert_eq!(messages[0].from, Party::User(id));
    assert_eq!(messages[0].name.as_ref().unwrap().as_str(), "Ada");
}

#[test]
fn a_message_older_than_the_provider_tries_to_tell_it_is_passed_over() {
    let days = |id: &str, days: i64| {
        let mut message = said(id, "234812345678", "x");
        message["timestamp"] = json!((1_800_000_000 - days * 86_400).to_string());
        message
    };
    let messages = [days("a", 40), days("b", 7), days("c", 9)];
    let told = told(&call(&json!({"messages": messages})));
    let counts = (told.incoming.len(), told.stale, told.malformed);
    assert_eq!(counts, (1, 2, 0));
}

#[test]
fn another_numbers_messages_and_other_fields_are_not_ours() {
    let other =
        json!({"metadata": {"phone_number_id": "1"}, "messages": [said("a", "234812345678", "x")]});
    assert!(told(&call(&other)).incoming.is_empty());
    let field = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "account_update", "value": 1}]}]});
    assert!(told(field.to_string().as_bytes()).incoming.is_empty());
}

#[test]
fn a_frame_that_is_not_the_documented_one_is_refused_and_never_panics() {
    let deep = "[".repeat(100_000);
    for bad in [
        "",
        "{",
        "[]",
        "null",
        "{\"object\": \"page\", \"entry\": []}",
        "{\"entry\": []}",
        "{\"object\": 1, \"entry\": 2}",
        &deep,
    ] {
        assert!(events(bad.as_bytes(), OURS, NOW).is_err());
    }
    assert!(events(&[0xff, 0xfe], OURS, NOW).is_err());
}

#[test]
fn what_is_kept_of_a_poisoned_body_is_no_larger_than_the_body() {
    let long = "é".repeat(1_000_000);
    let body = call(&json!({"messages": [said("a", "234812345678", &long)]}));
    let kept = serde_json::to_string(&told(&body).incoming).unwrap();
    assert!(kept.len() < 10_000, "{}", kept.len());
    let many: Vec<Value> = (0..2_000)
        .map(|n| said(&format!("m{n}"), "234812345678", "x"))
        .collect();
    let body = call(&json!({"messages": many}));
    let told = told(&body);
    for incoming in &told.incoming {
        let bytes = serde_json::to_string(incoming).unwrap().len();
        assert!(bytes < 240 * 1024, "a queue takes no {bytes} bytes");
    }
    let Incoming::Messages { messages } = &told.incoming[0] else {
        panic!()
    };
    assert!(messages.len() > 90, "{}", messages.len());
    assert!(serde_json::to_string(&told.incoming).unwrap().len() < 2 * body.len());
}
