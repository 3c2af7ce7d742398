use registrar_simulators::{Campaign, Options};
use reqwest::Response;
use serde_json::{Value, json};

use crate::kit::Kit;

async fn send(kit: &Kit, body: &Value) -> Response {
    kit.http
        .post(kit.at("/aisensy/campaign/t1/api/v2"))
        .json(body)
        .send()
        .await
        .unwrap()
}

fn message() -> Value {
    json!({
        "apiKey": "simulator-aisensy",
        "campaignName": "certificate_issued",
        "destination": "+919812345678",
        "userName": "आरव शर्मा",
        "templateParams": ["आरव शर्मा", "Rust"],
        "media": { "url": "https://files.school.example/c.pdf", "filename": "c.pdf" },
        "tags": ["certificate/1/issued"],
    })
}

#[tokio::test]
async fn an_accepted_message_answers_its_ids_and_is_in_the_journal() {
    let kit = Kit::start().await;
    let answer = send(&kit, &message()).await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["success"], true);
    assert_eq!(body["status"], "sent");
    assert_eq!(body["destination"], "+919812345678");
    assert!(body["campaign_id"].as_str().unwrap().starts_with("camp_"));
    assert!(body["message_id"].as_str().unwrap().starts_with("wa_msg_"));
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    let journal = kit
        .get("/journal?provider=aisensy&to=%2B919812345678&arg.tag=certificate/1/issued")
        .await;
    assert_eq!(journal["entries"][0]["message_id"], body["message_id"]);
    assert_eq!(journal["entries"][0]["params"], json!(["आरव शर्मा", "Rust"]));
    assert_eq!(journal["entries"][0]["media"]["filename"], "c.pdf");
}

#[tokio::test]
async fn a_wrong_key_is_401_and_a_wrong_body_400() {
    let kit = Kit::start().await;
    let with = |name: &str, value: Value| {
        let mut body = message();
        body[name] = value;
        body
    };
    assert_eq!(
        send(&kit, &with("apiKey", json!("other"))).await.status(),
        401
    );
    for body in [
        with("destination", json!("12")),
        with("destination", json!("+0912345678")),
        with("destination", Value::Null),
        with("campaignName", json!("")),
        with("userName", Value::Null),
        with("templateParams", json!([1])),
        with("templateParams", json!(["a\nb"])),
        with(
            "media",
            json!({ "url": "file:///c.pdf", "filename": "c.pdf" }),
        ),
        json!([]),
    ] {
        let answer = send(&kit, &body).await;
        assert_eq!(answer.status(), 400, "{body}");
        assert_eq!(answer.json::<Value>().await.unwrap()["success"], false);
    }
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn a_campaign_that_is_not_live_or_takes_other_parameters_is_refused() {
    let campaigns = vec![Campaign {
        name: "certificate_issued".to_owned(),
        parameters: 3,
    }];
    let kit = Kit::with(Options {
        campaigns,
        ..Options::default()
    })
    .await;
    let answer: Value = send(&kit, &message()).await.json().await.unwrap();
    assert_eq!(
        answer["message"],
        "Template params does not match the campaign"
    );
    let mut other = message();
    other["campaignName"] = json!("other");
    assert_eq!(send(&kit, &other).await.status(), 400);
}
