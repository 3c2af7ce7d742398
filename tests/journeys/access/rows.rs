//! Own rows, and what is for staff.

use crate::house::{ADMIN, Ask, DEVANAGARI, House, OTHER_ADMIN, STUDENT};
use registrar_domain::actor::Role;
use reqwest::Method;
use serde_json::{Value, json};

fn ids(list: &Value, field: &str) -> Vec<String> {
    let rows = list.as_array().expect("a list");
    rows.iter()
        .map(|row| row[field].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_sees_only_their_own_tickets_and_certificates() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (student, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let mut expected = Vec::new();
    for who in [&student, &other] {
        let ticket = house.open_ticket(who).await.at("/id").to_owned();
        let order =
            json!({"student_id": who.id, "course_name": "Rust", "completion_date": "2026-01-31"});
        let issued = house
            .post(&admin, "/api/admin/certificates/generate", order)
            .await;
        assert_eq!(issued.status, 201, "{issued:?}");
        expected.push((who, ticket, issued.at("/id").to_owned()));
    }
    house.platform.quiesce().await;
    for (at, (who, ticket, certificate)) in expected.iter().enumerate() {
        let (_, foreign_ticket, foreign_certificate) = &expected[1 - at];
        let tickets = house.get(who, "/tickets").await;
        assert_eq!(ids(&tickets.body["tickets"], "id"), [ticket.as_str()]);
        let certificates = house.get(who, "/api/certificates").await;
        assert_eq!(
            ids(&certificates.body["certificates"], "id"),
            [certificate.as_str()]
        );
        for path in [
            format!("/tickets/{ticket}"),
            format!("/api/certificates/{certificate}"),
            format!("/api/certificates/{certificate}/download"),
        ] {
            assert_eq!(house.get(who, &path).await.status, 200, "{path}");
        }
        for path in [
            format!("/tickets/{foreign_ticket}"),
            format!("/api/admin/support/tickets/{foreign_ticket}"),
            format!("/api/certificates/{foreign_certificate}"),
            format!("/api/certificates/{foreign_certificate}/download"),
            format!("/api/admin/certificates/{foreign_certificate}/download"),
        ] {
            house.get(who, &path).await.is_problem(404, "not_found");
        }
        // What anybody may know of a certificate, and no more.
        let public = house
            .get(
                who,
                &format!("/api/admin/certificates/{foreign_certificate}"),
            )
            .await;
        assert_eq!((public.status, public.at("/verdict")), (200, "valid"));
        for member in ["student_id", "token", "issued_by", "revocation"] {
            assert!(public.body.get(member).is_none(), "{member}: {public:?}");
        }
    }
    let all = house.get(&admin, "/api/admin/support/tickets").await;
    let mut everything = vec![expected[0].1.clone(), expected[1].1.clone()];
    everything.reverse();
    assert_eq!(
        ids(&all.body["tickets"], "id"),
        everything,
        "staff see all, newest first"
    );
    let path = format!("/api/admin/support/students/{}/tickets", student.id);
    assert_eq!(
        ids(&house.get(&admin, &path).await.body["tickets"], "id"),
        [expected[0].1.as_str()]
    );
    let path = format!("/api/admin/certificates?student_id={}", other.id);
    assert_eq!(
        ids(&house.get(&admin, &path).await.body["certificates"], "id"),
        [expected[1].2.as_str()]
    );
    assert_eq!(
        house.get(&admin, "/tickets").await.body["tickets"],
        json!([]),
        "staff have none of their own"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_staff_is_for_nobody_else() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let student = house.sign_in(STUDENT).await;
    let order =
        json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-31"});
    let issued = house
        .post(&admin, "/api/admin/certificates/generate", order.clone())
        .await;
    let revoke = format!("/api/admin/certificates/{}/revoke", issued.at("/id"));
    let of_student = format!("/api/admin/support/students/{}/tickets", student.id);
    for who in [
        student.clone(),
        house.somebody(Role::Student).await,
        house.somebody(Role::Customer).await,
        house.somebody(Role::Tutor).await,
    ] {
        for path in [
            "/api/admin/support/tickets",
            &of_student,
            "/api/admin/certificates",
        ] {
            house.get(&who, path).await.is_problem(403, "forbidden");
        }
        let generate = "/api/admin/certificates/generate";
        house
            .post(&who, generate, order.clone())
            .await
            .is_problem(403, "forbidden");
        // Who may not do it learns nothing about the body either.
        house
            .post(&who, generate, json!({}))
            .await
            .is_problem(403, "forbidden");
        house
            .post(&who, &revoke, json!({"reason": "x"}))
            .await
            .is_problem(403, "forbidden");
    }
    for path in [
        "/api/admin/support/tickets",
        &of_student,
        "/api/admin/certificates",
    ] {
        house
            .request(Method::GET, path)
            .answer()
            .await
            .is_problem(401, "token_missing");
    }
    let seen = house
        .get(&admin, &format!("/api/certificates/{}", issued.at("/id")))
        .await;
    assert_eq!(seen.at("/status"), "valid", "nobody revoked it");
    let super_admin = house.somebody(Role::SuperAdmin).await;
    assert_eq!(
        house
            .get(&super_admin, "/api/admin/support/tickets")
            .await
            .status,
        200
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_in_a_body_must_be_the_tokens_own() {
    let house = House::start().await;
    let (admin, other_admin) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let (student, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let ticket = |student_id: &str| json!({"subject": "Recordings", "description": "I cannot see any.", "student_id": student_id});
    house
        .post(&student, "/tickets", ticket(&other.id))
        .await
        .is_problem(403, "forbidden");
    let own = house.post(&student, "/tickets", ticket(&student.id)).await;
    assert_eq!(
        (own.status, own.at("/student_id")),
        (201, student.id.as_str())
    );
    let path = "/api/admin/support/tickets";
    let for_other = house.post(&admin, path, ticket(&other.id)).await;
    assert_eq!(
        (for_other.status, for_other.at("/student_id")),
        (201, other.id.as_str())
    );
    let unknown = ticket("00000000-0000-7000-8000-0000000000ff");
    house
        .post(&admin, path, unknown)
        .await
        .is_problem(422, "unknown_student");

    let status = format!("/tickets/{}/status", own.at("/id"));
    let by = |id: &str| json!({"status": "in_progress", "admin_id": id});
    house
        .patch(&admin, &status, by(&other_admin.id))
        .await
        .is_problem(403, "forbidden");
    assert_eq!(
        house.patch(&admin, &status, by(&admin.id)).await.status,
        200
    );

    let generate = "/api/admin/certificates/generate";
    let order = |id: &str| json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-31", "admin_id": id});
    house
        .post(&admin, generate, order(&other_admin.id))
        .await
        .is_problem(403, "forbidden");
    let issued = house.post(&admin, generate, order(&admin.id)).await;
    assert_eq!(
        (issued.status, issued.at("/issued_by")),
        (201, admin.id.as_str())
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_what_was_changed_meanwhile_is_refused() {
    let house = House::start().await;
    let (admin, other_admin) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let student = house.sign_in(STUDENT).await;
    let opened = house.open_ticket(&student).await;
    let path = format!("/tickets/{}", opened.at("/id"));
    let seen = house.get(&admin, &path).await;
    let etag = seen.header("etag");
    let version = opened.header("etag").trim_end_matches('"');
    assert!(etag.starts_with(&format!("{version}-")), "{etag} {version}");
    let change = async |who: &str, if_match: &str, to: &str| {
        let request = house
            .request(Method::PATCH, &format!("{path}/status"))
            .bearer_auth(who);
        request
            .header("if-match", if_match)
            .json(&json!({"status": to}))
            .answer()
            .await
    };
    let first = change(&admin.token, etag, "in_progress").await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_ne!(first.header("etag"), etag);
    let second = change(&other_admin.token, etag, "closed").await;
    second.is_problem(412, "precondition_failed");
    assert_eq!(house.get(&admin, &path).await.at("/status"), "in_progress");
    let third = change(&other_admin.token, first.header("etag"), "resolved").await;
    assert_eq!((third.status, third.at("/status")), (200, "resolved"));
    assert_eq!(change(&admin.token, "*", "closed").await.status, 200);
    house.finish().await;
}
