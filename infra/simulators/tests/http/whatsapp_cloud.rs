use reqwest::Response;
use serde_json::{Value, json};

use crate::kit::Kit;

async fn send(kit: &Kit, body: &Value) -> Response {
    kit.http
        .post(kit.at("/whatsapp_cloud/v23.0/106540352242922/messages"))
        .bearer_auth("simulator-whatsapp")
        .json(body)
        .send()
        .await
        .unwrap()
}

fn text() -> Value {
    json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "234812345678", "type": "text",
        "text": { "preview_url": false, "body": "Let me help!" }, "biz_opaque_callback_data": "whatsapp/1/ticket/2",
    })
}

async fn code(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["error"]["code"].clone())
}

#[tokio::test]
async fn an_accepted_text_answers_its_id_and_is_in_the_journal() {
    let kit = Kit::start().await;
    let answer: Value = send(&kit, &text()).await.json().await.unwrap();
    let id = answer["messages"][0]["id"].as_str().unwrap();
    assert!(id.starts_with("wamid."), "{answer}");
    let journal = kit
        .get("/journal?provider=whatsapp_cloud&to=%2B234812345678&arg.tag=whatsapp/1/ticket/2")
        .await;
    assert_eq!(journal["entries"][0]["text"], "Let me help!");
    assert_eq!(journal["entries"][0]["message_id"], id);
}

#[tokio::test]
async fn a_phone_that_is_silent_takes_templates_only() {
    let kit = Kit::start().await;
    let silence = kit.http.put(kit.at("/phone/silence"));
    silence
        .json(&json!(["+234812345678"]))
        .send()
        .await
        .unwrap();
    assert_eq!(code(send(&kit, &text()).await).await, (400, json!(131_047)));
    let mut template = text();
    template["type"] = json!("template");
    template["template"] = json!({
        "name": "support_reply", "language": { "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "John Doe" }] }],
    });
    assert_eq!(send(&kit, &template).await.status(), 200);
    assert_eq!(kit.count("provider=whatsapp_cloud").await, 1);
}

#[tokio::test]
async fn a_wrong_token_number_or_body_is_refused_in_the_vendors_form() {
    let kit = Kit::start().await;
    let url = kit.at("/whatsapp_cloud/v23.0/106540352242922/messages");
    let stranger = kit.http.post(url).bearer_auth("else").json(&text());
    assert_eq!(
        code(stranger.send().await.unwrap()).await,
        (401, json!(190))
    );
    for (name, value) in [
        ("to", json!("nobody")),
        ("messaging_product", json!("sms")),
        ("type", json!("sticker")),
        ("text", json!({ "body": "" })),
    ] {
        let mut body = text();
        body[name] = value;
        assert_eq!(
            code(send(&kit, &body).await).await,
            (400, json!(100)),
            "{name}"
        );
    }
    assert_eq!(kit.count("provider=whatsapp_cloud").await, 0);
}
