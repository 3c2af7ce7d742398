use serde_json::{Value, json};

use super::email::LARGEST_ATTACHMENTS;
use super::*;
use crate::stub::Stub;

fn client(stub: &Stub) -> Client {
    let base = stub.url();
    let lookup = move |name: &str| match name {
        "SENDGRID_BASE_URL" => Some(format!("{base}/sendgrid")),
        "EMAIL_FROM" => Some("\"School, Office\" <office@school.example>".to_owned()),
        "EMAIL_REPLY_TO" => Some("support@school.example".to_owned()),
        _ => None,
    };
    Client::new(Settings::read(lookup).unwrap())
}

fn email() -> Email {
    Email {
        to: Address {
            email: "ade@student.example".to_owned(),
            name: Some("Àdé".to_owned()),
        },
        subject: "Subject".to_owned(),
        text: "Text".to_owned(),
        html: "<p>Text</p>".to_owned(),
        attachments: vec![Attachment {
            filename: "a.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
            content: b"%PDF".to_vec(),
        }],
    }
}

#[tokio::test]
async fn a_mail_goes_out_in_the_documented_form_with_its_effect_key() {
    let stub = Stub::answering(
        "HTTP/1.1 202 Accepted\r\nx-message-id: abc-123\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let id = client(&stub)
        .send(&email(), "ticket/1/created")
        .await
        .unwrap();
    assert_eq!(id.as_str(), "abc-123");
    let request = stub.request().await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /sendgrid/v3/mail/send HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("authorization: Bearer SG.simulator"),
        "{head}"
    );
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "personalizations": [{ "to": [{ "email": "ade@student.example", "name": "Àdé" }], "custom_args": { "effect_key": "ticket/1/created" } }],
            "from": { "email": "office@school.example", "name": "School, Office" },
            "reply_to": { "email": "support@school.example" },
            "subject": "Subject",
            "content": [{ "type": "text/plain", "value": "Text" }, { "type": "text/html", "value": "<p>Text</p>" }],
            "attachments": [{ "content": "JVBERg==", "filename": "a.pdf", "type": "application/pdf", "disposition": "attachment" }],
            "tracking_settings": { "click_tracking": { "enable": false }, "open_tracking": { "enable": false } },
        })
    );
}

#[tokio::test]
async fn a_refusal_names_fields_and_quotes_nothing() {
    let body = r#"{"errors":[{"message":"duplicate [ade@student.example]","field":"personalizations.0.to.0.email","help":null},{"message":"x","field":null}]}"#;
    let stub = Stub::json("400 Bad Request", body).await;
    let error = client(&stub)
        .send(&email(), "ticket/1/created")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider refused with status 400: personalizations.0.to.0.email"
    );
    assert!(!format!("{error:?}").contains("ade@"));
}

#[tokio::test]
async fn an_acceptance_without_an_id_is_not_sent_again_blindly() {
    let stub = Stub::answering("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
    let error = client(&stub)
        .send(&email(), "ticket/1/created")
        .await
        .unwrap_err();
    assert!(matches!(error, ProviderError::BadAnswer { status: 202 }));
    assert_eq!(error.settlement(), crate::Settlement::Uncertain);
}

#[tokio::test]
async fn a_lost_mail_is_found_by_its_effect_key_under_the_id_of_the_first_answer() {
    let stub = Stub::json("200 OK", r#"{"messages":[{"msg_id":"abc-123.filter0307p1las1-16816-5A023E36-1.0","status":"delivered"}]}"#).await;
    let found = client(&stub).find("ticket/1/created").await.unwrap();
    assert_eq!(found.unwrap().as_str(), "abc-123");
    let request = stub.request().await;
    assert!(
        request.starts_with("GET /sendgrid/v3/messages?query=%28unique_args%5B%27effect_key%27%5D%3D%22ticket%2F1%2Fcreated%22%29&limit=1 HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_mail_that_the_provider_does_not_have_is_none() {
    let stub = Stub::json("200 OK", r#"{"messages":[]}"#).await;
    assert_eq!(client(&stub).find("ticket/1/created").await.unwrap(), None);
}

#[tokio::test]
async fn a_feed_that_is_no_feed_is_a_bad_answer() {
    for body in ["", "[]", r#"{"messages":[{"msg_id":""}]}"#] {
        let stub = Stub::json("200 OK", body).await;
        assert!(
            matches!(
                client(&stub).find("a/b").await,
                Err(ProviderError::BadAnswer { status: 200 })
            ),
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_would_break_a_header_or_a_query_is_never_sent() {
    let stub = Stub::silent().await;
    let client = client(&stub);
    let with = |change: fn(&mut Email)| {
        let mut email = email();
        change(&mut email);
        email
    };
    for email in [
        with(|email| email.subject = "a\r\nBcc: b@b.example".to_owned()),
        with(|email| email.subject = " ".to_owned()),
        with(|email| email.to.name = Some("a\nb".to_owned())),
        with(|email| email.to.email.clear()),
        with(|email| email.html.clear()),
        with(|email| email.attachments[0].filename = "a\n.pdf".to_owned()),
        with(|email| email.attachments[0].content = vec![0; LARGEST_ATTACHMENTS + 1]),
    ] {
        let error = client.send(&email, "a/b").await.unwrap_err();
        assert!(
            matches!(error, ProviderError::Unsendable { .. }),
            "{error:?}"
        );
        assert_eq!(error.settlement(), crate::Settlement::Fail);
    }
    assert!(matches!(
        client.find("a\" OR \"b").await,
        Err(ProviderError::Unsendable {
            field: "effect key"
        })
    ));
    assert!(matches!(
        client.send(&email(), "").await,
        Err(ProviderError::Unsendable {
            field: "effect key"
        })
    ));
}

#[test]
fn an_address_is_read_with_and_without_a_name() {
    let read = |text: &str| Address::read(text).map(|address| (address.email, address.name));
    assert_eq!(read("a@b.example"), Some(("a@b.example".to_owned(), None)));
    assert_eq!(
        read(" School <a@b.example> "),
        Some(("a@b.example".to_owned(), Some("School".to_owned())))
    );
    for wrong in [
        "",
        "a",
        "a@b",
        "@b.example",
        "a b@c.example",
        "A <a@b.example",
        "a@b@c.example",
        "A\u{7} <a@b.example>",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn no_debug_output_holds_the_key() {
    let lookup = |name: &str| match name {
        "SENDGRID_BASE_URL" => Some("http://127.0.0.1:1".to_owned()),
        "SENDGRID_API_KEY" => Some("SG.simulator-secret".to_owned()),
        "EMAIL_FROM" | "EMAIL_REPLY_TO" => Some("a@b.example".to_owned()),
        _ => None,
    };
    let settings = Settings::read(lookup).unwrap();
    assert!(
        !format!("{settings:?}{:?}", Client::new(settings.clone())).contains("simulator-secret")
    );
}
