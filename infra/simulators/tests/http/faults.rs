use serde_json::{Value, json};

use crate::kit::{Kit, mail};

#[tokio::test]
async fn a_status_rule_happens_as_often_as_told_and_accepts_nothing() {
    let kit = Kit::start().await;
    kit.faults(json!([{ "provider": "sendgrid", "kind": "status", "status": 429, "retry_after": 7, "times": 2 }])).await;
    for _ in 0..2 {
        let answer = kit.mail(&mail("a@school.example", "x")).await.unwrap();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["retry-after"], "7");
        assert_eq!(answer.headers()["x-ratelimit-remaining"], "0");
        assert_eq!(
            answer.json::<Value>().await.unwrap()["errors"][0]["message"],
            "too many requests"
        );
    }
    assert_eq!(
        kit.mail(&mail("a@school.example", "x"))
            .await
            .unwrap()
            .status(),
        202
    );
    assert_eq!(kit.count("").await, 1);
    let rules = kit.get("/faults").await;
    assert_eq!(rules[0]["hits"], 2);
    assert_eq!(rules[0]["times"], 0);
}

#[tokio::test]
async fn a_rule_for_one_recipient_leaves_the_others_alone() {
    let kit = Kit::start().await;
    kit.faults(json!([{ "match": { "to": "a@school.example", "path": "/v3/mail", "method": "post" }, "kind": "status", "status": 500 }])).await;
    assert_eq!(
        kit.mail(&mail("a@school.example", "x"))
            .await
            .unwrap()
            .status(),
        500
    );
    assert_eq!(
        kit.mail(&mail("b@school.example", "x"))
            .await
            .unwrap()
            .status(),
        202
    );
    kit.http.delete(kit.at("/faults")).send().await.unwrap();
    assert_eq!(
        kit.mail(&mail("a@school.example", "x"))
            .await
            .unwrap()
            .status(),
        202
    );
}

#[tokio::test]
async fn dropping_before_accepts_nothing_and_dropping_after_accepts_without_an_answer() {
    let kit = Kit::start().await;
    kit.faults(
        json!([{ "kind": "drop_before", "times": 1 }, { "kind": "drop_after", "times": 1 }]),
    )
    .await;
    assert!(
        kit.mail(&mail("a@school.example", "before"))
            .await
            .unwrap_err()
            .is_request()
    );
    assert_eq!(kit.count("").await, 0);
    assert!(
        kit.mail(&mail("a@school.example", "after"))
            .await
            .unwrap_err()
            .is_request()
    );
    assert_eq!(kit.count("arg.effect_key=after").await, 1);
}

#[tokio::test]
async fn a_time_out_holds_the_answer_and_accepts_only_when_told() {
    let kit = Kit::start().await;
    kit.faults(json!([
        { "kind": "timeout", "hold_ms": 40, "times": 1 },
        { "kind": "timeout", "hold_ms": 40, "accepts": true, "times": 1 },
    ]))
    .await;
    assert!(kit.mail(&mail("a@school.example", "x")).await.is_err());
    assert_eq!(kit.count("").await, 0);
    assert!(kit.mail(&mail("a@school.example", "x")).await.is_err());
    assert_eq!(kit.count("").await, 1);
}

#[tokio::test]
async fn rules_are_added_and_removed_one_by_one() {
    let kit = Kit::start().await;
    let added = kit
        .http
        .post(kit.at("/faults"))
        .json(&json!({ "kind": "delay", "latency_ms": 1 }))
        .send()
        .await
        .unwrap();
    assert_eq!(added.status(), 201);
    let id = added.json::<Value>().await.unwrap()["id"].as_u64().unwrap();
    assert_eq!(
        kit.mail(&mail("a@school.example", "x"))
            .await
            .unwrap()
            .status(),
        202
    );
    assert_eq!(kit.get("/faults").await[0]["hits"], 1);
    let one = kit.at(&format!("/faults/{id}"));
    assert_eq!(kit.http.delete(&one).send().await.unwrap().status(), 204);
    assert_eq!(kit.http.delete(&one).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_rate_of_nought_never_happens_and_one_always() {
    let kit = Kit::start().await;
    kit.faults(json!([{ "kind": "status", "status": 500, "rate": 0.0 }, { "kind": "status", "status": 503, "rate": 1.0 }])).await;
    for _ in 0..5 {
        assert_eq!(
            kit.mail(&mail("a@school.example", "x"))
                .await
                .unwrap()
                .status(),
            503
        );
    }
}

#[tokio::test]
async fn a_rule_that_cannot_happen_is_refused() {
    let kit = Kit::start().await;
    for rule in [
        json!({ "kind": "status" }),
        json!({ "kind": "status", "status": 200 }),
        json!({ "kind": "drop_after", "status": 500 }),
        json!({ "kind": "delay", "rate": 2 }),
        json!({ "kind": "timeout", "hold_ms": 999_999_999 }),
        json!({ "kind": "explode" }),
        json!({ "kind": "delay", "provider": "mailchimp" }),
        json!({ "kind": "delay", "colour": "red" }),
    ] {
        let answer = kit
            .http
            .put(kit.at("/faults"))
            .json(&json!([rule]))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{rule}");
        assert!(answer.json::<Value>().await.unwrap()["error"].is_string());
    }
}
