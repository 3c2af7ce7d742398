//! What is shown to the verifier and is not a certificate of ours.

use crate::house::{ADMIN, Answer, Ask, House, STUDENT};
use data_encoding::BASE32_NOPAD;
use registrar_credential::{Claim, Day, SignedClaim, SigningKey};
use reqwest::Method;
use serde_json::json;

/// A token of the same claim, signed by somebody else under the key number `kid`.
fn signed_by_another(token: &str, kid: u16) -> String {
    let key = SigningKey::new(kid, &[9; 32], Day::from_days(0), None, None);
    let claim = SignedClaim::parse(token).expect("a token").claim().clone();
    Claim {
        key_id: kid,
        ..claim
    }
    .sign(&key)
    .expect("a claim")
    .token()
}

/// Issues a certificate, published as far as it goes; gives its id and token.
async fn issued(house: &House) -> (String, String) {
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let order =
        json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-31"});
    let issued = house
        .post(&admin, "/api/admin/certificates/generate", order)
        .await;
    assert_eq!(issued.status, 201, "{issued:?}");
    house.platform.quiesce().await;
    (issued.at("/id").to_owned(), issued.at("/token").to_owned())
}

/// Asserts what the verifier says of a path.
async fn verdict(house: &House, path: &str, status: u16, verdict: &str) -> Answer {
    let answer = house.verify(path).await;
    assert_eq!(
        (answer.status, answer.at("/verdict")),
        (status, verdict),
        "{path}: {answer:?}"
    );
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_known_in_any_letter_case() {
    let house = House::start().await;
    let (id, token) = issued(&house).await;
    for path in [
        format!("/v/{token}"),
        format!("/v/{}", token.to_lowercase()),
        format!("/verify/{id}"),
        format!("/verify/{}", id.to_lowercase()),
    ] {
        let answer = verdict(&house, &path, 200, "valid").await;
        assert_eq!(
            (answer.at("/certificate_id"), answer.at("/holder")),
            (id.as_str(), "Asha Rao")
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_changed_cut_or_signed_by_another_is_told() {
    let house = House::start().await;
    let (_, token) = issued(&house).await;
    let binary = BASE32_NOPAD
        .decode(token.as_bytes())
        .expect("a token is base32");
    for at in 0..binary.len() {
        let mut flipped = binary.clone();
        flipped[at] ^= 1 << (at % 8);
        let answer = house
            .verify(&format!("/v/{}", BASE32_NOPAD.encode(&flipped)))
            .await;
        let verdict = answer.at("/verdict");
        assert!(
            ["forged", "malformed"].contains(&verdict),
            "byte {at}: {answer:?}"
        );
        assert!(
            answer.body["holder"].is_null(),
            "what nobody signed is not shown: {answer:?}"
        );
        if at >= binary.len() - 64 {
            assert_eq!(
                (verdict, answer.at("/reason")),
                ("forged", "signature"),
                "byte {at}"
            );
        }
    }
    for length in 0..token.len() {
        let answer = verdict(
            &house,
            &format!("/v/{}", &token[..length]),
            400,
            "malformed",
        )
        .await;
        assert!(
            ["truncated", "not_base32", "padding_bits"].contains(&answer.at("/reason")),
            "{answer:?}"
        );
    }
    for (kid, reason) in [(1, "signature"), (77, "unknown_key")] {
        let answer = verdict(
            &house,
            &format!("/v/{}", signed_by_another(&token, kid)),
            200,
            "forged",
        )
        .await;
        assert_eq!(answer.at("/reason"), reason);
    }
    for (text, reason) in [
        (format!("{token}AAAAAAAA"), "trailing_bytes"),
        (token.replace('A', "1"), "not_base32"),
        ("%F0%9F%92%A5".to_owned(), "not_base32"),
        ("A".repeat(4000), "too_long"),
    ] {
        let answer = verdict(&house, &format!("/v/{text}"), 400, "malformed").await;
        assert_eq!(answer.at("/reason"), reason, "{text}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_or_no_address_is_told() {
    let house = House::start().await;
    for text in [
        "",
        "CERT",
        "CERT-20260230-ABCDEF",
        "CERT-20260307-ABCDU",
        "TKT-20260307-0001",
        "%00",
        "..%2F",
    ] {
        let answer = verdict(&house, &format!("/verify/{text}"), 400, "malformed").await;
        assert_eq!(answer.at("/reason"), "not_an_id");
    }
    verdict(&house, "/verify/CERT-20260307-ABCDEFGHJK", 404, "unknown").await;

    let url = |path: &str| format!("{}{path}", house.platform.verify_url());
    let posted = house
        .http
        .request(Method::POST, url("/verify/CERT-20260307-ABCDEFGHJK"))
        .answer()
        .await;
    assert_eq!(
        (posted.status, posted.at("/code")),
        (405, "method_not_allowed"),
        "{posted:?}"
    );
    assert_eq!(posted.header("allow"), "GET, HEAD, OPTIONS");
    for path in ["/", "/nothing", "/status-lists/x", "/status-lists/7"] {
        let answer = house.verify(path).await;
        assert_eq!(
            (answer.status, answer.at("/code")),
            (404, "not_found"),
            "{path}: {answer:?}"
        );
    }
    house.platform.stop_origin().await;
    let answer = house.verify("/verify/CERT-20260307-BBBBBBBBBB").await;
    assert_eq!(
        (answer.status, answer.at("/code")),
        (503, "origin_unreachable"),
        "{answer:?}"
    );
    house.finish().await;
}
