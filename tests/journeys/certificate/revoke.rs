//! Taking a certificate back, and what never becomes one.

use super::ids;
use crate::house::{ADMIN, Ask, House, STUDENT};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn revoking_takes_a_reason_that_only_staff_sees_and_frees_the_fact() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, "Python Basics").await;
    let again = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(
        (again.status, again.at("/certificate_id")),
        (200, issued.id.as_str()),
        "the same fact is the same certificate"
    );
    let path = format!("/api/admin/certificates/{}", issued.id);

    let public = house.request(Method::GET, &path).answer().await;
    let fields = public
        .body
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>();
    let mut expected = vec![
        "badge_url",
        "certificate_id",
        "completion_date",
        "course_name",
        "expires_on",
        "grade",
        "issued_at",
        "student_name",
        "valid",
        "verdict",
        "verify_url",
    ];
    expected.sort_unstable();
    assert_eq!(
        (public.status, fields),
        (200, expected),
        "no more than the certificate itself shows"
    );
    assert_eq!(
        (public.at("/verdict"), &public.body["valid"]),
        ("valid", &json!(true))
    );

    let revoke = format!("{path}/revoke");
    house
        .post(&student, &revoke, json!({"reason": "mine"}))
        .await
        .is_problem(403, "forbidden");
    let refused = house.post(&admin, &revoke, json!({})).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    house.revoke(&admin, &issued.id).await;
    house
        .post(&admin, &revoke, json!({"reason": "again"}))
        .await
        .is_problem(409, "already_revoked");

    let public = house.request(Method::GET, &path).answer().await;
    assert_eq!(
        (public.at("/verdict"), &public.body["valid"]),
        ("revoked", &json!(false))
    );
    let reason = "issued to the wrong person";
    let own = house
        .get(&student, &format!("/api/certificates/{}", issued.id))
        .await;
    assert_eq!(own.at("/status"), "revoked");
    assert!(!public.text.contains(reason) && !own.text.contains(reason));
    let whole = house.get(&admin, &path).await;
    assert_eq!(
        (whole.at("/revocation/reason"), whole.at("/revocation/by")),
        (reason, admin.id.as_str())
    );

    let next = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(
        next.status, 201,
        "a revoked certificate no longer stands for its fact: {next:?}"
    );
    assert_ne!(next.at("/certificate_id"), issued.id);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_issued_is_refused_with_its_reason() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let nobody = "00000000-0000-7000-8000-00000000ffff";
    let body = |changes: Value| {
        let mut body = json!({"student_id": student.id, "course_name": "Python", "completion_date": "2026-01-15"});
        for (name, value) in changes.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let path = "/api/admin/certificates/generate";
    for (changes, status, code) in [
        (json!({"student_id": nobody}), 422, "unknown_student"),
        (json!({"student_id": admin.id}), 422, "unknown_student"),
        (
            json!({"completion_date": "2999-01-01"}),
            422,
            "future_completion_date",
        ),
        (
            json!({"expires_on": "2020-01-01"}),
            422,
            "expires_before_issue",
        ),
        // A token counts days up to 2149-06-06.
        (json!({"expires_on": "2149-06-07"}), 422, "expires_too_late"),
        (json!({"expires_on": "9999-12-31"}), 422, "expires_too_late"),
        (
            json!({"completion_date": "1899-12-31"}),
            422,
            "completed_too_early",
        ),
        (
            json!({"completion_date": "-000001-01-01"}),
            422,
            "completed_too_early",
        ),
        (json!({"admin_id": nobody}), 403, "forbidden"),
    ] {
        house
            .post(&admin, path, body(changes))
            .await
            .is_problem(status, code);
    }
    house
        .post(&student, path, body(json!({})))
        .await
        .is_problem(403, "forbidden");
    house
        .request(Method::POST, path)
        .json(&body(json!({})))
        .answer()
        .await
        .is_problem(401, "token_missing");
    assert_eq!(
        ids(&house.get(&admin, "/api/admin/certificates").await),
        [""; 0]
    );
    assert_eq!(
        house.journal_count_when_idle("").await,
        0,
        "nothing was sent to anybody"
    );
    house.finish().await;
}
