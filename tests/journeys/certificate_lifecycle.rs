//! What becomes of a certificate: suspended, reinstated, revoked, reissued, withdrawn, expired. Shown by the API, by the
//! verifier at the edge, and by what reaches the holder.

mod copies;
mod edge;
mod held;
mod reissue;
mod withdraw;

use crate::house::{
    ADMIN, Answer, Ask, Certificate, DEVANAGARI, House, OTHER_ADMIN, STUDENT, Session,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// After so long the edge asks for a newer list.
const FRESH: Duration = Duration::from_secs(31);

impl House {
    /// Does something with a certificate as staff.
    async fn do_with(&self, who: &Session, id: &str, verb: &str, body: Value) -> Answer {
        let path = format!("/api/admin/certificates/{id}/{verb}");
        self.post(who, &path, body).await
    }

    /// The history of a certificate: change, who, why.
    async fn history_of(&self, who: &Session, id: &str) -> Vec<(String, String, Option<String>)> {
        let path = format!("/api/admin/certificates/{id}/history");
        let answer = self.get(who, &path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let entries = answer.body["history"].as_array().expect("a list").clone();
        entries
            .iter()
            .map(|entry| {
                (
                    text(&entry["change"]).expect("a change"),
                    text(&entry["by"]).expect("somebody"),
                    text(&entry["reason"]),
                )
            })
            .collect()
    }

    /// What the edge says about a certificate, by its token and by its id, once it asks anew.
    async fn at_the_edge(&self, certificate: &Certificate) -> String {
        self.platform.quiesce().await;
        self.platform.advance(FRESH);
        let by_token = self.verify(&certificate.by_token()).await;
        let by_id = self.verify(&certificate.by_id()).await;
        assert_eq!(by_token.at("/verdict"), by_id.at("/verdict"), "{by_id:?}");
        by_token.at("/verdict").to_owned()
    }
}

fn why(reason: &str) -> Value {
    json!({ "reason": reason })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_says_who_when_and_why_and_what_is_not_in_the_table_says_what_is() {
    let house = House::start().await;
    let (meera, jonas) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let student = house.sign_in(STUDENT).await;
    let issued = house.issue(&meera, &student, "Python Basics").await;
    let id = issued.id.as_str();

    let refused = house
        .do_with(&meera, id, "reinstate", why("it was never suspended"))
        .await;
    refused.is_problem(409, "transition_refused");
    assert_eq!(
        (&refused.body["from"], &refused.body["to"]),
        (&json!("valid"), &json!("valid"))
    );
    assert_eq!(
        refused.body["allowed"],
        json!(["suspended", "revoked", "withdrawn"])
    );

    let suspended = house
        .do_with(&jonas, id, "suspend", why("the exam is looked at again"))
        .await;
    assert_eq!(
        (
            suspended.status,
            suspended.at("/status"),
            suspended.at("/verdict")
        ),
        (200, "suspended", "suspended"),
        "{suspended:?}"
    );
    assert_eq!(
        (
            suspended.at("/suspension/by"),
            suspended.at("/suspension/reason")
        ),
        (jonas.id.as_str(), "the exam is looked at again")
    );
    house
        .do_with(&jonas, id, "suspend", why("again"))
        .await
        .is_problem(409, "transition_refused");
    house
        .do_with(&meera, id, "reissue", why("another name"))
        .await
        .is_problem(409, "certificate_suspended");
    let again = house.generate(&meera, &student.id, "Python Basics").await;
    assert_eq!(
        (again.status, again.at("/certificate_id")),
        (200, id),
        "a suspended certificate still stands for its fact"
    );

    let valid = house
        .do_with(&meera, id, "reinstate", why("the exam was fine"))
        .await;
    assert_eq!((valid.status, valid.at("/status")), (200, "valid"));
    assert!(valid.body["suspended_at"].is_null(), "{valid:?}");

    house.revoke(&jonas, id).await;
    let refused = house
        .do_with(&meera, id, "reinstate", why("it was an error"))
        .await;
    refused.is_problem(409, "revocation_is_final");
    assert_eq!(refused.body["allowed"], json!(["withdrawn"]));
    assert!(refused.at("/detail").contains("reissue"), "{refused:?}");

    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        house.history_of(&meera, id).await,
        [
            ("issued".to_owned(), meera.id.clone(), None),
            (
                "suspended".to_owned(),
                jonas.id.clone(),
                text("the exam is looked at again")
            ),
            (
                "reinstated".to_owned(),
                meera.id.clone(),
                text("the exam was fine")
            ),
            (
                "revoked".to_owned(),
                jonas.id.clone(),
                text("issued to the wrong person")
            ),
        ]
    );

    only_staff_may(&house, &meera, &student, id).await;
    house.finish().await;
}

/// The words of staff stay with staff, and so do the commands.
async fn only_staff_may(house: &House, meera: &Session, student: &Session, id: &str) {
    let own = house.get(student, &format!("/api/certificates/{id}")).await;
    for staffs in ["exam", "wrong person"] {
        assert!(!own.text.contains(staffs), "{own:?}");
    }
    for verb in ["suspend", "reinstate", "reissue", "withdraw"] {
        house
            .do_with(student, id, verb, why("mine"))
            .await
            .is_problem(403, "forbidden");
        let path = format!("/api/admin/certificates/CERT-20260101-N0B0DY/{verb}");
        house
            .post(meera, &path, why("nobody's"))
            .await
            .is_problem(404, "not_found");
        let refused = house.do_with(meera, id, verb, json!({})).await;
        assert_eq!(refused.status, 422, "{verb} without a reason: {refused:?}");
    }
    let path = format!("/api/admin/certificates/{id}/history");
    house.get(student, &path).await.is_problem(403, "forbidden");
    house
        .get(
            meera,
            "/api/admin/certificates/CERT-20260101-N0B0DY/history",
        )
        .await
        .is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_comes_again_with_its_key_does_nothing_and_one_that_saw_less_is_refused() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let suspend = |key: &str, if_match: Option<&str>| {
        let path = format!("/api/admin/certificates/{}/suspend", issued.id);
        let request = house
            .request(Method::POST, &path)
            .bearer_auth(&admin.token)
            .header("idempotency-key", key)
            .json(&why("looked at again"));
        match if_match {
            Some(seen) => request.header("if-match", seen),
            None => request,
        }
    };
    suspend("late", Some("\"1\""))
        .answer()
        .await
        .is_problem(412, "precondition_failed");
    let first = suspend("once", None).answer().await;
    let second = suspend("once", None).answer().await;
    assert_eq!((first.status, second.status), (200, 200), "{second:?}");
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.body, second.body);
    assert_eq!(house.history_of(&admin, &issued.id).await.len(), 2);

    let reissue = |key: &'static str| {
        let path = format!("/api/admin/certificates/{}/reissue", issued.id);
        house
            .request(Method::POST, &path)
            .bearer_auth(&admin.token)
            .header("idempotency-key", key)
            .json(&why("another name"))
            .answer()
    };
    house
        .do_with(&admin, &issued.id, "reinstate", why("fine"))
        .await;
    let (first, second) = (reissue("anew").await, reissue("anew").await);
    assert_eq!((first.status, second.status), (201, 201), "{second:?}");
    assert_eq!(first.body, second.body);
    let counts = house.get(&admin, "/api/admin/certificates/counts").await;
    assert_eq!(counts.body["total"], 2, "one more, not two: {counts:?}");
    house.finish().await;
}
