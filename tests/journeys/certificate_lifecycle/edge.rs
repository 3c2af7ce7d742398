//! What a stranger is told at the edge.

use super::{FRESH, why};
use crate::house::{ADMIN, DEVANAGARI, House, Pdf};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use std::time::Duration;

/// The list that a compact JWS holds.
fn bits(jws: &str) -> Value {
    let payload = jws.split('.').nth(1).expect("a payload");
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes());
    let payload: Value = serde_json::from_slice(&payload.expect("base64url")).expect("JSON");
    let bits = payload["credentialSubject"]["encodedList"].clone();
    assert!(bits.is_string(), "{payload}");
    bits
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_shows_at_the_edge_and_so_does_its_end_with_the_origin_stopped() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    assert_eq!(house.at_the_edge(&issued).await, "valid");
    assert_eq!(house.kv("status/0/suspension").await.status, 200);

    house
        .do_with(&admin, &issued.id, "suspend", why("looked at again"))
        .await;
    assert_eq!(house.at_the_edge(&issued).await, "suspended");
    let list = house.verify("/status-lists/0/suspension").await;
    assert_eq!(
        (list.status, list.text.split('.').count()),
        (200, 3),
        "a compact JWS: {list:?}"
    );
    // It may have been signed anew since.
    let pushed = house.kv("status/0/suspension").await;
    assert_eq!(bits(&pushed.text), bits(&list.text));
    let page = house.verify(&issued.by_id()).await;
    assert!(!page.text.contains("looked at"), "staff's words: {page:?}");

    house
        .do_with(&admin, &issued.id, "reinstate", why("it was fine"))
        .await;
    // Of two lists of one second the stricter one stays: the end shows with a list of a later second, by the signer's clock.
    let reinstated = jiff::Timestamp::now().as_second();
    loop {
        let later = jiff::Timestamp::now().as_second() > reinstated;
        let refreshed = house
            .platform
            .fire_schedule("SchedulesFunction/RefreshStatusLists");
        refreshed.await.expect("it runs");
        house.platform.quiesce().await;
        if later {
            break;
        }
    }
    assert_eq!(house.at_the_edge(&issued).await, "valid");
    house.platform.stop_origin().await;
    house.platform.advance(FRESH);
    let judged = house.verify(&issued.by_token()).await;
    assert_eq!(
        judged.at("/verdict"),
        "valid",
        "the list that was pushed says so: {judged:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_shows_although_no_push_arrives() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    assert_eq!(house.at_the_edge(&issued).await, "valid");
    house
        .faults(json!([{"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 500}]))
        .await;
    house
        .do_with(&admin, &issued.id, "suspend", why("looked at again"))
        .await;
    house.platform.settle().await;
    house.platform.advance(FRESH);
    let judged = house.verify(&issued.by_token()).await;
    assert_eq!(judged.at("/verdict"), "suspended", "{judged:?}");
    house.faults(json!([])).await;
    house.platform.advance(Duration::from_mins(15));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_says_its_last_day_and_expires_with_it_at_the_edge() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let tomorrow = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
    let last = jiff::tz::Offset::UTC.to_datetime(tomorrow).date();
    let body = json!({
        "student_id": student.id,
        "course_name": "First Aid",
        "completion_date": "2026-01-15",
        "expires_on": last,
    });
    let answer = house
        .post(&admin, "/api/admin/certificates/generate", body)
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["expires_on"], json!(last));
    let path = format!("/v/{}", answer.at("/token"));
    house.platform.quiesce().await;
    let download = format!("/api/admin/certificates/{}/download", answer.at("/id"));
    let url = house.get(&admin, &download).await.at("/url").to_owned();
    let text = Pdf::new(&house.bytes(&url).await).text();
    let printed = format!("Valid until {}", last.strftime("%B %-d, %Y"));
    assert!(text.contains(&printed), "no {printed:?} in {text}");
    assert_eq!(house.verify(&path).await.at("/verdict"), "valid");
    house.platform.advance(Duration::from_hours(48));
    let judged = house.verify(&path).await;
    assert_eq!(
        (judged.at("/verdict"), &judged.body["expires"]),
        ("expired", &json!(last)),
        "{judged:?}"
    );
    house.finish().await;
}
