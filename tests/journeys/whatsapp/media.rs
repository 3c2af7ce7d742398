//! Files that phones send become attachments.

use super::phone::{JOHN, chat_house};
use crate::house::{ADMIN, House, Session};
use data_encoding::BASE64;
use serde_json::{Value, json};

/// A PNG of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn pdf() -> String {
    BASE64.encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

/// The file behind an attachment, as whoever asks is served it.
async fn served(house: &House, who: &Session, attachment: &Value) -> Vec<u8> {
    let url = attachment["url"].as_str().expect("an address");
    let link = house.get(who, url).await;
    assert_eq!(link.status, 200, "{link:?}");
    house.bytes(link.at("/download_url")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_opens_a_ticket_and_a_pdf_is_added_to_it() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.says(JOHN, "2").await;
    let image = json!({"type": "image", "mime_type": "image/png", "base64": PNG, "caption": "I see this error page"});
    house.phone(JOHN, json!({"media": image})).await;
    // The provider fails once: the file is fetched again.
    let fault = json!([{"provider": "whatsapp_cloud", "match": {"path": "/bytes"}, "kind": "status", "status": 500, "times": 1}]);
    house.faults(fault).await;
    let bill = json!({"type": "document", "mime_type": "application/pdf", "filename": "बिल.pdf", "base64": pdf()});
    house.phone(JOHN, json!({"media": bill})).await;
    assert_eq!(house.fault_hits().await, [1]);

    let ticket = house.ticket_as_staff(&admin, "1").await;
    assert_eq!(ticket.at("/description"), "I see this error page");
    let shown = &ticket.body["attachments"][0];
    assert_eq!(shown["content_type"], "image/png");
    assert_eq!(
        BASE64.encode(&served(&house, &admin, shown).await),
        PNG,
        "the file that the phone sent"
    );
    let message = &ticket.body["messages"][0];
    assert_eq!(message["message"], "📎 बिल.pdf");
    let shown = &message["attachments"][0];
    assert_eq!(shown["file_name"], "बिल.pdf");
    assert_eq!(BASE64.encode(&served(&house, &admin, shown).await), pdf());
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_it_says_is_left_out_and_the_message_says_so() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    house.johns_ticket(&admin).await;
    let files = [
        (
            "image/png",
            BASE64.encode(b"<html><script>alert(1)</script></html>"),
            "say this is fine",
        ),
        ("application/x-msdownload", PNG.to_owned(), "run it"),
        ("nonsense", PNG.to_owned(), "what is it"),
    ];
    for (mime_type, base64, caption) in &files {
        let media = json!({"type": "document", "mime_type": mime_type, "filename": "a.png", "base64": base64, "caption": caption});
        house.phone(JOHN, json!({"media": media})).await;
    }
    let ticket = house.ticket_as_staff(&admin, "1").await;
    let messages = ticket.body["messages"].as_array().expect("a list");
    assert_eq!(messages.len(), files.len());
    for (message, (_, _, caption)) in messages.iter().zip(&files) {
        let text = message["message"].as_str().expect("a text");
        assert!(text.starts_with(caption), "{text}");
        assert!(text.contains("the file was not taken"), "{text}");
        assert_eq!(message["attachments"], json!([]));
    }
    assert!(
        house.keys("attachments").is_empty(),
        "nothing of them is kept"
    );
    house.finish().await;
}
