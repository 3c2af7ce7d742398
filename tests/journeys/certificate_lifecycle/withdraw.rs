//! A holder who was erased.

use super::why;
use crate::house::{ADMIN, Ask, House, STUDENT, Session, YORUBA};
use registrar_domain::effect::Effect;
use reqwest::Method;
use serde_json::json;

const NAME: &str = "Adébáyọ̀ Ọláńrewájú";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_left_of_a_withdrawn_certificate() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let other = house.issue(&admin, &student, "Rust Basics").await;
    house
        .do_with(&admin, &issued.id, "suspend", why("Adébáyọ̀ asked for it"))
        .await;
    let own = format!("/api/certificates/{}/download", issued.id);
    let file = house.get(&admin, &own).await.at("/url").to_owned();
    let search = "/api/admin/certificates?search=python";
    house.platform.quiesce().await;
    let found = house.get(&admin, search).await;
    assert_eq!(found.body["certificates"].as_array().map(Vec::len), Some(1));

    let withdrawn = house
        .do_with(
            &admin,
            &issued.id,
            "withdraw",
            why("request 42 of the privacy desk"),
        )
        .await;
    assert_eq!(
        (withdrawn.status, withdrawn.at("/status")),
        (200, "withdrawn"),
        "{withdrawn:?}"
    );
    // What comes late changes nothing.
    let certificate_id: registrar_domain::certificate::CertificateId =
        issued.id.parse().expect("an id");
    for effect in [
        Effect::RenderCertificate {
            certificate_id: certificate_id.clone(),
        },
        Effect::IndexCertificate {
            certificate_id: certificate_id.clone(),
        },
        Effect::PublishCertificate {
            certificate_id: certificate_id.clone(),
        },
    ] {
        house.put(&effect, 2).await;
    }
    assert_eq!(house.at_the_edge(&issued).await, "withdrawn");

    let page = house
        .http
        .get(format!("{}{}", house.platform.verify_url(), issued.by_id()))
        .header("accept", "text/html")
        .answer()
        .await;
    let public = format!("/api/admin/certificates/{}", issued.id);
    for gone in [
        page.status,
        house.verify(&issued.by_id()).await.status,
        house.verify(&issued.by_token()).await.status,
        house.request(Method::GET, &public).answer().await.status,
        house.get(&student, &own).await.status,
        house
            .get(&student, &format!("/api/certificates/{}", issued.id))
            .await
            .status,
    ] {
        assert_eq!(gone, 410);
    }
    let answer = house.request(Method::GET, &public).answer().await;
    answer.is_problem(410, "withdrawn");
    assert_eq!(
        house.http.get(&file).answer().await.status,
        403,
        "the PDF is gone; whoever may not list the bucket is told no more"
    );
    let keys = house.keys("certificates");
    assert!(!keys.iter().any(|key| key.contains(&issued.id)), "{keys:?}");

    let record = house.kv(&format!("cert/{}", issued.id)).await;
    assert!(!record.text.contains(NAME) && record.body["withdrawn"] == json!(true));
    let kept = house.table().kept_certificate(&certificate_id).await;
    let kept = format!("{:?}", kept.expect("a readable table"));
    for personal in [NAME, "Python", &student.id, &issued.token] {
        assert!(!kept.contains(personal), "{personal} in {kept}");
    }
    house.is_withdrawn_for_staff(&admin, &issued.id).await;
    let found = house.get(&admin, search).await;
    assert_eq!(found.body["certificates"], json!([]), "{found:?}");
    let theirs = house.get(&student, "/api/certificates").await;
    assert_eq!(theirs.body["total"], 1, "{theirs:?}");
    assert_eq!(theirs.at("/certificates/0/certificate_id"), other.id);
    let listed = house
        .get(&admin, "/api/admin/certificates?status=withdrawn")
        .await;
    assert_eq!(listed.at("/certificates/0/certificate_id"), issued.id);
    assert!(!listed.text.contains(&student.id) && !listed.text.contains(NAME));

    for verb in ["suspend", "revoke", "reissue", "withdraw"] {
        house
            .do_with(&admin, &issued.id, verb, why("again"))
            .await
            .is_problem(410, "withdrawn");
    }
    let again = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(again.status, 201, "the fact is free: {again:?}");
    house.finish().await;
}

impl House {
    /// Staff sees that there was one and who withdrew it, and no words of before, which may name somebody.
    async fn is_withdrawn_for_staff(&self, admin: &Session, id: &str) {
        let public = format!("/api/admin/certificates/{id}");
        let staff = self.get(admin, &public).await;
        assert_eq!(staff.at("/status"), "withdrawn");
        let history = self.history_of(admin, id).await;
        assert_eq!(
            history
                .iter()
                .map(|(change, _, why)| (change.as_str(), why.as_deref()))
                .collect::<Vec<_>>(),
            [
                ("issued", None),
                ("suspended", None),
                ("withdrawn", Some("request 42 of the privacy desk")),
            ],
            "the words of before may name somebody"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_withdrawn_before_its_page_is_made_never_has_one() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.generate(&admin, &student.id, "Python Basics").await;
    let id = issued.at("/certificate_id").to_owned();
    let withdrawn = house
        .do_with(&admin, &id, "withdraw", why("request 43"))
        .await;
    assert_eq!(withdrawn.status, 200, "{withdrawn:?}");
    house.platform.quiesce().await;
    let keys = house.keys("certificates");
    assert!(!keys.iter().any(|key| key.contains(&id)), "{keys:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_an_erased_holder_has_is_withdrawn_until_nothing_is_left() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let other = house.sign_in(YORUBA).await;
    let kept = house.issue(&admin, &other, "Python Basics").await;
    let mut issued = Vec::new();
    for n in 0..22 {
        let answer = house
            .generate(&admin, &student.id, &format!("Course {n}"))
            .await;
        issued.push(answer.at("/certificate_id").to_owned());
    }
    house.revoke(&admin, &issued[3]).await;
    let path = "/api/admin/certificates/withdraw";
    let body = json!({"student_id": student.id, "reason": "request 44"});
    house
        .post(&student, path, body.clone())
        .await
        .is_problem(403, "forbidden");
    let mut withdrawn = Vec::new();
    for expected in [2, 0] {
        let answer = house.post(&admin, path, body.clone()).await;
        assert_eq!(
            (answer.status, &answer.body["remaining"]),
            (200, &json!(expected)),
            "{answer:?}"
        );
        let ids = answer.body["withdrawn"].as_array().expect("a list").clone();
        withdrawn.extend(ids.iter().map(|id| id.as_str().expect("an id").to_owned()));
    }
    withdrawn.sort_unstable();
    issued.sort_unstable();
    assert_eq!(withdrawn, issued);
    house.platform.quiesce().await;
    let theirs = house.get(&student, "/api/certificates").await;
    assert_eq!(theirs.body["certificates"], json!([]));
    let path = format!("/api/admin/certificates/{}", issued[7]);
    let public = house.request(Method::GET, &path).answer().await;
    public.is_problem(410, "withdrawn");
    assert_eq!(house.at_the_edge(&kept).await, "valid");
    let keys = house.keys("certificates");
    assert!(
        keys.iter().all(|key| key.contains(&kept.id)),
        "files of others only: {keys:?}"
    );
    house.finish().await;
}
