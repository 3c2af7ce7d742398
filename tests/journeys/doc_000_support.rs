//! The support tickets of document 000 (`edu`): its requests, answers and mails.

use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, Session};
use reqwest::Method;
use serde_json::{Value, json};

const BASE: &str = "/api/admin/support";

async fn house() -> (House, Session, Session) {
    let portal = ("PortalBaseUrl", "https://portal.registrar.example");
    let house = House::start_with(&[("Profile", "edu"), portal]).await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    (house, student, admin)
}

/// The document's own ticket.
fn recordings() -> Value {
    json!({
        "subject": "Unable to access recordings",
        "description": "I can't see any recordings in my dashboard...",
        "category": "Technical Support",
        "priority": "high",
    })
}

async fn text_of_mail(house: &House, to: &str, subject: &str) -> String {
    let mails = house
        .journal(&format!("provider=sendgrid&to={to}"), 1)
        .await;
    let found = mails.iter().find(|mail| mail["subject"] == subject);
    let mail = found.unwrap_or_else(|| panic!("no mail '{subject}' among {mails:#?}"));
    mail["text"].as_str().expect("a text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_the_ticket_of_the_curl_example_is_created_for_a_student() {
    let (house, student, admin) = house().await;
    let asked = json!({
        "student_id": student.id,
        "subject": "Test ticket",
        "description": "This is a test",
        "priority": "medium",
    });
    let opened = house.post(&admin, &format!("{BASE}/tickets"), asked).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let today = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    assert_eq!(opened.at("/ticket_number"), format!("TKT-{today}-0001"));
    assert_eq!(opened.at("/student_id"), student.id);
    assert_eq!(
        (opened.at("/status"), opened.at("/priority")),
        ("open", "medium")
    );
    assert_eq!(opened.at("/category"), "general");

    // It is the student's: they see it, and nobody else on their side does.
    let path = format!("/tickets/{}", opened.at("/id"));
    assert_eq!(house.get(&student, &path).await.status, 200);
    let stranger = house.sign_in(crate::house::FRENCH).await;
    house
        .get(&stranger, &path)
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_mails_have_the_documents_subjects_and_texts() {
    let (house, student, admin) = house().await;
    let opened = house.post(&student, "/tickets", recordings()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let number = opened.at("/ticket_number").to_owned();
    let created = text_of_mail(
        &house,
        STUDENT,
        &format!("Support Ticket Created: {number}"),
    )
    .await;
    for line in [
        "Your ticket has been created successfully.",
        &format!("Ticket Number: {number}"),
        "Subject: Unable to access recordings",
        "Our support team will respond shortly.",
    ] {
        assert!(created.contains(line), "{line} is missing: {created}");
    }
    for staff in [ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        house
            .journal(&format!("provider=sendgrid&to={staff}"), 1)
            .await;
    }

    let said = "Hi, I've checked your account and enabled recording access.";
    let path = format!("{BASE}/tickets/{number}");
    let reply = json!({"message": said, "is_internal_note": false});
    let replied = house.post(&admin, &format!("{path}/replies"), reply).await;
    assert_eq!(
        (replied.status, replied.at("/ticket_status")),
        (201, "in_progress")
    );
    house.platform.quiesce().await;
    let mail = text_of_mail(&house, STUDENT, &format!("Reply on Ticket {number}")).await;
    for line in [
        "Support Team replied to your ticket:",
        said,
        "View and reply from your dashboard.",
        &format!("https://portal.registrar.example/tickets/{number}"),
    ] {
        assert!(mail.contains(line), "{line} is missing: {mail}");
    }

    let status = json!({"status": "resolved", "admin_id": admin.id});
    let resolved = house.patch(&admin, &format!("{path}/status"), status).await;
    assert_eq!((resolved.status, resolved.at("/status")), (200, "resolved"));
    assert_eq!(resolved.at("/resolved_by"), admin.id);
    house.platform.quiesce().await;
    let mail = text_of_mail(
        &house,
        STUDENT,
        &format!("Ticket {number} Status: Resolved"),
    )
    .await;
    for line in [
        "Your ticket has been resolved!",
        "If you need further assistance, please reply to the ticket.",
    ] {
        assert!(mail.contains(line), "{line} is missing: {mail}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_a_note_is_the_admins_and_nobody_elses() {
    let (house, student, admin) = house().await;
    let number = house.post(&student, "/tickets", recordings()).await;
    let number = number.at("/ticket_number").to_owned();
    let said = "Checked DB - user's recording permissions were missing";
    let note = json!({"message": said, "is_internal_note": true});
    let noted = house
        .post(&admin, &format!("{BASE}/tickets/{number}/replies"), note)
        .await;
    assert_eq!(noted.status, 201, "{noted:?}");
    assert_eq!(noted.body["is_internal_note"], true);
    assert_eq!(noted.body["whatsapp_notification_sent"], false);
    let seen = house.get(&student, &format!("/tickets/{number}")).await;
    assert!(!seen.text.contains(said), "{seen:?}");
    let seen = house.get(&admin, &format!("{BASE}/tickets/{number}")).await;
    assert!(seen.text.contains(said), "{seen:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_tickets_are_listed_by_status_and_priority_and_assigned() {
    let (house, student, admin) = house().await;
    let opened = house.post(&student, "/tickets", recordings()).await;
    let id = opened.at("/id").to_owned();
    let other = json!({"subject": "Another matter", "description": "Nothing urgent at all", "priority": "low"});
    house.post(&student, "/tickets", other).await;

    let listed = house
        .get(&admin, &format!("{BASE}/tickets?status=open&priority=high"))
        .await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let tickets = listed.body["tickets"].as_array().expect("a list");
    assert_eq!(tickets.len(), 1, "{listed:?}");
    assert_eq!(tickets[0]["id"], id);
    let own = house
        .get(&admin, &format!("{BASE}/students/{}/tickets", student.id))
        .await;
    assert_eq!(
        own.body["tickets"].as_array().map(Vec::len),
        Some(2),
        "{own:?}"
    );

    let path = format!("{BASE}/tickets/{id}/assign");
    let assigned = house
        .patch(&admin, &path, json!({"assigned_to": admin.id}))
        .await;
    assert_eq!(
        (assigned.status, assigned.at("/assigned_to")),
        (200, admin.id.as_str())
    );
    assert!(assigned.body["assigned_at"].is_string(), "{assigned:?}");
    let to_student = house
        .patch(&admin, &path, json!({"assigned_to": student.id}))
        .await;
    to_student.is_problem(422, "not_staff");
    let by_student = house
        .patch(&student, &path, json!({"assigned_to": admin.id}))
        .await;
    by_student.is_problem(403, "forbidden");
    let off = house
        .patch(&admin, &path, json!({"assigned_to": null}))
        .await;
    assert!(
        off.body["assigned_to"].is_null() && off.body["assigned_at"].is_null(),
        "{off:?}"
    );

    let shown = house.get(&admin, &format!("{BASE}/tickets/{id}")).await;
    let history = shown.body["history"].as_array().expect("a history");
    let changes: Vec<_> = history
        .iter()
        .map(|entry| entry["change"].as_str().expect("a change"))
        .collect();
    assert_eq!(changes, ["created", "assigned", "assigned"], "{shown:?}");
    assert_eq!(history[1]["to"], admin.id);
    let stats = house.get(&admin, &format!("{BASE}/stats")).await;
    assert_eq!(
        (stats.status, &stats.body["total"]),
        (200, &json!(2)),
        "{stats:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_the_nine_categories_are_offered() {
    let (house, student, _) = house().await;
    let answer = house.get(&student, "/tickets/categories").await;
    let categories = answer.body["categories"].as_array().expect("a list");
    let names: Vec<_> = categories
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        [
            "Payment",
            "Technical",
            "Course",
            "Account",
            "Session",
            "Recording",
            "Assignment",
            "Certificate",
            "General"
        ]
    );
    assert_eq!(
        answer.body["priorities"],
        json!(["low", "medium", "high", "urgent"])
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_000_a_reply_reopens_what_is_resolved_and_on_what_is_closed_opens_a_linked_ticket() {
    let (house, student, admin) = house().await;
    let opened = house.post(&student, "/tickets", recordings()).await;
    let number = opened.at("/ticket_number").to_owned();
    let (own, staff) = (
        format!("/tickets/{number}"),
        format!("{BASE}/tickets/{number}"),
    );
    let to = |status: &str| json!({"status": status});
    house
        .patch(&admin, &format!("{staff}/status"), to("resolved"))
        .await;
    let reopened = house
        .post(
            &student,
            &format!("{own}/replies"),
            json!({"message": "Still nothing"}),
        )
        .await;
    assert_eq!(reopened.at("/ticket_status"), "open", "{reopened:?}");

    house
        .patch(&admin, &format!("{staff}/status"), to("closed"))
        .await;
    let again = json!({"message": "It is gone again"});
    let key = ("idempotency-key", "again-1");
    let send = || {
        let request = house.request(Method::POST, &format!("{own}/replies"));
        request
            .bearer_auth(&student.token)
            .header(key.0, key.1)
            .json(&again)
    };
    let next = crate::house::Ask::answer(send()).await;
    assert_eq!(next.status, 201, "{next:?}");
    assert_ne!(next.at("/ticket_number"), number);
    assert_eq!(next.at("/subject"), "Unable to access recordings");
    assert_eq!(next.body["links"][0]["kind"], "continues");
    assert_eq!(next.body["links"][0]["ticket_number"], number.as_str());
    let replayed = crate::house::Ask::answer(send()).await;
    assert_eq!(replayed.body, next.body);

    let before = house.get(&student, &own).await;
    assert_eq!(before.at("/status"), "closed");
    assert_eq!(before.body["links"][0]["kind"], "continued_by");
    assert_eq!(before.body["links"][0]["ticket_id"], next.body["id"]);
    let all = house.get(&student, "/tickets").await;
    assert_eq!(
        all.body["tickets"].as_array().map(Vec::len),
        Some(2),
        "{all:?}"
    );
    house.finish().await;
}
