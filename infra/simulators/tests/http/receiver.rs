//! The receiver of webhooks.

use crate::kit::Kit;
use reqwest::{Client, redirect::Policy};
use serde_json::json;

#[tokio::test]
async fn what_is_posted_is_journalled_with_its_headers_and_its_body_as_sent() {
    let kit = Kit::start().await;
    let sent = kit
        .http
        .post(kit.at("/receiver/crm"))
        .header("webhook-id", "msg_1")
        .header("webhook-signature", "v1,abc")
        .body("{ \"a\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 204);
    let journal = kit.get("/journal?provider=receiver&to=crm").await;
    let entry = &journal["entries"][0];
    assert_eq!(entry["message_id"], "msg_1");
    assert_eq!(entry["headers"]["webhook-signature"], "v1,abc");
    assert_eq!(entry["body"], "{ \"a\":1}");
}

#[tokio::test]
async fn a_receiver_redirects_and_is_gone_when_it_is_told_to() {
    let kit = Kit::start().await;
    let told = json!([
        {"match": {"to": "crm"}, "kind": "status", "status": 307, "location": "http://127.0.0.1:1/", "times": 1},
        {"match": {"to": "crm"}, "kind": "status", "status": 410, "times": 1},
    ]);
    kit.faults(told).await;
    let patient = Client::builder().redirect(Policy::none()).build().unwrap();
    let post = || patient.post(kit.at("/receiver/crm")).body("{}").send();
    let moved = post().await.unwrap();
    assert_eq!(moved.status(), 307);
    assert_eq!(moved.headers()["location"], "http://127.0.0.1:1/");
    assert_eq!(post().await.unwrap().status(), 410);
    assert_eq!(post().await.unwrap().status(), 204);
    assert_eq!(kit.count("provider=receiver").await, 1);
}
