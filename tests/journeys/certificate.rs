//! Certificates from their issue to their end: PDF, letters, downloads, lists, revoking.

mod download;
mod list;
mod revoke;
mod together;

use crate::house::{ADMIN, Answer, Ask, DEVANAGARI, FRENCH, House, Pdf, STUDENT, YORUBA};
use serde_json::{Value, json};

/// The download link in a letter's text.
fn link(mail: &Value) -> String {
    let text = mail["text"].as_str().expect("a letter has text");
    let mut words = text.split_whitespace();
    let found = words.find(|word| word.contains("/download?"));
    found
        .unwrap_or_else(|| panic!("no link in {text}"))
        .to_owned()
}

fn ids(list: &Answer) -> Vec<String> {
    let rows = list.body["certificates"].as_array().expect("a list");
    rows.iter()
        .map(|row| row["certificate_id"].as_str().expect("an id").to_owned())
        .collect()
}

/// Issues to the student who signs in with `email`, and follows everything that reaches them: their letter with `subject`,
/// its link, the PDF with `words`, the QR code.
async fn a_certificate_reaches(email: &str, name: &str, subject: &str, words: &[&str]) {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(email).await);
    let issued = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(issued.status, 201, "{issued:?}");
    let (id, token) = (issued.at("/certificate_id"), issued.at("/token"));
    assert_eq!(
        issued.header("location"),
        format!("/api/admin/certificates/{id}")
    );

    let mails = house
        .journal(&format!("provider=sendgrid&to={email}"), 1)
        .await;
    assert_eq!(mails[0]["subject"], subject);
    for shown in [name, "Python Basics", id] {
        assert!(
            mails[0]["text"]
                .as_str()
                .is_some_and(|text| text.contains(shown)),
            "{mails:#?}"
        );
        assert!(
            mails[0]["html"]
                .as_str()
                .is_some_and(|html| html.contains(shown)),
            "{mails:#?}"
        );
    }

    let path = format!("/api/admin/certificates/{id}/download");
    let for_staff = house.get(&admin, &path).await;
    assert_eq!(
        (for_staff.status, &for_staff.body["expires_in"]),
        (200, &json!(300))
    );
    let file = house.bytes(for_staff.at("/url")).await;
    let pdf = Pdf::new(&file);
    let text = pdf.text();
    for shown in [name, "Python Basics", id].iter().chain(words) {
        assert!(text.contains(shown), "no {shown:?} in {text}");
    }

    let verify_url = format!("{}/v/{token}", house.platform.verify_url());
    let scanned = pdf.qr();
    assert_eq!(
        scanned,
        verify_url.to_ascii_uppercase(),
        "QR's alphanumeric mode has no lower case"
    );
    let opened = house
        .http
        .get(&scanned)
        .header("accept", "application/json")
        .answer()
        .await;
    assert_eq!(
        (opened.status, opened.at("/verdict"), opened.at("/holder")),
        (200, "valid", name)
    );

    let link = link(&mails[0]);
    let redirect = house.http.get(&link).answer().await;
    assert!(matches!(redirect.status, 302 | 303 | 307), "{redirect:?}");
    assert_eq!(
        house.bytes(redirect.header("location")).await,
        file,
        "the letter's link leads to the same file"
    );
    let own = house
        .get(&student, &format!("/api/certificates/{id}/download"))
        .await;
    assert_eq!(house.bytes(own.at("/url")).await, file);
    assert_eq!(
        house
            .journal_count_when_idle(&format!("provider=sendgrid&to={email}"))
            .await,
        1
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_devanagari_reaches_its_holder_in_the_pdf_and_the_letter() {
    let subject = "🎉 Your Certificate: Python Basics";
    let words = ["Certificate of Completion", "January 15, 2026"];
    a_certificate_reaches(DEVANAGARI, "अनुष्का श्रीवास्तव", subject, &words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yoruba_name_reaches_its_holder_in_the_pdf_and_the_letter() {
    let subject = "🎉 Your Certificate: Python Basics";
    let words = ["Certificate of Completion", "January 15, 2026"];
    a_certificate_reaches(YORUBA, "Adébáyọ̀ Ọláńrewájú", subject, &words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_french_gets_letter_and_certificate_in_french() {
    let subject = "🎉 Votre certificat : Python Basics";
    let words = [
        "Certificat de réussite",
        "Nous certifions que",
        "15 janvier 2026",
    ];
    a_certificate_reaches(FRENCH, "Noémie Gagné", subject, &words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_phone_is_told_by_whatsapp_too_and_nobody_else_is() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, anushka) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    house.issue(&admin, &asha, "Python Basics").await;
    let issued = house.issue(&admin, &anushka, "Python Basics").await;

    let messages = house.journal("provider=aisensy", 1).await;
    assert_eq!(
        (&messages[0]["kind"], messages.len()),
        (&json!("whatsapp"), 1)
    );
    assert_eq!(messages[0]["to"], "+919812345678");
    assert_eq!(messages[0]["campaign"], "certificate_issued");
    let params = messages[0]["params"].as_array().expect("parameters");
    assert_eq!(
        params[..3],
        [
            json!("अनुष्का श्रीवास्तव"),
            json!("Python Basics"),
            json!(issued.id)
        ]
    );
    let redirect = house
        .http
        .get(params[3].as_str().expect("a link"))
        .answer()
        .await;
    let file = house.bytes(redirect.header("location")).await;
    assert!(Pdf::new(&file).text().contains(&issued.id));
    house.finish().await;
}
