use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::kit::{Kit, mail};

async fn refused(kit: &Kit, mail: &Value) -> Value {
    let answer = kit.mail(mail).await.unwrap();
    assert_eq!(answer.status(), 400);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn an_accepted_mail_answers_202_with_its_id_and_is_in_the_journal() {
    let kit = Kit::start().await;
    let mut body = mail("ade@student.example", "ticket/1/created");
    body["custom_args"] = json!({ "effect_key": "overridden", "batch": "7" });
    body["categories"] = json!(["tickets"]);
    body["attachments"] = json!([{ "content": BASE64.encode(b"%PDF"), "filename": "a.pdf", "type": "application/pdf" }]);

    let answer = kit.mail(&body).await.unwrap();

    assert_eq!(answer.status(), 202);
    let id = answer.headers()["x-message-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(answer.bytes().await.unwrap().is_empty());
    let journal = kit
        .get("/journal?provider=sendgrid&to=ade@student.example")
        .await;
    let entry = &journal["entries"][0];
    assert_eq!(entry["message_id"], id.as_str());
    assert_eq!(entry["kind"], "email");
    assert_eq!(
        entry["subject"],
        "Support Ticket Created: TKT-20251124-0001"
    );
    assert_eq!(entry["text"], "Hello");
    assert_eq!(entry["html"], "<p>Hello</p>");
    assert_eq!(
        entry["custom_args"],
        json!({ "effect_key": "ticket/1/created", "batch": "7" })
    );
    assert_eq!(entry["attachments"][0]["filename"], "a.pdf");
    assert_eq!(entry["to_name"], "Àdé Ọláńrewájú");
    let seq = entry["seq"].as_i64().unwrap();
    let shown = kit
        .http
        .get(kit.at(&format!("/journal/{seq}/html")))
        .send()
        .await
        .unwrap();
    assert_eq!(shown.text().await.unwrap(), "<p>Hello</p>");
}

#[tokio::test]
async fn every_recipient_of_a_mail_has_an_entry() {
    let kit = Kit::start().await;
    let mut body = mail("a@school.example", "x");
    body["personalizations"][0]["cc"] = json!([{ "email": "b@school.example" }]);
    kit.mail(&body).await.unwrap();
    assert_eq!(kit.count("arg.effect_key=x").await, 2);
    assert_eq!(
        kit.get("/journal?to=b@school.example").await["entries"][0]["role"],
        "cc"
    );
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_401_in_the_documented_form() {
    let kit = Kit::start().await;
    let send = kit
        .http
        .post(kit.at("/sendgrid/v3/mail/send"))
        .json(&mail("a@school.example", "x"));
    let wrong = send
        .try_clone()
        .unwrap()
        .bearer_auth("SG.other")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    let body: Value = wrong.json().await.unwrap();
    assert_eq!(
        body,
        json!({ "errors": [{ "message": "The provided authorization grant is invalid, expired, or revoked", "field": null, "help": null }] })
    );
    assert_eq!(send.send().await.unwrap().status(), 401);
    let activity = kit
        .http
        .get(kit.at("/sendgrid/v3/messages"))
        .send()
        .await
        .unwrap();
    assert_eq!(activity.status(), 401);
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn what_the_documents_refuse_is_refused_with_the_field() {
    let kit = Kit::start().await;
    let cases: [(&str, Value, &str); 15] = [
        ("/personalizations", json!([]), "personalizations"),
        ("/personalizations", json!("x"), "personalizations"),
        ("/personalizations/0/to", json!([]), "personalizations.0.to"),
        (
            "/personalizations/0/to/0/email",
            json!("nobody"),
            "personalizations.0.to.0.email",
        ),
        (
            "/personalizations/0/to/0/email",
            json!(7),
            "personalizations.0.to.0.email",
        ),
        (
            "/personalizations/0/custom_args",
            json!("text"),
            "personalizations.0.custom_args",
        ),
        (
            "/personalizations/0/custom_args/effect_key",
            json!(1),
            "personalizations.0.custom_args.effect_key",
        ),
        (
            "/personalizations/0/custom_args/effect_key",
            json!("x".repeat(10_001)),
            "personalizations.0.custom_args",
        ),
        ("/from", json!({ "email": "a@b" }), "from.email"),
        ("/subject", json!(""), "subject"),
        ("/subject", json!(["x"]), "subject"),
        ("/content", json!([]), "content"),
        ("/content/0/value", json!(""), "content.0.value"),
        ("/content/0/type", json!("text/html"), "content"),
        ("/content/1/type", json!("html"), "content.1.type"),
    ];
    for (pointer, value, field) in cases {
        let mut body = mail("a@school.example", "x");
        *body.pointer_mut(pointer).unwrap() = value;
        let refusal = refused(&kit, &body).await;
        assert_eq!(refusal["errors"][0]["field"], field, "{pointer}: {refusal}");
        assert!(
            refusal["errors"][0]["help"]
                .as_str()
                .unwrap()
                .starts_with("http://sendgrid.com/docs/")
        );
    }
    for (name, value, field) in [
        ("categories", json!(vec!["x"; 11]), "categories"),
        (
            "attachments",
            json!([{ "content": "no base64!", "filename": "a" }]),
            "attachments.0.content",
        ),
        (
            "attachments",
            json!([{ "content": "AAAA", "filename": "a\r\nb" }]),
            "attachments.0.filename",
        ),
        ("reply_to", json!({ "email": "" }), "reply_to.email"),
    ] {
        let mut body = mail("a@school.example", "x");
        body[name] = value;
        assert_eq!(refused(&kit, &body).await["errors"][0]["field"], field);
    }
    let mut duplicate = mail("a@school.example", "x");
    duplicate["personalizations"][0]["bcc"] = json!([{ "email": "A@school.example" }]);
    assert_eq!(
        refused(&kit, &duplicate).await["errors"][0]["field"],
        "personalizations.0"
    );
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_by_its_kind() {
    let kit = Kit::start().await;
    let send = |kind: &str, body: &'static str| {
        kit.http
            .post(kit.at("/sendgrid/v3/mail/send"))
            .bearer_auth("SG.simulator")
            .header("content-type", kind)
            .body(body)
            .send()
    };
    assert_eq!(send("text/plain", "{}").await.unwrap().status(), 415);
    assert_eq!(send("application/json", "{").await.unwrap().status(), 400);
    assert_eq!(
        send("application/json; charset=utf-8", "[]")
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let kit = Kit::start().await;
    let mut body = mail("a@school.example", "x");
    body["content"][0]["value"] = json!("x".repeat(31 * 1024 * 1024));
    // The server may close before the client has written all of it; what matters is that nothing is accepted.
    if let Ok(answer) = kit.mail(&body).await {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn sandbox_mode_checks_and_sends_nothing() {
    let kit = Kit::start().await;
    let mut body = mail("a@school.example", "x");
    body["mail_settings"] = json!({ "sandbox_mode": { "enable": true } });
    assert_eq!(kit.mail(&body).await.unwrap().status(), 200);
    assert_eq!(kit.count("").await, 0);
}

#[tokio::test]
async fn the_activity_feed_finds_a_mail_by_its_custom_argument() {
    let kit = Kit::start().await;
    let id = kit
        .mail(&mail("a@school.example", "ticket/1/created"))
        .await
        .unwrap()
        .headers()["x-message-id"]
        .to_str()
        .unwrap()
        .to_owned();
    kit.mail(&mail("b@school.example", "ticket/2/created"))
        .await
        .unwrap();
    let ask = async |query: &str| -> Value {
        let url = kit.at("/sendgrid/v3/messages");
        let answer = kit
            .http
            .get(url)
            .query(&[("query", query), ("limit", "5")])
            .bearer_auth("SG.simulator")
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    };

    let found = ask(r#"(unique_args['effect_key']="ticket/1/created")"#).await;

    assert_eq!(found["messages"].as_array().unwrap().len(), 1);
    assert_eq!(found["messages"][0]["to_email"], "a@school.example");
    assert!(
        found["messages"][0]["msg_id"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{id}."))
    );
    assert_eq!(
        ask(r#"unique_args['effect_key']="ticket/3/created""#).await["messages"],
        json!([])
    );
    assert_eq!(
        ask(&format!("msg_id LIKE '{id}%'")).await["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        ask(r#"to_email="b@school.example" AND status!="delivered""#).await["messages"],
        json!([])
    );
    assert_eq!(ask("colour=\"red\"").await["errors"][0]["field"], "query");
}
