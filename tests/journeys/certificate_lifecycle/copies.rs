//! Copies of what a certificate says: each is there before it is withdrawn, and none after.

use super::why;
use crate::house::{ADMIN, Answer, Ask, House, Kept, Session, YORUBA, places, telling};
use registrar_domain::{
    delivery::Channel,
    effect::{Effect, Fact},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NAME: &str = "Adébáyọ̀ Ọláńrewájú";
const COURSE: &str = "Cartography of Quiet Rivers";
const OTHER_COURSE: &str = "Grammar of Tides";
const GENERATE: &str = "/api/admin/certificates/generate";

/// Every place that holds a certificate's texts, its token, or whose it is.
const COPIES: [&str; 11] = [
    "item CERTIFICATE ANSWER",
    "item CERTIFICATE BADGE",
    "item CERTIFICATE CERTIFICATE",
    "item LEDGER email",
    "item LEDGER in_app",
    "item LEDGER whatsapp",
    "item NOTIFICATIONS NOTIFICATION",
    "item PREVIEW PREVIEW",
    "kv badge",
    "kv cert",
    "object certificates",
];

impl House {
    async fn with_key(&self, who: &Session, key: &str, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path)
            .bearer_auth(&who.token)
            .header("idempotency-key", key)
            .json(body)
            .answer()
            .await
    }
}

/// The places of what is said of one certificate or of its holder's others; the account itself left out.
fn copies(everything: &[Kept], holder: &str, id: &str, token: &str) -> BTreeSet<String> {
    // A file is named by what it shows, and a badge in a file is compressed.
    let drawn =
        |kept: &&Kept| kept.place.starts_with("object certificates") && kept.text.contains(id);
    let mut found: BTreeSet<_> = everything
        .iter()
        .filter(drawn)
        .map(|kept| kept.place.clone())
        .collect();
    found.extend(places(everything, &[COURSE]));
    found.extend(places(everything, &[token]));
    found.extend(places(everything, &[holder, id]));
    // What a JWT says is base64 of it: a badge is known by its certificate.
    let badge = |kept: &&Kept| kept.text.contains(id) && kept.text.contains("eddsa");
    found.extend(
        everything
            .iter()
            .filter(badge)
            .map(|kept| kept.place.clone()),
    );
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_copy_of_a_withdrawn_certificate_is_left_anywhere() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let order = json!({
        "student_id": student.id, "course_name": COURSE, "completion_date": "2026-01-15", "grade": "A",
    });
    let issued = house.with_key(&admin, "issue", GENERATE, &order).await;
    assert_eq!(issued.status, 201, "{issued:?}");
    let (id, token) = (issued.at("/certificate_id"), issued.at("/token"));
    house.platform.quiesce().await;
    let change = |verb: &str| format!("/api/admin/certificates/{id}/{verb}");
    let asked = why("Adébáyọ̀ asked");
    let answered = [
        ("again", GENERATE.to_owned(), order.clone(), 200),
        ("suspend", change("suspend"), asked.clone(), 200),
        ("reinstate", change("reinstate"), asked.clone(), 200),
    ];
    for (key, path, body, status) in &answered {
        let answer = house.with_key(&admin, key, path, body).await;
        assert_eq!(answer.status, *status, "{answer:?}");
        let replayed = house.with_key(&admin, key, path, body).await;
        assert_eq!((replayed.status, &replayed.body), (*status, &answer.body));
        assert_eq!(replayed.header("idempotency-replayed"), "true");
    }
    let preview = house.with_key(&admin, "preview", "/api/admin/certificates/preview", &order);
    let preview = preview.await.at("/preview_id").to_owned();
    let cohort = json!({
        "student_ids": [student.id], "course_name": OTHER_COURSE, "completion_date": "2026-01-15",
    });
    let bulk = house
        .post(&admin, "/api/admin/certificates/bulk", cohort)
        .await;
    assert_eq!(bulk.status, 202, "{bulk:?}");
    house.platform.quiesce().await;
    let before = house.everything().await;
    let found = copies(&before, &student.id, id, token);
    for copy in COPIES {
        assert!(found.contains(copy), "no {copy} among {found:?}");
    }
    let imports = house.keys("imports");
    assert!(
        imports.is_empty(),
        "a file that was worked off: {imports:?}"
    );

    let withdrawn = house
        .do_with(&admin, id, "withdraw", why("request 45"))
        .await;
    assert_eq!(withdrawn.status, 200, "{withdrawn:?}");
    house.platform.quiesce().await;
    let after = house.everything().await;
    assert_eq!(copies(&after, &student.id, id, token), BTreeSet::new());
    for (key, path, body, _) in &answered {
        let replayed = house.with_key(&admin, key, path, body).await;
        replayed.is_problem(410, "withdrawn");
        assert!(!replayed.text.contains(NAME) && !replayed.text.contains(&student.id));
    }
    let replayed = house.with_key(&admin, "issue", GENERATE, &order).await;
    replayed.is_problem(410, "withdrawn");
    let list = house.get(&student, "/api/notifications").await;
    assert_eq!(
        list.body["notifications"].as_array().map(Vec::len),
        Some(1),
        "the other certificate's: {list:?}"
    );
    assert_eq!(list.body["unread_count"], 1, "{list:?}");

    // Messages that come late write nothing.
    let certificate_id: registrar_domain::certificate::CertificateId = id.parse().expect("an id");
    let fact = Fact::CertificateIssued { certificate_id };
    for channel in [Channel::Email, Channel::Whatsapp, Channel::InApp] {
        house
            .put(&Effect::Deliver(telling(YORUBA, channel, &fact)), 2)
            .await;
    }
    let preview_id = preview.parse().expect("an id");
    house.put(&Effect::RenderPreview { preview_id }, 1).await;
    house.platform.quiesce().await;
    let late = house.everything().await;
    assert_eq!(copies(&late, &student.id, id, token), BTreeSet::new());

    let all = json!({"student_id": student.id, "reason": "request 46"});
    let path = "/api/admin/certificates/withdraw";
    let withdrawn = house.post(&admin, path, all).await;
    assert_eq!(withdrawn.body["remaining"], 0, "{withdrawn:?}");
    house.platform.quiesce().await;
    let nothing = house.everything().await;
    let account = BTreeSet::from(["item ACCOUNT ACCOUNT".to_owned()]);
    assert_eq!(places(&nothing, &[NAME]), account);
    for other in withdrawn.body["withdrawn"].as_array().expect("a list") {
        let other = other.as_str().expect("an id");
        assert_eq!(places(&nothing, &[&student.id, other]), BTreeSet::new());
    }
    house.finish().await;
}
