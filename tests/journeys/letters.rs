//! Letters: where answers to them go and where their links lead.

use crate::house::{ADMIN, Ask, House, STUDENT, Session};
use serde_json::{Value, json};

/// Every address that a letter leads to.
fn links(mail: &Value) -> Vec<String> {
    let html = mail["html"].as_str().expect("a letter has HTML");
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(link, _)| link.replace("&amp;", "&"))
        .collect()
}

async fn letters_of_a_day(house: &House) -> (Session, Vec<Value>) {
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = json!({
        "subject": "Unable to access recordings", "description": "I cannot see any recordings.",
    });
    let opened = house.post(&student, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let path = format!("/tickets/{}/replies", opened.at("/id"));
    let reply = json!({"message": "It works again.", "is_internal_note": false});
    let replied = house
        .post(&admin, &format!("/api/admin/support{path}"), reply)
        .await;
    assert_eq!(replied.status, 201, "{replied:?}");
    house.generate(&admin, &student.id, "Python Basics").await;
    house.platform.quiesce().await;
    let mut mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 3)
        .await;
    mails.extend(
        house
            .journal(&format!("provider=sendgrid&to={ADMIN}"), 1)
            .await,
    );
    (admin, mails)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_any_letter_goes_where_somebody_reads_it() {
    let office = ("EmailReplyTo", "office@registrar.example");
    let house = House::start_with(&[office]).await;
    let (_, mails) = letters_of_a_day(&house).await;
    for mail in mails {
        assert_eq!(mail["reply_to"]["email"], office.1, "{mail}");
        assert_ne!(mail["from"]["email"], office.1);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_portal_no_letter_leads_to_json_and_each_says_what_to_do() {
    let house = House::start().await;
    let (_, mails) = letters_of_a_day(&house).await;
    let mut followed = 0;
    for mail in &mails {
        for link in links(mail) {
            if link.starts_with("https://www.linkedin.com/") {
                continue;
            }
            let request = house.http.get(&link).header("accept", "text/html");
            let answer = request.answer().await;
            let kind = answer.header("content-type");
            assert!(
                answer.status < 400 && !kind.contains("json"),
                "{link}: {answer:?}"
            );
            followed += 1;
        }
    }
    assert!(
        followed >= 3,
        "the PDF and the page of the certificate: {followed}"
    );
    let with = |said: &str| {
        let says = |mail: &&Value| {
            mail["text"]
                .as_str()
                .is_some_and(|text| text.contains(said))
        };
        mails.iter().filter(says).count()
    };
    assert_eq!(
        with("To answer, reply to this message and keep the ticket number"),
        2
    );
    assert_eq!(with("through the API: /api/admin/support/tickets/TKT-"), 1);
    house.finish().await;
}
