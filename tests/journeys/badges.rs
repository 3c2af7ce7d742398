//! Badges, as wallets and verifiers see them that nobody here wrote: `tests/badges` has what they run.

mod keys;
mod wallet;

use crate::house::{ADMIN, Ask, Certificate, DEVANAGARI, House, STUDENT, Session};
use data_encoding::BASE64URL_NOPAD;
use registrar_domain::effect::Effect;
use reqwest::Method;
use serde_json::{Value, json};
use wallet::Documents;

const NAME: &str = "अनुष्का श्रीवास्तव";

/// A house with a certificate for a name in Devanagari.
async fn standing() -> (House, Session, Certificate) {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let certificate = house.issue(&admin, &student, "Rust & \"Edge\" <1>").await;
    (house, admin, certificate)
}

impl House {
    /// What the origin says to anybody.
    async fn public(&self, path: &str) -> crate::house::Answer {
        self.request(Method::GET, path).answer().await
    }

    /// A badge as a compact JWS; `form` is an ending of its path.
    async fn badge(&self, certificate: &Certificate, form: &str) -> String {
        let answer = self
            .public(&format!("/badges/{}{form}", certificate.id))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text
    }

    async fn change(&self, admin: &Session, certificate: &Certificate, verb: &str) {
        let path = format!("/api/admin/certificates/{}/{verb}", certificate.id);
        let answer = self
            .post(admin, &path, json!({"reason": "looked at again"}))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.platform.quiesce().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wallets_accept_a_badge_in_both_signatures_and_out_of_both_pictures() {
    let (house, _, certificate) = standing().await;
    let (rs256, eddsa) = (
        house.badge(&certificate, "").await,
        house.badge(&certificate, ".eddsa.jwt").await,
    );
    let documents = Documents::named_by(&house, &rs256).await;
    documents.add_those_named_by(&house, &eddsa).await;
    for jws in [&rs256, &eddsa] {
        let said = documents.wallet(jws).await;
        assert_eq!(
            said["status"],
            json!({"revocation": false, "suspension": false}),
            "{said:#}"
        );
        let subject = &said["credential"]["credentialSubject"];
        assert_eq!(subject["identifier"][0]["identityHash"], NAME);
        assert_eq!(subject["achievement"]["name"], "Rust & \"Edge\" <1>");
        assert_eq!(subject["result"][0]["value"], "A");
        let said = documents.open_badges(json!({"jws": jws})).await;
        assert_eq!(said["achievement"], "Rust & \"Edge\" <1>", "{said:#}");
    }

    for (form, kind) in [("png", "image/png"), ("svg", "image/svg+xml")] {
        let path = format!("/badges/{}.{form}", certificate.id);
        let answer = house.request(Method::GET, &path).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &kind.parse().unwrap())
        );
        let bytes = answer.bytes().await.expect("a body");
        let said = documents.unbaked(form, &bytes).await;
        assert_eq!(said["jws"], json!(rs256), "{form}: {said:#}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_and_a_suspension_show_in_the_lists_that_a_badge_names() {
    let (house, admin, revoked) = standing().await;
    let student = house.sign_in(STUDENT).await;
    let suspended = house.issue(&admin, &student, "Python Basics").await;
    house.change(&admin, &revoked, "revoke").await;
    house.change(&admin, &suspended, "suspend").await;
    for (certificate, status, word) in [
        (
            &revoked,
            json!({"revocation": true, "suspension": false}),
            "revocation",
        ),
        (
            &suspended,
            json!({"revocation": false, "suspension": true}),
            "suspension",
        ),
    ] {
        let jws = house.badge(certificate, ".eddsa.jwt").await;
        let documents = Documents::named_by(&house, &jws).await;
        assert_eq!(documents.wallet(&jws).await["status"], status);
        let said = documents.open_badges(json!({"jws": jws})).await;
        let why = said["refused"].as_str().expect("refused");
        assert!(why.contains(word), "{why}");
    }
    house.change(&admin, &suspended, "reinstate").await;
    let jws = house.badge(&suspended, ".jwt").await;
    let documents = Documents::named_by(&house, &jws).await;
    let said = documents.open_badges(json!({"jws": jws})).await;
    assert_eq!(said["achievement"], "Python Basics", "{said:#}");
    house.finish().await;
}

/// One bit in every byte of what the token encodes, and every cut of it.
fn changed(jws: &str) -> Vec<String> {
    let parts: Vec<Vec<u8>> = jws
        .split('.')
        .map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url"))
        .collect();
    let mut all = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for byte in 0..part.len() {
            let mut changed = parts.clone();
            changed[at][byte] ^= 1 << (byte % 8);
            let changed = changed.iter().map(|part| BASE64URL_NOPAD.encode(part));
            all.push(changed.collect::<Vec<_>>().join("."));
        }
    }
    all.extend((0..jws.len()).step_by(7).map(|cut| jws[..cut].to_owned()));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_a_badge_or_list_can_be_changed() {
    let (house, _, certificate) = standing().await;
    for form in [".jwt", ".eddsa.jwt"] {
        let jws = house.badge(&certificate, form).await;
        let documents = Documents::named_by(&house, &jws).await;
        let mut tokens = changed(&jws);
        let count = tokens.len();
        tokens.push(jws.clone());
        let accepted = documents.signatures(&tokens).await;
        assert_eq!(accepted, [json!(count)], "only the last one is whole");
    }
    let list = house.public("/status-lists/0/suspension").await;
    assert_eq!(list.header("content-type"), "application/vc+jwt");
    let jws = house.badge(&certificate, "").await;
    let documents = Documents::named_by(&house, &jws).await;
    let mut tokens = changed(&list.text);
    let count = tokens.len();
    tokens.push(list.text);
    assert_eq!(documents.signatures(&tokens).await, [json!(count)]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_comes_in_the_form_that_is_asked_for_and_says_nothing_more_of_its_holder() {
    let (house, admin, certificate) = standing().await;
    let path = format!("/badges/{}", certificate.id);
    for (accept, kind) in [
        ("*/*", "text/plain; charset=utf-8"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("application/json", "application/json"),
    ] {
        let asked = house.request(Method::GET, &path).header("accept", accept);
        let answer = asked.answer().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind));
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("vary"), "Accept");
    }
    let readable = house
        .request(Method::GET, &path)
        .header("accept", "application/json");
    let readable = readable.answer().await;
    assert_eq!(readable.at("/type/1"), "OpenBadgeCredential");
    let browser = house
        .request(Method::GET, &path)
        .header("accept", "text/html");
    let browser = browser.answer().await;
    let page = format!("{}/verify/{}", house.platform.verify_url(), certificate.id);
    assert_eq!(
        (browser.status, browser.header("location")),
        (303, page.as_str())
    );

    let student = house
        .get(
            &admin,
            &format!("/api/admin/certificates/{}", certificate.id),
        )
        .await;
    let badge = format!("{}/badges/{}", house.platform.verify_url(), certificate.id);
    assert_eq!(student.at("/badge_url"), badge);
    let student = student.at("/student_id").to_owned();
    for private in [DEVANAGARI, student.as_str(), admin.id.as_str(), "sha256$"] {
        assert!(!readable.text.contains(private), "{private}");
    }
    let lower = format!("/badges/{}.jwt", certificate.id.to_lowercase());
    assert_eq!(house.public(&lower).await.status, 200);
    for nothing in [
        "/badges/CERT-20260101-N0B0DY",
        "/badges/CERT-20260101-N0B0DY.png",
        "/badges/x",
        "/badges",
        "/.well-known/openbadges/keys/77",
        "/.well-known/openbadges/keys/x",
        "/.well-known/openbadges/x",
    ] {
        house.public(nothing).await.is_problem(404, "not_found");
    }
    let posted = house.request(Method::POST, &path).answer().await;
    assert_eq!(posted.status, 405, "{posted:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_serves_badges_and_keys_with_the_origin_stopped_and_signing_again_changes_nothing()
{
    let (house, _, certificate) = standing().await;
    let paths = [
        format!("/badges/{}", certificate.id),
        format!("/badges/{}.jwt", certificate.id),
        format!("/badges/{}.eddsa.jwt", certificate.id),
        "/.well-known/openbadges/keys".to_owned(),
        "/.well-known/openbadges/keys/1".to_owned(),
        "/.well-known/openbadges/issuer".to_owned(),
    ];
    let mut said = Vec::new();
    for path in &paths {
        let asked = house
            .request(Method::GET, path)
            .header("accept", "application/json");
        said.push(asked.answer().await.body);
        let edge = house.verify(path).await;
        assert_eq!(
            (edge.status, Some(&edge.body)),
            (200, said.last()),
            "{path}"
        );
    }
    let jws = house.badge(&certificate, ".jwt").await;
    let kept = house.kv(&format!("badge/{}", certificate.id)).await;
    assert_eq!(kept.at("/rs256"), jws);

    // The worker is told again: it finds the work done.
    let certificate_id = certificate.id.parse().expect("an id");
    house
        .put(&Effect::RenderCertificate { certificate_id }, 2)
        .await;
    house.platform.quiesce().await;
    assert_eq!(house.badge(&certificate, ".jwt").await, jws);

    house.platform.stop_origin().await;
    for (path, said) in paths.iter().zip(&said) {
        let edge = house.verify(path).await;
        assert_eq!((edge.status, &edge.body), (200, said), "{path}");
    }
    house.platform.start_origin().await.expect("a free address");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_the_badge_of_a_withdrawn_certificate() {
    let (house, admin, certificate) = standing().await;
    house.change(&admin, &certificate, "withdraw").await;
    for form in ["", ".jwt", ".eddsa.jwt", ".png", ".svg"] {
        let path = format!("/badges/{}{form}", certificate.id);
        house.public(&path).await.is_problem(410, "withdrawn");
        assert_eq!(house.verify(&path).await.status, 410, "{path}");
    }
    let kept = house.kv(&format!("badge/{}", certificate.id)).await;
    assert_eq!(kept.body, json!({"withdrawn": true}));
    let files = house.keys("certificates");
    assert!(
        !files.iter().any(|key| key.contains(&certificate.id)),
        "{files:?}"
    );
    let id = certificate.id.parse().expect("an id");
    let item = house.table().badge(&id).await.expect("the table answers");
    assert_eq!(item, None);
    house.finish().await;
}

/// The payload of a compact JWS.
fn payload(jws: &str) -> Value {
    let part = jws.split('.').nth(1).expect("a payload");
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url");
    serde_json::from_slice(&json).expect("JSON")
}

/// The address of the key that signed a compact JWS.
fn kid(jws: &str) -> String {
    let part = jws.split('.').next().expect("a header");
    let json = BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url");
    let header: Value = serde_json::from_slice(&json).expect("JSON");
    header["kid"].as_str().expect("a key").to_owned()
}
