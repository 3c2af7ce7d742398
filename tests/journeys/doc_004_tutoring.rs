//! The support tickets of document 004 (`tutoring`): its actions, its limits, and what it hides from students.

mod hidden;

use crate::house::{ADMIN, FRENCH, House, STUDENT, Session};
use reqwest::Method;
use serde_json::{Value, json};

const BASE: &str = "/api/admin/support";
const APPOINTMENT: &str = "00000000-0000-7000-8000-0000000000a1";
const ORDER: &str = "00000000-0000-7000-8000-0000000000b1";

async fn house() -> (House, Session, Session) {
    let house = House::with_profile("tutoring").await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    (house, student, admin)
}

fn move_lesson() -> Value {
    json!({
        "subject": "Déplacer ma leçon",
        "description": "Je voudrais déplacer ma leçon de mardi.",
        "category": "réservations",
    })
}

/// An appointment and an order of somebody's, as the booking system writes them.
async fn booked(house: &House, admin: &Session, student: &Session) {
    let appointment = json!({"student_id": student.id, "course_title": "Mathématiques 4", "tutor_name": "Luc Roy",
        "date": "2026-12-01T15:00:00Z"});
    let path = format!("{BASE}/appointments/{APPOINTMENT}");
    let put = house
        .ask(admin, Method::PUT, &path, Some(appointment))
        .await;
    assert_eq!(put.status, 200, "{put:?}");
    let order = json!({"student_id": student.id, "total_minor": 12500, "currency": "CAD", "status": "paid",
        "date": "2026-11-01T15:00:00Z"});
    let path = format!("{BASE}/orders/{ORDER}");
    let put = house.ask(admin, Method::PUT, &path, Some(order)).await;
    assert_eq!(put.status, 200, "{put:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_004_a_ticket_is_linked_with_ones_own_appointment_and_order_and_nobody_elses() {
    let (house, student, admin) = house().await;
    booked(&house, &admin, &student).await;
    let picks = house.get(&student, "/tickets/appointments").await;
    assert_eq!(picks.at("/appointments/0/course_title"), "Mathématiques 4");
    assert_eq!(picks.at("/appointments/0/tutor_name"), "Luc Roy");
    assert_eq!(picks.at("/appointments/0/date"), "2026-12-01T15:00:00Z");
    let picks = house.get(&student, "/tickets/orders").await;
    assert_eq!(
        (picks.at("/orders/0/id"), picks.at("/orders/0/status")),
        (ORDER, "paid")
    );
    assert_eq!(picks.body["orders"][0]["total_minor"], 12500);

    let mut asked = move_lesson();
    asked["appointment_id"] = json!(APPOINTMENT);
    asked["order_id"] = json!(ORDER);
    let opened = house.post(&student, "/tickets", asked.clone()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(
        (opened.at("/category"), opened.at("/status")),
        ("bookings", "open")
    );
    let shown = house
        .get(&admin, &format!("{BASE}/tickets/{}", opened.at("/id")))
        .await;
    assert_eq!(shown.at("/appointment/course_title"), "Mathématiques 4");
    assert_eq!(shown.at("/order/currency"), "CAD");

    let other = house.sign_in(FRENCH).await;
    let empty = house.get(&other, "/tickets/appointments").await;
    assert_eq!(empty.body["appointments"], json!([]));
    let refused = house.post(&other, "/tickets", asked.clone()).await;
    refused.is_problem(422, "unknown_appointment");
    assert_eq!(refused.at("/errors/0/pointer"), "/appointment_id");
    asked["appointment_id"] = Value::Null;
    house
        .post(&other, "/tickets", asked)
        .await
        .is_problem(422, "unknown_order");
    let path = format!("{BASE}/orders/{ORDER}");
    house
        .ask(&student, Method::PUT, &path, Some(json!({})))
        .await
        .is_problem(403, "forbidden");
    let staff = house
        .get(&admin, &format!("{BASE}/students/{}/orders", student.id))
        .await;
    assert_eq!(staff.at("/orders/0/id"), ORDER);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_004_students_close_and_never_reopen() {
    let (house, student, admin) = house().await;
    let opened = house.post(&student, "/tickets", move_lesson()).await;
    let id = opened.at("/id").to_owned();
    let own = format!("/tickets/{id}");
    let status = format!("{own}/status");
    let refused = house
        .patch(&student, &status, json!({"status": "resolved"}))
        .await;
    refused.is_problem(409, "transition_refused");
    assert_eq!(refused.body["allowed"], json!(["closed"]));

    let closed = house
        .ask(&student, Method::POST, &format!("{own}/close"), None)
        .await;
    assert_eq!(
        (closed.status, closed.at("/status")),
        (200, "closed"),
        "{closed:?}"
    );
    for to in ["open", "in_progress", "resolved"] {
        let refused = house.patch(&student, &status, json!({"status": to})).await;
        refused.is_problem(409, "transition_refused");
        assert_eq!(refused.body["allowed"], json!([]));
    }
    let late = house
        .post(
            &student,
            &format!("{own}/messages"),
            json!({"message": "Encore"}),
        )
        .await;
    late.is_problem(409, "ticket_closed");
    let again = house
        .ask(&student, Method::POST, &format!("{own}/close"), None)
        .await;
    again.is_problem(409, "transition_refused");

    // Staff may always reopen, and a resolved ticket takes a reply without being reopened by it.
    let staff = format!("{BASE}/tickets/{id}/status");
    let open = house
        .patch(
            &admin,
            &staff,
            json!({"status": "open", "reason": "asked by phone"}),
        )
        .await;
    assert_eq!((open.status, open.at("/status")), (200, "open"), "{open:?}");
    house
        .patch(&admin, &staff, json!({"status": "resolved"}))
        .await;
    let said = house
        .post(
            &student,
            &format!("{own}/messages"),
            json!({"message": "Merci"}),
        )
        .await;
    assert_eq!(
        (said.status, said.at("/ticket_status")),
        (201, "resolved"),
        "{said:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_004_admins_change_status_priority_and_assignee_and_all_of_it_is_remembered() {
    let (house, student, admin) = house().await;
    let opened = house.post(&student, "/tickets", move_lesson()).await;
    let path = format!("{BASE}/tickets/{}", opened.at("/id"));
    let status = json!({"status": "in_progress", "reason": "looking into it"});
    assert_eq!(
        house
            .patch(&admin, &format!("{path}/status"), status)
            .await
            .status,
        200
    );
    let urgent = json!({"priority": "URGENT"});
    let changed = house
        .patch(&admin, &format!("{path}/priority"), urgent)
        .await;
    assert_eq!(
        (changed.status, changed.at("/priority")),
        (200, "urgent"),
        "{changed:?}"
    );
    let assignees = house.get(&admin, &format!("{BASE}/assignees")).await;
    let meera = json!({"id": admin.id, "first_name": "Meera", "last_name": "Iyer", "email": ADMIN});
    let list = assignees.body["assignees"].as_array().expect("a list");
    assert!(list.contains(&meera) && list.len() == 3, "{assignees:?}");
    house
        .patch(
            &admin,
            &format!("{path}/assign"),
            json!({"assigned_to": admin.id}),
        )
        .await;
    let tags = Some(json!({"tags": ["Urgent", "rebook", "urgent"]}));
    let tagged = house
        .ask(&admin, Method::PUT, &format!("{path}/tags"), tags)
        .await;
    assert_eq!(
        tagged.body["tags"],
        json!(["rebook", "urgent"]),
        "{tagged:?}"
    );
    let fewer = Some(json!({"tags": ["rebook"]}));
    house
        .ask(&admin, Method::PUT, &format!("{path}/tags"), fewer)
        .await;

    let shown = house.get(&admin, &path).await;
    let history = shown.body["history"].as_array().expect("a history");
    let without = |entry: &Value| {
        let mut entry = entry.clone();
        let members = entry.as_object_mut().expect("an object");
        assert_eq!(members.remove("by"), Some(json!(admin.id)));
        members.remove("id");
        members.remove("at");
        entry
    };
    let remembered: Vec<_> = history[1..].iter().map(without).collect();
    assert_eq!(
        remembered,
        [
            json!({"change": "status", "from": "open", "to": "in_progress", "reason": "looking into it"}),
            json!({"change": "priority", "from": "medium", "to": "urgent"}),
            json!({"change": "assigned", "from": null, "to": admin.id}),
            json!({"change": "tags", "added": ["rebook", "urgent"], "removed": []}),
            json!({"change": "tags", "added": [], "removed": ["urgent"]}),
        ]
    );
    for (what, body) in [
        ("priority", json!({"priority": "low"})),
        ("assign", json!({"assigned_to": admin.id})),
    ] {
        house
            .patch(&student, &format!("{path}/{what}"), body)
            .await
            .is_problem(403, "forbidden");
    }
    house.finish().await;
}
