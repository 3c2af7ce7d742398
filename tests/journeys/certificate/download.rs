//! Download links: whose they are, and what becomes of a changed one.

use super::link;
use crate::house::{ADMIN, Ask, House, STUDENT, YORUBA};
use reqwest::Method;

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
