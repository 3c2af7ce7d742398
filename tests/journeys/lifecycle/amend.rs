//! Staff put right what a ticket is about (checklist T-04, T-11, T-14).

use crate::house::{ADMIN, House, STUDENT, Session, YORUBA};
use reqwest::Method;
use serde_json::{Value, json};

const APPOINTMENT: &str = "0193a5e0-0000-7000-8000-00000000000a";
const ORDER: &str = "0193a5e0-0000-7000-8000-00000000000b";
const OTHERS: &str = "0193a5e0-0000-7000-8000-00000000000c";

async fn put(house: &House, admin: &Session, path: &str, body: Value) {
    let path = format!("/api/admin/support/{path}");
    let put = house.ask(admin, Method::PUT, &path, Some(body)).await;
    assert_eq!(put.status, 200, "{put:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_link_a_ticket_later_with_what_is_its_requesters_and_the_history_says_so() {
    let house = House::with_profile("tutoring").await;
    let (student, other) = (house.sign_in(STUDENT).await, house.sign_in(YORUBA).await);
    let admin = house.sign_in(ADMIN).await;
    let lesson = |of: &Session| {
        json!({"student_id": of.id, "course_title": "Algebra", "tutor_name": "Jonas Weber",
            "date": "2026-11-20T15:00:00Z"})
    };
    put(
        &house,
        &admin,
        &format!("appointments/{APPOINTMENT}"),
        lesson(&student),
    )
    .await;
    put(
        &house,
        &admin,
        &format!("appointments/{OTHERS}"),
        lesson(&other),
    )
    .await;
    let order = json!({"student_id": student.id, "total_minor": 4500, "currency": "CAD", "status": "paid",
        "date": "2026-11-19T09:00:00Z"});
    put(&house, &admin, &format!("orders/{ORDER}"), order).await;

    let body = json!({"subject": "A lesson is missing", "description": "My lesson of Monday is not in the list."});
    let opened = house.post(&student, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let mine = format!("/tickets/{}", opened.at("/id"));
    let path = format!("/api/admin{}", mine.replace("/tickets", "/support/tickets"));
    let amend = async |body: Value| house.patch(&admin, &path, body).await;

    let linked = amend(json!({"appointment_id": APPOINTMENT, "order_id": ORDER})).await;
    assert_eq!(linked.status, 200, "{linked:?}");
    assert_eq!(
        (linked.at("/appointment_id"), linked.at("/order_id")),
        (APPOINTMENT, ORDER)
    );
    let shown = house.get(&student, &mine).await;
    assert_eq!(shown.at("/appointment/course_title"), "Algebra");
    assert_eq!(shown.body["order"]["total_minor"], 4500);

    // What is so already is no change; null takes away; what is absent stays.
    let same = amend(json!({"appointment_id": APPOINTMENT})).await;
    assert_eq!(same.header("etag"), linked.header("etag"));
    let without = amend(json!({"order_id": null})).await;
    assert_eq!(
        (without.at("/appointment_id"), &without.body["order_id"]),
        (APPOINTMENT, &json!(null))
    );

    let history = house.get(&admin, &path).await.body["history"].clone();
    let about: Vec<&Value> = history
        .as_array()
        .expect("a list")
        .iter()
        .filter(|entry| entry["change"] == "about")
        .collect();
    assert_eq!(about.len(), 2, "{history}");
    assert_eq!(about[0]["from"], json!({}));
    assert_eq!(
        about[0]["to"],
        json!({"appointment_id": APPOINTMENT, "order_id": ORDER})
    );
    assert_eq!(about[1]["to"], json!({"appointment_id": APPOINTMENT}));
    assert!(about.iter().all(|entry| entry["by"] == admin.id.as_str()));
    assert!(
        house
            .get(&student, &mine)
            .await
            .body
            .get("history")
            .is_none()
    );

    // Another requester's, or nothing at all, is as good as absent; and this is for staff.
    for nobodys in [OTHERS, "0193a5e0-0000-7000-8000-0000000000ff"] {
        let refused = amend(json!({"appointment_id": nobodys})).await;
        refused.is_problem(422, "unknown_appointment");
    }
    amend(json!({"category": "nonsense"}))
        .await
        .is_problem(422, "unknown_category");
    assert_eq!(amend(json!({"subject": "Another"})).await.status, 422);
    let theirs = house
        .patch(&student, &path, json!({"order_id": null}))
        .await;
    theirs.is_problem(403, "forbidden");
    let stale = house
        .request(Method::PATCH, &path)
        .bearer_auth(&admin.token);
    let stale = stale.header("if-match", opened.header("etag"));
    let stale = stale
        .json(&json!({"order_id": ORDER}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(stale.status(), 412);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_that_staff_put_right_moves_counters_and_searches() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let path = format!("/api/admin/support/tickets/{}", opened.at("/id"));
    let amended = house
        .patch(&admin, &path, json!({"category": "Payment"}))
        .await;
    assert_eq!(
        (amended.status, amended.at("/category")),
        (200, "payment"),
        "{amended:?}"
    );
    house.platform.quiesce().await;
    for (category, count) in [("payment", 1), ("technical", 0)] {
        let list = format!("/api/admin/support/tickets?category={category}");
        let list = house.get(&admin, &list).await;
        assert_eq!(
            list.body["tickets"].as_array().map(Vec::len),
            Some(count),
            "{list:?}"
        );
        let stats = house.get(&admin, "/api/admin/support/stats").await;
        let counted = stats.body["by_category"][category].as_u64().unwrap_or(0);
        assert_eq!(counted, count as u64, "{stats:?}");
    }
    let ticket = house.get(&admin, &path).await;
    let history = ticket.body["history"].as_array().expect("a list");
    let last = history.iter().find(|entry| entry["change"] == "category");
    let last = last.expect("an entry");
    assert_eq!(
        (&last["from"], &last["to"]),
        (&json!("technical"), &json!("payment"))
    );
    house.finish().await;
}
