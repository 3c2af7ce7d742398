use super::*;
use proptest::prelude::*;
use serde_json::json;

fn of(kind: &str, own: &Value) -> Content {
    content(kind, &json!({ kind: own }))
}

fn said(kind: &str, own: &Value) -> String {
    match of(kind, own) {
        Content::Shown { body } => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_place_has_its_name_its_address_and_a_link_to_a_map() {
    let place = json!({"latitude": 6.5244, "longitude": 3.3792, "name": "Exam Centre", "address": "1 Test Road"});
    assert_eq!(
        said("location", &place),
        "📍 Exam Centre, 1 Test Road\nhttps://maps.google.com/?q=6.5244,3.3792"
    );
    assert_eq!(said("location", &json!({"latitude": "x"})), "📍 [a place]");
}

#[test]
fn contacts_orders_and_forms_are_told_line_by_line() {
    let contact = json!([{"name": {"formatted_name": "Parent"}, "org": {"company": "School"},
        "phones": [{"phone": "+234 812 000 0000"}, {"wa_id": "2348120000000"}], "emails": [{"email": "p@x.org"}]}]);
    assert_eq!(
        said("contacts", &contact),
        "👤 Parent\nSchool\n+234 812 000 0000\n2348120000000\np@x.org"
    );
    let order = json!({"text": "I want this course", "product_items": [
        {"product_retailer_id": "p1", "quantity": 1, "item_price": 10, "currency": "USD"}, {}]});
    assert_eq!(
        said("order", &order),
        "🛒 [order] I want this course\n1 × p1, 10 USD each\n? × ?"
    );
    let form = |json: &str| json!({"nfm_reply": {"response_json": json, "name": "flow"}});
    let answered = form(r#"{"q":"answer","n":[1],"flow_token":"secret"}"#);
    let answered = said("interactive", &answered);
    assert!(answered.starts_with("📋 [answers of the form “flow”]\n"));
    assert!(answered.contains("\nq: answer") && answered.contains("\nn: [1]"));
    assert!(!answered.contains("secret"));
    assert!(said("interactive", &form("no JSON")).ends_with("no JSON"));
    let cut = form(r#"{"q":"cut \ud83c"}"#);
    assert!(said("interactive", &cut).ends_with("cut \u{fffd}"));
}

#[test]
fn what_is_not_known_or_not_passed_on_is_a_line_that_says_so() {
    let message = json!({"errors": [{"code": 131_060, "title": "This message is unavailable."}]});
    let Content::Shown { body } = content("unsupported", &message) else {
        panic!()
    };
    assert!(body.contains("unsupported") && body.contains("This message is unavailable."));
    for kind in ["poll", "text", "", "interactive", "revoke", "image", "edit"] {
        assert!(
            said(kind, &json!({})).contains("cannot be shown here"),
            "{kind}"
        );
    }
}

#[test]
fn other_words_and_what_is_taken_back_name_the_message_of_before() {
    let edit = json!({"original_message_id": "wamid.1",
        "message": {"type": "image", "image": {"id": "1", "caption": "better"}}});
    let original = WhatsappId::new("wamid.1").unwrap();
    let body = "better".to_owned();
    assert_eq!(
        of("edit", &edit),
        Content::Edited {
            original: original.clone(),
            body
        }
    );
    let revoke = json!({"original_message_id": "wamid.1"});
    assert_eq!(of("revoke", &revoke), Content::Revoked { original });
    let removed = json!({"message_id": "wamid.1", "emoji": ""});
    assert_eq!(of("reaction", &removed), Content::Reaction { emoji: None });
}

proptest! {
    #[test]
    fn nothing_is_taken_for_silence_and_no_text_grows_beyond_the_limit(
        kind in "[a-z]{1,12}|order|contacts|location|edit|sticker",
        text in "\\PC{0,40}",
        many in 0usize..600,
    ) {
        let item = json!({"product_retailer_id": text, "name": {"formatted_name": text}});
        let items = vec![item; many];
        let own = if kind == "contacts" {
            json!(items)
        } else {
            json!({"body": text, "text": text, "product_items": items})
        };
        let body = match of(&kind, &own) {
            Content::Text { body } | Content::Shown { body } | Content::Edited { body, .. } | Content::System { body } => body,
            Content::Choice { .. } | Content::Media { .. } | Content::Revoked { .. } | Content::Reaction { .. } => "…".to_owned(),
        };
        prop_assert!(!body.trim().is_empty());
        prop_assert!(body.chars().count() <= LONGEST_TEXT);
    }
}
