//! Verifying at the edge: with the origin and without it, before and after revoking.
//!
//! The edge's clock is the platform's, which tests move; the functions' is the real one. A list signed now therefore looks
//! to the edge as old as the clock was moved.

mod twenty;

use crate::house::{ADMIN, Answer, Ask, Certificate, DEVANAGARI, House, STUDENT, Session};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const NAME: &str = "अनुष्का श्रीवास्तव";
/// After so long the edge asks for a newer list.
const FRESH: Duration = Duration::from_secs(30);
/// Beyond so long a list says nothing any more.
const MAX_AGE: Duration = Duration::from_mins(15);

/// A house in which one certificate stands.
async fn standing() -> (House, Session, Certificate) {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let certificate = house.issue(&admin, &student, "Python Basics").await;
    (house, admin, certificate)
}

/// Every push to the edge's KV fails until further notice.
fn failing_pushes() -> Value {
    json!([{"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 500}])
}

impl House {
    /// The verdict on what is at a path of the verifier.
    async fn verdict(&self, path: &str) -> String {
        let answer = self.verify(path).await;
        answer.at("/verdict").to_owned()
    }

    /// The verifier's page.
    async fn page(&self, path: &str, language: &str) -> Answer {
        let url = format!("{}{path}", self.platform.verify_url());
        let asked = self
            .http
            .get(url)
            .header("accept", "text/html")
            .header("accept-language", language);
        asked.answer().await
    }

    /// Replaces a value of the edge's KV, as an old push that arrives late would.
    async fn push_late(&self, key: &str, value: String) {
        let url = format!("{}/{}", self.kv_values_url(), key.replace('/', "%2F"));
        let token = &self.platform.secrets().cloudflare_api_token;
        let answer = self
            .http
            .put(url)
            .bearer_auth(token)
            .body(value)
            .answer()
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_verifies_with_the_origin_stopped_from_the_first_question_on() {
    let (house, _, certificate) = standing().await;
    let keys = house
        .request(Method::GET, "/certificate-keys")
        .answer()
        .await;
    for nothing in [
        "/status-lists/1/suspension",
        "/status-lists/1",
        "/status-lists/x",
    ] {
        let refused = house.request(Method::GET, nothing).answer().await;
        refused.is_problem(404, "not_found");
    }
    house.platform.stop_origin().await;

    let judged = house.verify(&certificate.by_token()).await;
    assert_eq!(
        (judged.status, judged.at("/verdict")),
        (200, "valid"),
        "{judged:?}"
    );
    assert_eq!(
        (judged.at("/holder"), judged.at("/course")),
        (NAME, "Python Basics")
    );
    assert_eq!(judged.at("/certificate_id"), certificate.id);
    let in_lower_case = certificate.id.to_lowercase();
    let by_id = house.verify(&format!("/verify/{in_lower_case}")).await;
    assert_eq!(
        (by_id.status, by_id.at("/verdict"), by_id.at("/grade")),
        (200, "valid", "A")
    );
    assert_eq!(by_id.at("/completed"), "2026-01-15");

    // In the holder's language whatever the browser asks for, unless another one is chosen.
    for (chosen, language, lang) in [
        ("", "en", "<html lang=\"en\""),
        ("", "fr-CA,fr;q=0.9", "<html lang=\"en\""),
        ("?lang=fr", "en", "<html lang=\"fr\""),
    ] {
        let path = format!("{}{chosen}", certificate.by_token());
        let page = house.page(&path, language).await;
        assert_eq!(page.status, 200);
        for shown in [lang, NAME, "Python Basics", &certificate.id] {
            assert!(page.text.contains(shown), "no {shown:?} in {}", page.text);
        }
    }

    let published = house.verify("/certificate-keys").await;
    assert_eq!((published.status, &published.body), (200, &keys.body));
    assert_eq!(published.at("/keys/0/kty"), "OKP");
    let list = house.verify("/status-lists/0").await;
    assert_eq!(
        (list.status, list.text.split('.').count()),
        (200, 3),
        "a compact JWS: {list:?}"
    );
    let suspensions = house.verify("/status-lists/0/suspension").await;
    assert_eq!(
        suspensions.status, 200,
        "there, though nothing is suspended"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_shows_at_the_edge_after_half_a_minute() {
    let (house, admin, certificate) = standing().await;
    assert_eq!(house.verdict(&certificate.by_token()).await, "valid");
    house.revoke(&admin, &certificate.id).await;
    house.platform.quiesce().await;
    house.platform.advance(FRESH);
    for path in [certificate.by_token(), certificate.by_id()] {
        let judged = house.verify(&path).await;
        assert_eq!((judged.status, judged.at("/verdict")), (200, "revoked"));
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_shows_although_no_push_arrives_because_the_edge_asks_the_origin() {
    let (house, admin, certificate) = standing().await;
    assert_eq!(house.verdict(&certificate.by_token()).await, "valid");
    let pushed = house.kv("status/0").await.text;
    house.faults(failing_pushes()).await;
    house.revoke(&admin, &certificate.id).await;
    house.platform.settle().await;
    house.platform.advance(FRESH);
    assert_eq!(house.verdict(&certificate.by_token()).await, "revoked");
    assert_eq!(house.kv("status/0").await.text, pushed, "nothing arrived");

    // A push that is tried again arrives, and the edge still says so when the origin is gone.
    house.faults(json!([])).await;
    house.platform.advance(MAX_AGE);
    house.platform.quiesce().await;
    assert_ne!(house.kv("status/0").await.text, pushed);
    assert_eq!(
        house
            .platform
            .queue_counts("EdgeSyncDeadLetterQueue")
            .expect("a queue")
            .visible,
        0
    );
    house.platform.stop_origin().await;
    assert_eq!(house.verdict(&certificate.by_token()).await, "revoked");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_was_pushed_shows_with_the_origin_stopped_and_no_older_list_takes_it_back()
 {
    let (house, admin, certificate) = standing().await;
    assert_eq!(house.verdict(&certificate.by_token()).await, "valid");
    let before = house.kv("status/0").await.text;
    house.revoke(&admin, &certificate.id).await;
    house.platform.quiesce().await;
    house.platform.stop_origin().await;
    house.platform.advance(FRESH);
    assert_eq!(house.verdict(&certificate.by_token()).await, "revoked");
    let newest = house.verify("/status-lists/0").await.text;
    assert_eq!(newest, house.kv("status/0").await.text);

    house.push_late("status/0", before).await;
    house.platform.advance(FRESH);
    assert_eq!(house.verdict(&certificate.by_token()).await, "revoked");
    assert_eq!(house.verify("/status-lists/0").await.text, newest);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_age_limit_nothing_is_valid_and_what_is_revoked_stays_so() {
    let (house, admin, certificate) = standing().await;
    let student = house.sign_in(STUDENT).await;
    let revoked = house.issue(&admin, &student, "Rust Basics").await;
    house.revoke(&admin, &revoked.id).await;
    house.platform.quiesce().await;
    house.platform.stop_origin().await;
    assert_eq!(house.verdict(&certificate.by_token()).await, "valid");
    assert_eq!(house.verdict(&revoked.by_token()).await, "revoked");

    house.platform.advance(Duration::from_mins(14));
    let judged = house.verify(&certificate.by_token()).await;
    assert_eq!(
        judged.at("/verdict"),
        "valid",
        "an aged list counts up to its limit: {judged:?}"
    );
    house.platform.advance(Duration::from_secs(61));
    for path in [certificate.by_token(), certificate.by_id()] {
        let judged = house.verify(&path).await;
        assert_eq!(
            (judged.status, judged.at("/verdict"), judged.at("/holder")),
            (200, "stale", NAME)
        );
        let age = judged.body["age_seconds"]
            .as_u64()
            .expect("the age of the list");
        assert!((901..960).contains(&age), "{judged:?}");
    }
    assert_eq!(house.verdict(&revoked.by_token()).await, "revoked");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_the_kv_does_not_know_is_asked_of_the_origin_and_without_it_there_is_no_verdict()
{
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    house.faults(failing_pushes()).await;
    let issued = house.generate(&admin, &student.id, "Python Basics").await;
    let id = issued.at("/certificate_id");
    house.platform.settle().await;
    assert_eq!(
        house.kv(&format!("cert/{id}")).await.status,
        404,
        "no push has arrived"
    );
    let (known, unknown) = (format!("/verify/{id}"), "/verify/CERT-20260101-N0B0DY");

    let judged = house.verify(&known).await;
    assert_eq!(
        (judged.status, judged.at("/verdict"), judged.at("/holder")),
        (200, "valid", NAME)
    );
    let judged = house.verify(unknown).await;
    assert_eq!((judged.status, judged.at("/verdict")), (404, "unknown"));

    house.platform.stop_origin().await;
    for path in [known.as_str(), unknown] {
        let refused = house.verify(path).await;
        assert_eq!(
            (refused.status, refused.at("/code")),
            (503, "origin_unreachable"),
            "{refused:?}"
        );
        assert_eq!(refused.header("retry-after"), "5");
        let page = house.page(path, "en").await;
        assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    }

    house
        .platform
        .start_origin()
        .await
        .expect("the address is free");
    assert_eq!(house.verify(unknown).await.at("/verdict"), "unknown");
    house.faults(json!([])).await;
    house.platform.advance(FRESH);
    house.platform.quiesce().await;
    house.platform.stop_origin().await;
    assert_eq!(
        house.verdict(&known).await,
        "valid",
        "the push that was tried again has arrived"
    );
    house.finish().await;
}
