//! Download links: whose they are, and what becomes of a changed one.

use super::link;
use crate::house::{ADMIN, Ask, House, STUDENT, YORUBA};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_download_link_that_was_changed_or_is_over_opens_nothing() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let other = house.issue(&admin, &student, "Rust Basics").await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 2)
        .await;
    let mail = mails.iter().find(|mail| {
        mail["text"]
            .as_str()
            .is_some_and(|text| text.contains(&issued.id))
    });
    let link = link(mail.expect("the letter"));
    let (before, signature) = link.split_once("signature=").expect("a signature");
    let (address, expires) = before
        .trim_end_matches('&')
        .split_once("expires=")
        .expect("an expiry");

    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for changed in [
        format!("{before}signature={flipped}{}", &signature[1..]),
        format!("{before}signature={}", &signature[..signature.len() - 1]),
        format!("{before}signature="),
        format!(
            "{address}expires={}&signature={signature}",
            expires.parse::<u64>().expect("seconds") + 1
        ),
        format!("{address}expires=1&signature={signature}"),
        link.replace(&issued.id, &other.id),
    ] {
        house
            .http
            .get(&changed)
            .answer()
            .await
            .is_problem(403, "link_invalid");
    }
    let path = format!("/api/certificates/{}/download", issued.id);
    house
        .request(Method::GET, &path)
        .answer()
        .await
        .is_problem(401, "token_missing");
    let stranger = house.sign_in(YORUBA).await;
    house
        .get(&stranger, &path)
        .await
        .is_problem(404, "not_found");

    let presigned = house.get(&student, &path).await.at("/url").to_owned();
    let (_, rest) = presigned
        .split_once("X-Amz-Signature=")
        .expect("a signed address");
    let changed = presigned.replace(rest, &"0".repeat(rest.len()));
    assert_eq!(house.http.get(&changed).answer().await.status, 403);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_clicks_may_add_to_a_letters_link() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    house.issue(&admin, &student, "Python Basics").await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    let link = format!("{}&utm_source=mail&utm_medium=email", link(&mails[0]));
    let opened = house.http.get(&link).answer().await;
    assert!(matches!(opened.status, 302 | 303 | 307), "{opened:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_downloaded_by_staff_alone_until_it_holds_again() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    let link = link(&mails[0]);
    let own = format!("/api/certificates/{}/download", issued.id);
    let staffs = format!("/api/admin/certificates/{}/download", issued.id);
    let change = async |verb: &str| {
        let path = format!("/api/admin/certificates/{}/{verb}", issued.id);
        let changed = house
            .post(&admin, &path, json!({"reason": "looked at"}))
            .await;
        assert_eq!(changed.status, 200, "{changed:?}");
    };
    for (verb, refused) in [
        ("suspend", Some("certificate_suspended")),
        ("reinstate", None),
        ("revoke", Some("certificate_revoked")),
    ] {
        change(verb).await;
        for path in [&own, &staffs] {
            let answer = house.get(&student, path).await;
            let by_link = house.http.get(&link).answer().await;
            if let Some(code) = refused {
                answer.is_problem(409, code);
                by_link.is_problem(409, code);
                in_browser(&house, &link, &issued.id).await;
                assert!(!answer.text.contains("looked at"), "{answer:?}");
            } else {
                assert_eq!(answer.status, 200, "{answer:?}");
                assert!(matches!(by_link.status, 302 | 303 | 307), "{by_link:?}");
            }
            let answer = house.get(&admin, path).await;
            let file = house.bytes(answer.at("/url")).await;
            assert!(file.starts_with(b"%PDF-"), "staff keeps its records");
        }
    }
    // A stranger learns nothing of how it stands, and of a withdrawn one nothing is left.
    let stranger = house.sign_in(YORUBA).await;
    house
        .get(&stranger, &own)
        .await
        .is_problem(404, "not_found");
    change("withdraw").await;
    house
        .http
        .get(&link)
        .answer()
        .await
        .is_problem(410, "withdrawn");
    in_browser(&house, &link, &issued.id).await;
    house.get(&admin, &own).await.is_problem(410, "withdrawn");
    house.finish().await;
}

/// Whoever follows the letter's link in a browser comes to the page that says how the certificate stands.
async fn in_browser(house: &House, link: &str, id: &str) {
    let request = house
        .http
        .get(link)
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let answer = request.answer().await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = format!("{}/verify/{id}", house.platform.verify_url());
    assert_eq!(answer.header("location"), page);
}
