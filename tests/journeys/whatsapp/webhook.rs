//! The webhook's door.

use super::phone::{JOHN, call, chat_house, written};
use crate::house::Ask;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_the_verify_token_gets_the_challenge_back() {
    let house = chat_house().await;
    let token = house.platform.secrets().whatsapp_verify_token.clone();
    let ask = |mode: &str, token: &str, challenge: &str| {
        let path = format!(
            "/webhooks/whatsapp?hub.mode={mode}&hub.verify_token={token}&hub.challenge={challenge}"
        );
        house.request(Method::GET, &path).answer()
    };
    let confirmed = ask("subscribe", &token, "1158201444").await;
    assert_eq!(
        (confirmed.status, confirmed.text.as_str()),
        (200, "1158201444")
    );
    assert!(confirmed.header("content-type").starts_with("text/plain"));
    ask("subscribe", "guess", "1")
        .await
        .is_problem(403, "forbidden");
    ask("subscribe", "", "1").await.is_problem(403, "forbidden");
    ask("unsubscribe", &token, "1")
        .await
        .is_problem(403, "forbidden");
    ask("subscribe", &token, "%3Cscript%3E")
        .await
        .is_problem(400, "invalid_challenge");
    house
        .request(Method::GET, "/webhooks/whatsapp")
        .answer()
        .await
        .is_problem(403, "forbidden");
    house
        .request(Method::DELETE, "/webhooks/whatsapp")
        .answer()
        .await
        .is_problem(405, "method_not_allowed");
    house
        .request(Method::POST, "/webhooks/pigeon")
        .answer()
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_one_byte_changed_is_refused_and_leads_to_nothing() {
    let house = chat_house().await;
    let body = call(&[json!({"messages": [written("wamid.1", JOHN, "2", 0)]})]).to_string();
    let good = house.hub_signature(&body);
    let changed = body.replace("\"2\"", "\"3\"");
    assert_ne!(changed, body);
    for (body, signature) in [
        (&changed, Some(good.as_str())),
        (&body, None),
        (&body, Some("")),
        (&body, Some("sha256=")),
        (&body, Some(&good[..good.len() - 1])),
        (&body, Some(&good.replace("sha256=", "sha1="))),
        (&body, Some(&house.hub_signature(&changed))),
    ] {
        house
            .calls(body, signature)
            .await
            .is_problem(401, "signature_invalid");
    }
    assert_eq!(house.got(JOHN).await, 0);
    assert_eq!(house.calls(&body, Some(&good)).await.status, 200);
    assert_eq!(house.got(JOHN).await, 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_body_is_refused_or_passed_over_and_never_costs_more_than_its_size() {
    let house = chat_house().await;
    let deep = "[".repeat(200_000);
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{\"object\":\"page\",\"entry\":[]}",
        &deep,
    ] {
        let signature = house.hub_signature(bad);
        house
            .calls(bad, Some(&signature))
            .await
            .is_problem(400, "invalid_event");
    }
    let large = " ".repeat(3 * 1024 * 1024 + 1);
    house
        .calls(&large, Some("sha256="))
        .await
        .is_problem(413, "body_too_large");

    // A text of a million characters, ten thousand messages of nothing, and one that is good.
    let long = written("wamid.long", JOHN, &"é".repeat(1_000_000), 0);
    let nothing = vec![json!({"id": "x"}); 10_000];
    let value = json!({"messages": nothing, "statuses": [{"id": 1}, {"status": {}}]});
    house.is_told(&[json!({"messages": [long]}), value]).await;
    assert_eq!(house.got(JOHN).await, 1, "the menu");
    assert!(
        house
            .dead_letters("ConversationsDeadLetterQueue")
            .await
            .is_empty()
    );
    house.finish().await;
}
