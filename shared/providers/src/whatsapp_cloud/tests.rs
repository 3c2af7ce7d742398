use serde_json::{Value, json};

use super::*;
use crate::Settlement;
use crate::stub::Stub;

const KEY: &str = "whatsapp/1/ticket/2/message/3";

fn client(stub: &Stub) -> Client {
    let base = stub.url();
    let lookup = move |name: &str| match name {
        "WHATSAPP_CLOUD_BASE_URL" => Some(format!("{base}/whatsapp_cloud")),
        "WHATSAPP_PHONE_NUMBER_ID" => Some("106540352242922".to_owned()),
        _ => None,
    };
    Client::new(Settings::read(lookup).unwrap())
}

fn text(body: &str) -> WhatsAppMessage {
    WhatsAppMessage {
        destination: Destination::Phone("+234812345678".to_owned()),
        content: Content::Text(body.to_owned()),
    }
}

fn template(params: &[&str]) -> WhatsAppMessage {
    WhatsAppMessage {
        destination: Destination::Phone("+234812345678".to_owned()),
        content: Content::Template {
            name: "support_reply".to_owned(),
            language: "en".to_owned(),
            params: params.iter().map(|param| (*param).to_owned()).collect(),
        },
    }
}

const TAKEN: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"234812345678","wa_id":"234812345678"}],"messages":[{"id":"wamid.HBgL"}]}"#;

#[tokio::test]
async fn a_text_goes_out_in_the_documented_form_with_the_effect_key() {
    let stub = Stub::json("200 OK", TAKEN).await;
    let id = client(&stub)
        .send(&text("Let me help!\nWhat error?"), KEY)
        .await;
    assert_eq!(id.unwrap().as_str(), "wamid.HBgL");
    let request = stub.request().await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /whatsapp_cloud/v23.0/106540352242922/messages HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("authorization: Bearer simulator-whatsapp\r\n"),
        "{head}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "234812345678", "type": "text",
            "text": { "preview_url": false, "body": "Let me help!\nWhat error?" }, "biz_opaque_callback_data": KEY,
        })
    );
}

#[tokio::test]
async fn whoever_has_no_number_is_named_as_the_recipient() {
    let taken = r#"{"messaging_product":"whatsapp","contacts":[{"input":"NG.1234567890123456","user_id":"NG.1234567890123456"}],"messages":[{"id":"wamid.HBgL"}]}"#;
    let stub = Stub::json("200 OK", taken).await;
    let mut message = text("Let me help!");
    message.destination = Destination::User("NG.1234567890123456".to_owned());
    client(&stub).send(&message, KEY).await.unwrap();
    let request = stub.request().await;
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["recipient"], "NG.1234567890123456");
    assert!(body.get("to").is_none());
    assert!(!format!("{message:?}").contains("1234567890123456"));
}

#[tokio::test]
async fn a_template_goes_out_with_its_language_and_parameters() {
    let stub = Stub::json("200 OK", TAKEN).await;
    client(&stub)
        .send(&template(&["John Doe", "7"]), KEY)
        .await
        .unwrap();
    let request = stub.request().await;
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(
        body["template"],
        json!({
            "name": "support_reply", "language": { "code": "en" },
            "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "John Doe" }, { "type": "text", "text": "7" }] }],
        })
    );
    assert!(body.get("text").is_none());
}

#[tokio::test]
async fn a_text_outside_the_window_is_told_from_other_refusals() {
    let refusal = r#"{"error":{"message":"(#131047) Re-engagement message for 234812345678","type":"OAuthException","code":131047,"fbtrace_id":"A"}}"#;
    let stub = Stub::json("400 Bad Request", refusal).await;
    let error = client(&stub).send(&text("late"), KEY).await.unwrap_err();
    assert!(window_is_over(&error));
    assert_eq!(error.settlement(), Settlement::Fail);
    assert!(!format!("{error:?} {error}").contains("234812345678"));
    let stub = Stub::json("401 Unauthorized", r#"{"error":{"code":190}}"#).await;
    let error = client(&stub).send(&text("hi"), KEY).await.unwrap_err();
    assert!(!window_is_over(&error));
}

#[tokio::test]
async fn a_code_that_asks_to_slow_down_is_tried_again_and_nonsense_is_uncertain() {
    let stub = Stub::json("400 Bad Request", r#"{"error":{"code":131056}}"#).await;
    let error = client(&stub).send(&text("hi"), KEY).await.unwrap_err();
    assert_eq!(error.settlement(), Settlement::TryAgain { after: None });
    for body in ["", "{}", r#"{"messages":[]}"#] {
        let stub = Stub::json("200 OK", body).await;
        let error = client(&stub).send(&text("hi"), KEY).await.unwrap_err();
        assert_eq!(error.settlement(), Settlement::Uncertain, "{body}");
    }
}

#[tokio::test]
async fn what_the_vendor_would_refuse_is_never_sent() {
    let stub = Stub::silent().await;
    let client = client(&stub);
    let mut nowhere = text("hi");
    nowhere.destination = Destination::Phone("234812345678".to_owned());
    let mut nobody = text("hi");
    nobody.destination = Destination::User("1234567890123456".to_owned());
    for message in [
        nowhere,
        nobody,
        text(" \n"),
        text(&"a".repeat(4097)),
        template(&[""]),
        template(&["two\nlines"]),
        template(&["a     b"]),
    ] {
        assert!(matches!(
            client.send(&message, KEY).await,
            Err(ProviderError::Unsendable { .. })
        ));
    }
}

#[tokio::test]
async fn a_file_is_fetched_from_the_vendors_own_hosts_only() {
    let stub = Stub::json(
        "200 OK",
        r#"{"url":"https://attacker.example/file","mime_type":"image/png","file_size":10,"id":"1"}"#,
    )
    .await;
    assert!(matches!(
        client(&stub).fetch("1", 100).await,
        Err(ProviderError::BadAnswer { .. })
    ));
    let stub = Stub::json(
        "200 OK",
        r#"{"url":"https://attacker.example/file","mime_type":"image/png","file_size":101,"id":"1"}"#,
    )
    .await;
    assert!(matches!(
        client(&stub).fetch("1", 100).await,
        Err(ProviderError::Unsendable { field: "file size" })
    ));
}

#[test]
fn the_vendors_numbers_have_no_plus() {
    assert_eq!(e164("234812345678").as_deref(), Some("+234812345678"));
    for bad in ["+234812345678", "0234812345678", "12", "23481234567x", ""] {
        assert_eq!(e164(bad), None, "{bad}");
    }
}

#[test]
fn settings_that_contradict_one_another_refuse_to_start() {
    let read = |pairs: &'static [(&str, &str)]| {
        Settings::read(move |name: &str| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    let missing = read(&[("WHATSAPP_CLOUD_BASE_URL", "http://127.0.0.1:1/w")]).unwrap_err();
    assert_eq!(missing.setting, "WHATSAPP_PHONE_NUMBER_ID");
    let vendor = read(&[
        ("WHATSAPP_CLOUD_BASE_URL", "https://graph.facebook.com"),
        ("WHATSAPP_PHONE_NUMBER_ID", "1"),
    ]);
    assert_eq!(vendor.unwrap_err().setting, "WHATSAPP_CLOUD_BASE_URL");
    let path = read(&[
        ("WHATSAPP_CLOUD_BASE_URL", "http://127.0.0.1:1/w"),
        ("WHATSAPP_PHONE_NUMBER_ID", "../1"),
    ]);
    assert_eq!(path.unwrap_err().setting, "WHATSAPP_PHONE_NUMBER_ID");
}
