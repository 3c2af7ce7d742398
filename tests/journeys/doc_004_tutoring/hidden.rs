//! What a student is not shown: priority, tags, history, notes, and who on the staff it was.

use super::{BASE, house, move_lesson};
use crate::house::{House, STUDENT, Session};
use reqwest::Method;
use serde_json::json;

/// Fails where an answer holds a priority, a name or an id of staff, or what staff alone know.
fn hides(what: &str, text: &str, staff: &[&str]) {
    let lower = text.to_lowercase();
    for secret in [
        "\"priority\"",
        "urgent",
        "meera",
        "iyer",
        "meera@",
        "\"tags\"",
        "\"history\"",
        "sla",
    ] {
        assert!(!lower.contains(secret), "{what} tells {secret}: {text}");
    }
    for id in staff {
        assert!(!lower.contains(id), "{what} tells who on the staff: {text}");
    }
}

/// A ticket that staff have assigned, marked, noted and answered; its id.
async fn worked_on(house: &House, student: &Session, admin: &Session) -> String {
    let mut asked = move_lesson();
    asked["priority"] = json!("urgent");
    let opened = house.post(student, "/tickets", asked).await;
    let id = opened.at("/id").to_owned();
    hides("opening", &opened.text, &[admin.id.as_str()]);
    let seen = house.get(admin, &format!("{BASE}/tickets/{id}")).await;
    assert_eq!(
        seen.at("/priority"),
        "medium",
        "a student's proposal is not taken"
    );

    let staff = format!("{BASE}/tickets/{id}");
    house
        .patch(
            admin,
            &format!("{staff}/priority"),
            json!({"priority": "urgent"}),
        )
        .await;
    house
        .patch(
            admin,
            &format!("{staff}/assign"),
            json!({"assigned_to": admin.id}),
        )
        .await;
    let tags = Some(json!({"tags": ["vip"]}));
    house
        .ask(admin, Method::PUT, &format!("{staff}/tags"), tags)
        .await;
    house
        .post(
            admin,
            &format!("{staff}/messages"),
            json!({"message": "Quel jour vous va ?"}),
        )
        .await;
    house
        .post(
            admin,
            &format!("{staff}/messages"),
            json!({"message": "Client difficile", "is_internal": true}),
        )
        .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_004_nothing_that_a_student_reads_shows_the_priority_or_who_on_the_staff_it_was() {
    let (house, student, admin) = house().await;
    let id = worked_on(&house, &student, &admin).await;
    let ids = [admin.id.as_str()];
    let own = format!("/tickets/{id}");
    let shown = house.get(&student, &own).await;
    hides("the ticket", &shown.text, &ids);
    assert_eq!(shown.at("/messages/0/author_name"), "Admin");
    assert_eq!(shown.body["is_assigned"], true);
    assert!(
        shown.body["assigned_to"].is_null() && shown.body["messages"][0]["author_id"].is_null()
    );
    assert!(!shown.text.contains("Client difficile"));
    for path in [
        "/tickets",
        "/tickets?search=leçon",
        "/tickets?sort=updated_at",
        "/tickets/stats",
        "/tickets/categories",
        &format!("{own}/attachments"),
        &format!("{BASE}/tickets/{id}"),
        &format!("/api/support/tickets/{id}"),
    ] {
        let answer = house.get(&student, path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let text = if path == "/tickets/categories" {
            assert_eq!(answer.body["priorities"], json!([]));
            String::new()
        } else {
            answer.text
        };
        hides(path, &text, &ids);
    }
    for path in [
        "/tickets?priority=urgent",
        "/tickets?sort=priority",
        "/tickets?unassigned=true",
    ] {
        let refused = house.get(&student, path).await;
        refused.is_problem(400, "invalid_query");
    }
    house.platform.quiesce().await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 2)
        .await;
    for mail in mails {
        hides("a mail", &mail.to_string(), &ids);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_004_no_answer_to_a_student_shows_the_priority_or_who_on_the_staff_it_was() {
    let (house, student, admin) = house().await;
    let id = worked_on(&house, &student, &admin).await;
    let ids = [admin.id.as_str()];
    let (own, staff) = (format!("/tickets/{id}"), format!("{BASE}/tickets/{id}"));
    let said = house
        .post(
            &student,
            &format!("{own}/messages"),
            json!({"message": "Jeudi"}),
        )
        .await;
    hides("a reply", &said.text, &ids);
    house
        .patch(
            &admin,
            &format!("{staff}/status"),
            json!({"status": "resolved"}),
        )
        .await;
    // A status that moved on meanwhile is not told: the letter comes before the student closes the ticket.
    house.platform.quiesce().await;
    let resolved = house.get(&student, &own).await;
    hides("the resolved ticket", &resolved.text, &ids);
    assert!(resolved.body["resolved_at"].is_string() && resolved.body["resolved_by"].is_null());
    let rated = house
        .post(&student, &format!("{own}/rating"), json!({"rating": 5}))
        .await;
    assert_eq!(
        (rated.status, &rated.body["customer_satisfaction_rating"]),
        (200, &json!(5)),
        "{rated:?}"
    );
    hides("the rating", &rated.text, &ids);
    let closed = house
        .ask(&student, Method::POST, &format!("{own}/close"), None)
        .await;
    hides("closing", &closed.text, &ids);
    let refused = house
        .patch(
            &student,
            &format!("{own}/status"),
            json!({"status": "open"}),
        )
        .await;
    hides("a refusal", &refused.text, &ids);

    house.platform.quiesce().await;
    for mail in house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 3)
        .await
    {
        hides("a mail", &mail.to_string(), &ids);
    }
    house.finish().await;
}
