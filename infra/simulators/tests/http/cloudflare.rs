use registrar_simulators::Options;
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::kit::Kit;

fn at(kit: &Kit, method: Method, path: &str) -> RequestBuilder {
    let base = "/cloudflare/client/v4/accounts/acc/storage/kv/namespaces/ns";
    kit.http
        .request(method, kit.at(&format!("{base}{path}")))
        .bearer_auth("simulator-cloudflare")
}

#[tokio::test]
async fn a_value_is_written_read_and_deleted_under_its_escaped_key() {
    let kit = Kit::start().await;
    let path = "/values/cert%2FCERT-1";
    let written = at(&kit, Method::PUT, path)
        .body(r#"{"token":"A"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(written.status(), 200);
    let answer: Value = written.json().await.unwrap();
    assert_eq!(
        answer,
        json!({ "success": true, "errors": [], "messages": [], "result": {} })
    );
    assert_eq!(
        at(&kit, Method::GET, path)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        r#"{"token":"A"}"#
    );
    assert_eq!(
        at(&kit, Method::DELETE, path)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );

    let missing = at(&kit, Method::GET, path).send().await.unwrap();

    assert_eq!(missing.status(), 404);
    assert_eq!(
        missing.json::<Value>().await.unwrap()["errors"][0]["code"],
        10009
    );
    assert_eq!(
        kit.count("provider=cloudflare&to=cert/CERT-1&kind=kv_put")
            .await,
        1
    );
    assert_eq!(
        kit.count("provider=cloudflare&to=cert/CERT-1&kind=kv_delete")
            .await,
        1
    );
}

#[tokio::test]
async fn a_multipart_write_keeps_the_metadata() {
    let kit = Kit::start().await;
    let form = Form::new()
        .text("value", "v")
        .text("metadata", r#"{"n":1}"#);
    assert_eq!(
        at(&kit, Method::PUT, "/values/k")
            .multipart(form)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        at(&kit, Method::GET, "/values/k")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "v"
    );
    let metadata: Value = at(&kit, Method::GET, "/metadata/k")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["result"], json!({ "n": 1 }));
}

#[tokio::test]
async fn a_bulk_write_lands_whole_or_not_at_all() {
    let kit = Kit::start().await;
    let good: Vec<Value> = (0..12)
        .map(|n| json!({ "key": format!("p/{n:02}"), "value": "x" }))
        .collect();
    let answer = at(&kit, Method::PUT, "/bulk")
        .json(&good)
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.json::<Value>().await.unwrap()["result"]["successful_key_count"],
        12
    );
    let bad = json!([{ "key": "q", "value": "x" }, { "key": "", "value": "x" }]);
    assert_eq!(
        at(&kit, Method::PUT, "/bulk")
            .json(&bad)
            .send()
            .await
            .unwrap()
            .status(),
        400
    );

    let first: Value = at(&kit, Method::GET, "/keys?limit=10")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(first["result_info"]["count"], 10);
    let cursor = first["result_info"]["cursor"].as_str().unwrap();
    let second: Value = at(
        &kit,
        Method::GET,
        &format!("/keys?limit=10&prefix=p/&cursor={cursor}"),
    )
    .send()
    .await
    .unwrap()
    .json()
    .await
    .unwrap();
    assert_eq!(
        second["result"],
        json!([{ "name": "p/10" }, { "name": "p/11" }])
    );
    assert_eq!(second["result_info"]["cursor"], "");
}

#[tokio::test]
async fn a_wrong_token_or_a_wrong_key_changes_nothing() {
    let kit = Kit::start().await;
    let path = "/cloudflare/client/v4/accounts/acc/storage/kv/namespaces/ns/values/k";
    let wrong = kit
        .http
        .put(kit.at(path))
        .bearer_auth("x")
        .body("v")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    assert_eq!(wrong.json::<Value>().await.unwrap()["success"], false);
    let long = format!("/values/{}", "k".repeat(513));
    assert_eq!(
        at(&kit, Method::PUT, &long)
            .body("v")
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
    assert_eq!(
        at(&kit, Method::PUT, "/values/k?expiration_ttl=5")
            .body("v")
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn values_and_journal_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        data: Some(folder.path().to_owned()),
        ..Options::default()
    };
    let kit = Kit::with(options.clone()).await;
    at(&kit, Method::PUT, "/values/k")
        .body("kept")
        .send()
        .await
        .unwrap();
    kit.running.stop().await;

    let again = Kit::with(options).await;

    assert_eq!(
        at(&again, Method::GET, "/values/k")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "kept"
    );
    assert_eq!(again.count("provider=cloudflare").await, 1);
}
