//! What a change of a role does to who is signed in, over several functions; and who may make one.

use super::{ACCOUNTS, AT_ONCE, PASSWORD, list};
use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, Session};
use serde_json::json;

/// What only staff reads, a path a function.
const FOR_STAFF: [&str; 4] = [
    "/api/admin/support/tickets",
    "/api/admin/certificates",
    "/api/admin/webhooks",
    ACCOUNTS,
];

async fn all(house: &House, who: &Session, status: u16, code: &str) {
    for path in FOR_STAFF {
        let answer = house.get(who, path).await;
        assert_eq!(answer.status, status, "{path} {answer:?}");
        if status != 200 {
            answer.is_problem(status, code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_as_it_is_now_whatever_the_token_was_made_for() {
    let house = House::start_with(&[AT_ONCE]).await;
    let chief = house.sign_in(SUPER_ADMIN).await;
    let (student, opened) = {
        let student = house.sign_in(STUDENT).await;
        let opened = house.open_ticket(&student).await;
        (student, opened)
    };
    let member = house.member(&chief, "irena@example.net", "admin").await;
    let ticket = format!("/tickets/{}", opened.at("/id"));
    all(&house, &member, 200, "").await;
    assert_eq!(house.get(&member, &ticket).await.status, 200);

    // Demoted: the same token reads nothing of others, and sets nothing off.
    assert_eq!(house.give(&chief, &member.id, "student").await.status, 200);
    all(&house, &member, 403, "forbidden").await;
    house
        .get(&member, &ticket)
        .await
        .is_problem(404, "not_found");
    let order =
        json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-31"});
    let generate = "/api/admin/certificates/generate";
    house
        .post(&member, generate, order)
        .await
        .is_problem(403, "forbidden");
    let hook = json!({"url": "https://example.org/", "events": ["ticket.created"], "internal_notes": true});
    house
        .post(&member, "/api/admin/webhooks", hook)
        .await
        .is_problem(403, "forbidden");
    assert_eq!(house.get(&member, "/api/notifications").await.status, 200);

    // Promoted: it does again.
    assert_eq!(house.give(&chief, &member.id, "admin").await.status, 200);
    all(&house, &member, 200, "").await;

    // Disabled: the token counts for nothing, and nobody signs in.
    let path = format!("{ACCOUNTS}/{}", member.id);
    let why = json!({"reason": "on leave"});
    assert_eq!(
        house
            .post(&chief, &format!("{path}/disable"), why.clone())
            .await
            .status,
        200
    );
    all(&house, &member, 401, "token_invalid").await;
    house
        .get(&member, "/api/notifications")
        .await
        .is_problem(401, "token_invalid");
    let refused = house.try_sign_in("irena@example.net", PASSWORD).await;
    refused.is_problem(403, "account_disabled");
    let wrong = house.try_sign_in("irena@example.net", "another one").await;
    wrong.is_problem(401, "invalid_credentials");
    let assignees = house.get(&chief, "/api/admin/support/assignees").await;
    assert!(!assignees.text.contains(&member.id), "{assignees:?}");
    assert_eq!(
        house
            .post(&chief, &format!("{path}/enable"), why)
            .await
            .status,
        200
    );
    all(&house, &member, 200, "").await;

    // Deleted: gone, and the address is free.
    assert_eq!(house.delete(&chief, &member.id).await.status, 204);
    all(&house, &member, 401, "token_invalid").await;
    house.get(&chief, &path).await.is_problem(404, "not_found");
    house
        .try_sign_in("irena@example.net", PASSWORD)
        .await
        .is_problem(401, "invalid_credentials");

    history(&house, &chief, &path).await;
    house.finish().await;
}

/// Every change says who, from, to and why, also of an account that is gone.
async fn history(house: &House, chief: &Session, path: &str) {
    let history = house.get(chief, &format!("{path}/history")).await;
    let entries = list(&history, "history");
    let told: Vec<_> = entries
        .iter()
        .map(|e| e["change"].as_str().expect("a change"))
        .collect();
    assert_eq!(
        told,
        [
            "deleted",
            "enabled",
            "disabled",
            "role_changed",
            "role_changed",
            "password_set",
            "created"
        ]
    );
    let demoted = &entries[4];
    assert_eq!(
        (
            &demoted["by"],
            &demoted["from"],
            &demoted["to"],
            &demoted["reason"]
        ),
        (
            &json!(chief.id),
            &json!("admin"),
            &json!("student"),
            &json!("another post")
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_super_admin_decides_over_staff_and_the_last_one_stays() {
    let house = House::start_with(&[AT_ONCE]).await;
    let (chief, admin) = (house.sign_in(SUPER_ADMIN).await, house.sign_in(ADMIN).await);
    let (other, student) = (
        house.sign_in(OTHER_ADMIN).await,
        house.sign_in(STUDENT).await,
    );
    for role in ["admin", "super_admin"] {
        let body = json!({"email": "x@example.net", "name": "X", "role": role});
        house
            .post(&admin, ACCOUNTS, body)
            .await
            .is_problem(403, "forbidden");
        house
            .give(&admin, &student.id, role)
            .await
            .is_problem(403, "forbidden");
        house
            .give(&admin, &admin.id, role)
            .await
            .is_problem(403, "forbidden");
    }
    for whose in [&other, &chief] {
        house
            .give(&admin, &whose.id, "student")
            .await
            .is_problem(403, "forbidden");
        house
            .delete(&admin, &whose.id)
            .await
            .is_problem(403, "forbidden");
        let path = format!("{ACCOUNTS}/{}", whose.id);
        let why = json!({"reason": "x"});
        let refused = house
            .post(&admin, &format!("{path}/disable"), why.clone())
            .await;
        refused.is_problem(403, "forbidden");
        let refused = house
            .post(&admin, &format!("{path}/invitation"), json!({}))
            .await;
        refused.is_problem(403, "forbidden");
    }
    assert_eq!(house.give(&admin, &student.id, "tutor").await.status, 200);
    house
        .give(&admin, &student.id, "tutor")
        .await
        .is_problem(409, "unchanged");

    // The last super admin.
    house
        .give(&chief, &chief.id, "admin")
        .await
        .is_problem(409, "last_super_admin");
    house
        .delete(&chief, &chief.id)
        .await
        .is_problem(409, "last_super_admin");
    let disable = format!("{ACCOUNTS}/{}/disable", chief.id);
    let refused = house.post(&chief, &disable, json!({"reason": "x"})).await;
    refused.is_problem(409, "last_super_admin");
    // One who was invited and never came is none.
    let body = json!({"email": "y@example.net", "name": "Y", "role": "super_admin"});
    assert_eq!(house.post(&chief, ACCOUNTS, body).await.status, 201);
    house
        .give(&chief, &chief.id, "admin")
        .await
        .is_problem(409, "last_super_admin");

    // Of two who demote each other at once, one stays.
    assert_eq!(
        house.give(&chief, &other.id, "super_admin").await.status,
        200
    );
    let (one, two) = tokio::join!(
        house.give(&chief, &other.id, "admin"),
        house.give(&other, &chief.id, "admin")
    );
    assert_eq!(
        [one.status, two.status]
            .iter()
            .filter(|status| **status == 200)
            .count(),
        1,
        "{one:?} {two:?}"
    );
    assert_eq!(house.table().super_admins().await.expect("a table"), 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_staff_lasts_a_quarter_of_an_hour() {
    let house = House::start_with(&[AT_ONCE]).await;
    let in_as = |email: &'static str| house.try_sign_in(email, registrar_local::seed::PASSWORD);
    assert_eq!(in_as(ADMIN).await.body["expires_in"], 900);
    let as_student = in_as(STUDENT).await;
    assert_eq!(as_student.body["expires_in"], 3600);
    let chief = house.sign_in(SUPER_ADMIN).await;
    let student = house.sign_in(STUDENT).await;
    assert_eq!(house.give(&chief, &student.id, "admin").await.status, 200);
    // A token that was made for longer counts for staff no longer than theirs.
    let before = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(16);
    let signer = house.signer();
    let token = crate::house::token(
        &signer,
        registrar_domain::actor::Role::Student,
        &student.id,
        before,
    );
    let old = Session { token, ..student };
    house
        .get(&old, "/auth/me")
        .await
        .is_problem(401, "token_expired");
    assert_eq!(house.give(&chief, &old.id, "student").await.status, 200);
    assert_eq!(house.get(&old, "/auth/me").await.status, 200);
    house.finish().await;
}
