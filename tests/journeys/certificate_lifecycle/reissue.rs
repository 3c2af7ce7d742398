//! A certificate with the wrong name, and the one in its place.

use super::why;
use crate::house::{ADMIN, Certificate, House, Pdf, YORUBA};
use serde_json::{Value, json};

const NAME: &str = "Adébáyọ̀ Ọláńrewájú Adéọlá";

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_name_is_another_certificate_and_both_name_each_other() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let old = house.issue(&admin, &student, "Python Basics").await;
    let body = json!({"student_name": NAME, "reason": "the last name was missing"});
    let answer = house.do_with(&admin, &old.id, "reissue", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let new = Certificate {
        id: answer.at("/certificate_id").to_owned(),
        token: answer.at("/token").to_owned(),
    };
    assert_eq!(
        answer.header("location"),
        format!("/api/admin/certificates/{}", new.id)
    );
    assert_eq!(
        (
            answer.at("/student_name"),
            answer.at("/replaces"),
            answer.at("/grade")
        ),
        (NAME, old.id.as_str(), "A")
    );
    let before = house
        .get(&admin, &format!("/api/admin/certificates/{}", old.id))
        .await;
    assert_eq!(
        (
            before.at("/status"),
            before.at("/revocation/reason"),
            before.at("/replaced_by")
        ),
        ("revoked", "superseded", new.id.as_str())
    );
    let history = house.history_of(&admin, &old.id).await;
    assert_eq!(
        history
            .last()
            .map(|(change, _, why)| (change.as_str(), why.as_deref())),
        Some(("replaced", Some("the last name was missing")))
    );

    assert_eq!(house.at_the_edge(&old).await, "revoked");
    assert_eq!(house.at_the_edge(&new).await, "valid");
    let record = house.kv(&format!("cert/{}", old.id)).await;
    assert_eq!(
        (record.at("/standing/reason"), record.at("/replaced_by")),
        ("superseded", new.id.as_str())
    );

    // The new one reaches its holder as any other does.
    let mails = house
        .journal(&format!("provider=sendgrid&to={YORUBA}"), 2)
        .await;
    let about_new = |mail: &&Value| mail["text"].as_str().is_some_and(|t| t.contains(&new.id));
    assert!(mails.iter().any(|mail| about_new(&mail)), "{mails:#?}");
    let path = format!("/api/admin/certificates/{}/download", new.id);
    let url = house.get(&admin, &path).await.at("/url").to_owned();
    let text = Pdf::new(&house.bytes(&url).await).text();
    assert!(text.contains(NAME), "{text}");

    house
        .do_with(&admin, &old.id, "reissue", why("once more"))
        .await
        .is_problem(409, "already_replaced");
    let again = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(
        (again.status, again.at("/certificate_id")),
        (200, new.id.as_str()),
        "the fact went over to the new one"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_revoked_in_error_is_reissued_unless_another_stands_for_it() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let first = house.issue(&admin, &student, "Python Basics").await;
    house.revoke(&admin, &first.id).await;
    let second = house.issue(&admin, &student, "Python Basics").await;
    let refused = house
        .do_with(&admin, &first.id, "reissue", why("it was an error"))
        .await;
    refused.is_problem(409, "fact_attested");
    assert_eq!(refused.at("/certificate_id"), second.id);

    house.revoke(&admin, &second.id).await;
    let third = house
        .do_with(&admin, &second.id, "reissue", why("it was an error"))
        .await;
    assert_eq!(
        (third.status, third.at("/replaces")),
        (201, second.id.as_str()),
        "{third:?}"
    );
    let before = house
        .get(&admin, &format!("/api/admin/certificates/{}", second.id))
        .await;
    assert_eq!(
        before.at("/revocation/reason"),
        "issued to the wrong person",
        "why it was revoked stays true"
    );
    let corrected = json!({
        "course_name": "Python Advanced", "completion_date": "2026-01-16", "grade": "B",
        "expires_on": "2099-01-01", "reason": "it was the other course",
    });
    let fourth = house
        .do_with(&admin, third.at("/certificate_id"), "reissue", corrected)
        .await;
    assert_eq!(
        (
            fourth.at("/course_name"),
            fourth.at("/grade"),
            fourth.at("/status")
        ),
        ("Python Advanced", "B", "valid"),
        "{fourth:?}"
    );
    let again = house.generate(&admin, &student.id, "Python Basics").await;
    assert_eq!(again.status, 201, "the old fact is free again: {again:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reissue_keeps_design_grade_and_last_day_unless_null_takes_them_away() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let body = json!({
        "student_id": student.id, "course_name": "First Aid", "completion_date": "2026-01-15",
        "grade": "A", "expires_on": "2099-01-01", "template": "modern",
    });
    let first = house
        .post(&admin, "/api/admin/certificates/generate", body)
        .await;
    let shown = |answer: &crate::house::Answer| {
        assert_eq!(answer.status, 201, "{answer:?}");
        ["template", "grade", "expires_on"].map(|name| answer.body[name].clone())
    };
    assert_eq!(
        shown(&first),
        [json!("modern"), json!("A"), json!("2099-01-01")]
    );
    let id = first.at("/certificate_id");
    let second = house.do_with(&admin, id, "reissue", why("the name")).await;
    assert_eq!(shown(&second), shown(&first));
    let none = json!({"grade": null, "expires_on": null, "reason": "no grade was given"});
    let id = second.at("/certificate_id");
    let third = house.do_with(&admin, id, "reissue", none).await;
    assert_eq!(shown(&third), [json!("modern"), Value::Null, Value::Null]);
    house.finish().await;
}
