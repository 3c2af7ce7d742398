//! Each event arrives once, with the fields that integrations of old expect.

use super::{Hook, hook, hook_with};
use crate::house::{ADMIN, House, STUDENT, SUPER_ADMIN, Session};
use serde_json::{Value, json};

/// A house with a student, an admin, and an endpoint for some events.
async fn told_of(events: &[&str]) -> (House, Session, Session, Hook) {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", events).await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    (house, student, admin, hook)
}

fn fields(payload: &Value) -> &Value {
    assert!(
        payload["timestamp"]
            .as_str()
            .is_some_and(|at| at.ends_with('Z'))
    );
    &payload["data"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_ticket_is_told_once_with_the_fields_of_old() {
    let (house, student, _, hook) = told_of(&["ticket.created"]).await;
    let ticket = house.open_ticket(&student).await;
    let payloads = hook.payloads(&house, 1).await;
    assert_eq!(payloads[0]["type"], "ticket.created");
    let data = fields(&payloads[0]);
    assert_eq!(data["ticket_id"], ticket.body["id"]);
    assert_eq!(data["ticket_number"], ticket.body["ticket_number"]);
    assert_eq!(data["user_id"], json!(student.id));
    assert_eq!(data["user_email"], STUDENT);
    for same in ["subject", "category", "priority", "status", "created_at"] {
        assert_eq!(data[same], ticket.body[same], "{same}");
        assert!(!data[same].is_null(), "{same}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_told_with_what_it_was_and_who_moved_it_also_when_a_reply_moved_it() {
    let (house, student, admin, hook) = told_of(&["ticket.status_changed"]).await;
    let opened = house.open_ticket(&student).await;
    let id = opened.at("/id").to_owned();
    let path = format!("/api/admin/support/tickets/{id}");
    let moved = json!({"status": "in_progress", "reason": "looking into it"});
    let answer = house.patch(&admin, &format!("{path}/status"), moved).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let payload = &hook.payloads(&house, 1).await[0];
    assert_eq!(payload["type"], "ticket.status_changed");
    let data = fields(payload);
    assert_eq!(data["ticket_id"], json!(id));
    assert_eq!(data["user_email"], STUDENT);
    assert_eq!(data["old_status"], opened.body["status"]);
    assert_eq!(data["new_status"], "in_progress");
    assert_eq!(data["changed_by"], json!(admin.id));
    assert_eq!(data["reason"], Value::Null);
    assert_eq!(data["timestamp"], payload["timestamp"]);

    let resolved = json!({"status": "resolved"});
    house
        .patch(&admin, &format!("{path}/status"), resolved)
        .await;
    let reply = json!({"message": "It is broken again, sorry"});
    let answer = house
        .post(&student, &format!("/tickets/{id}/messages"), reply)
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let payloads = hook.payloads(&house, 3).await;
    let statuses: Vec<_> = payloads
        .iter()
        .map(|payload| payload["data"]["new_status"].as_str().expect("a status"))
        .collect();
    // The queue keeps no order; what happened when stands in the payloads.
    for status in ["in_progress", "resolved", "open"] {
        assert!(statuses.contains(&status), "{statuses:?}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_told_with_who_said_it_and_a_note_only_where_staff_opted_in() {
    let (house, student, admin, hook) = told_of(&["ticket.message_added"]).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let with_notes = json!({"events": ["ticket.message_added"], "internal_notes": true});
    let curious = hook_with(&house, &boss, "audit", with_notes).await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    let path = format!("/api/admin/support/tickets/{id}/messages");
    let note = json!({"message": "SECRET-NOTE the student owes fees", "is_internal": true});
    assert_eq!(house.post(&admin, &path, note).await.status, 201);
    let reply = json!({"message": "Please try again now."});
    let reply = house.post(&admin, &path, reply).await;
    assert_eq!(reply.status, 201, "{reply:?}");

    let told = hook.payloads(&house, 1).await;
    let data = fields(&told[0]);
    assert_eq!(data["ticket_id"], json!(id));
    assert_eq!(data["user_id"], json!(student.id));
    assert_eq!(data["user_email"], STUDENT);
    assert_eq!(data["author_id"], json!(admin.id));
    assert_eq!(data["sender_role"], "staff");
    assert_eq!(data["message"], "Please try again now.");
    assert_eq!(data["is_internal"], json!(false));
    assert!(data["message_id"].as_str().is_some_and(|id| !id.is_empty()));

    let all = curious.payloads(&house, 2).await;
    let notes: Vec<_> = all
        .iter()
        .filter(|payload| payload["data"]["is_internal"] == json!(true))
        .collect();
    assert_eq!(notes.len(), 1, "{all:#?}");
    assert_eq!(notes[0]["type"], "ticket.message_added");
    assert_eq!(
        notes[0]["data"]["message"],
        "SECRET-NOTE the student owes fees"
    );

    // Opting out holds for what waits as well, and a replay does not bring it.
    for entry in hook.took(&house, 1).await {
        assert!(!entry.to_string().contains("SECRET-NOTE"), "{entry}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_waits_is_not_sent_once_staff_opted_out() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let body = json!({"events": ["ticket.message_added"], "internal_notes": true});
    let hook = hook_with(&house, &boss, "audit", body).await;
    super::fails(
        &house,
        "audit",
        json!({"kind": "status", "status": 503, "times": 1}),
    )
    .await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    let path = format!("/api/admin/support/tickets/{id}/messages");
    let note = json!({"message": "SECRET-NOTE", "is_internal": true});
    assert_eq!(house.post(&admin, &path, note).await.status, 201);
    house.platform.settle().await;
    let out = json!({"internal_notes": false});
    assert_eq!(house.patch(&boss, &hook.path(""), out).await.status, 200);
    super::later(&house, std::time::Duration::from_secs(6)).await;
    assert_eq!(hook.count(&house).await, 0);
    let entry = hook.entry(&house, &admin).await;
    assert_eq!(
        (&entry["state"], &entry["cancelled_because"]),
        (&json!("cancelled"), &json!("not_wanted"))
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_staff_did_something_is_told_only_where_they_opted_in() {
    let (house, student, admin, hook) =
        told_of(&["ticket.status_changed", "certificate.revoked"]).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let opted_in =
        json!({"events": ["ticket.status_changed", "certificate.revoked"], "internal_notes": true});
    let curious = hook_with(&house, &boss, "audit", opted_in).await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    let moved = json!({"status": "resolved", "reason": "SECRET-REASON the student owes fees"});
    let path = format!("/tickets/{id}/status");
    assert_eq!(house.patch(&admin, &path, moved).await.status, 200);
    let certificate = house.issue(&admin, &student, "Rust in Practice").await;
    house.revoke(&admin, &certificate.id).await;
    let old = house.issue(&admin, &student, "Rust Basics").await;
    let path = format!("/api/admin/certificates/{}/reissue", old.id);
    let corrected = json!({"grade": "B", "reason": "SECRET-REASON a slip of the pen"});
    assert_eq!(house.post(&admin, &path, corrected).await.status, 201);

    let secrets = ["SECRET-REASON", "wrong person"];
    let (open, whole) = (
        hook.took(&house, 3).await,
        curious.payloads(&house, 3).await,
    );
    for entry in open {
        let text = entry.to_string();
        assert!(
            !secrets.iter().any(|secret| text.contains(secret)),
            "{text}"
        );
    }
    let why = |payloads: &[Value]| -> Vec<String> {
        let text = |payload: &Value| payload["data"]["reason"].as_str().map(str::to_owned);
        let mut all: Vec<_> = payloads.iter().filter_map(text).collect();
        all.sort();
        all
    };
    assert_eq!(why(&hook.payloads(&house, 3).await), ["superseded"]);
    assert_eq!(
        why(&whole),
        [
            "SECRET-REASON the student owes fees",
            "issued to the wrong person",
            "superseded"
        ]
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn assignment_and_priority_are_told_with_what_they_were() {
    let (house, student, admin, hook) =
        told_of(&["ticket.assigned", "ticket.priority_changed"]).await;
    let opened = house.open_ticket(&student).await;
    let id = opened.at("/id").to_owned();
    let path = format!("/api/admin/support/tickets/{id}");
    let to = json!({"assigned_to": admin.id});
    let answer = house.patch(&admin, &format!("{path}/assign"), to).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let urgent = json!({"priority": "urgent"});
    let answer = house
        .patch(&admin, &format!("{path}/priority"), urgent)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let payloads = hook.payloads(&house, 2).await;
    let of = |kind: &str| {
        let found = payloads.iter().find(|payload| payload["type"] == kind);
        fields(found.unwrap_or_else(|| panic!("{kind}: {payloads:#?}"))).clone()
    };
    let assigned = of("ticket.assigned");
    assert_eq!(assigned["ticket_id"], json!(id));
    assert_eq!(assigned["old_assigned_to"], Value::Null);
    assert_eq!(assigned["assigned_to"], json!(admin.id));
    assert_eq!(assigned["assigned_by"], json!(admin.id));
    let priority = of("ticket.priority_changed");
    assert_eq!(priority["old_priority"], opened.body["priority"]);
    assert_eq!(priority["new_priority"], "urgent");
    assert_eq!(priority["changed_by"], json!(admin.id));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_told_when_it_is_issued_and_when_it_is_revoked() {
    let (house, student, admin, hook) =
        told_of(&["certificate.issued", "certificate.revoked"]).await;
    let certificate = house.issue(&admin, &student, "Rust in Practice").await;
    let issued = &hook.payloads(&house, 1).await[0];
    assert_eq!(issued["type"], "certificate.issued");
    let data = fields(issued);
    assert_eq!(data["certificate_id"], json!(certificate.id));
    assert_eq!(data["user_id"], json!(student.id));
    assert_eq!(data["user_email"], STUDENT);
    assert_eq!(data["holder"], "Asha Rao");
    assert_eq!(data["course_name"], "Rust in Practice");
    assert_eq!(data["issued_by"], json!(admin.id));
    let verify = format!("/verify/{}", certificate.id);
    assert!(
        data["verify_url"]
            .as_str()
            .is_some_and(|url| url.ends_with(&verify))
    );

    house.revoke(&admin, &certificate.id).await;
    let payloads = hook.payloads(&house, 2).await;
    let revoked = payloads.iter().find(|p| p["type"] == "certificate.revoked");
    let data = fields(revoked.expect("it is told"));
    assert_eq!(data["certificate_id"], json!(certificate.id));
    assert_eq!(data["reason"], Value::Null, "staff's words");
    assert_eq!(data["revoked_by"], json!(admin.id));

    // Of one that is withdrawn nothing is left that an event could carry.
    let other = house.issue(&admin, &student, "Rust Basics").await;
    let path = format!("/api/admin/certificates/{}/withdraw", other.id);
    let reason = json!({"reason": "request 42"});
    assert_eq!(house.post(&admin, &path, reason).await.status, 200);
    house.platform.quiesce().await;
    assert_eq!(hook.payloads(&house, 3).await.len(), 3);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_did_not_ask_gets_nothing_and_a_message_of_five_thousand_letters_fits() {
    let (house, student, admin, hook) = told_of(&["ticket.message_added"]).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let other = super::hook(&house, &boss, "certificates", &["certificate.revoked"]).await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    let path = format!("/api/admin/support/tickets/{id}/messages");
    let long = json!({"message": "💥".repeat(5000)});
    assert_eq!(house.post(&admin, &path, long).await.status, 201);
    let entry = &hook.took(&house, 1).await[0];
    let body = entry["body"].as_str().expect("a body");
    assert!(body.len() < 20_000, "{}", body.len());
    let payload = super::verified(&hook.secret, entry).expect("the signature holds");
    assert_eq!(payload["data"]["truncated"], json!(true));
    assert!(
        payload["data"]["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("💥"))
    );
    assert_eq!(other.count(&house).await, 0);
    house.finish().await;
}
