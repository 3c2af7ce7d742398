//! Commands that need more than one ticket's life: templates, ratings, opening for somebody, writing at once.

use super::opened;
use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT};
use reqwest::Method;
use serde_json::{Value, json};

const BASE: &str = "/api/admin/support";

#[tokio::test(flavor = "multi_thread")]
async fn reply_templates_are_found_by_category_and_counted_when_they_are_used() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let path = format!("{BASE}/templates");
    let template = json!({"name": "Clear the cache", "category": "Technical Support", "body": "Please clear the cache."});
    let made = house.post(&admin, &path, template.clone()).await;
    assert_eq!(
        (made.status, made.at("/category"), &made.body["usage_count"]),
        (201, "technical", &json!(0)),
        "{made:?}"
    );
    let general = json!({"name": "Thanks", "body": "Thank you for writing."});
    house.post(&admin, &path, general).await;
    house
        .post(
            &admin,
            &path,
            json!({"name": "Refund", "category": "payment", "body": "It is on its way."}),
        )
        .await;
    house
        .post(&student, &path, template.clone())
        .await
        .is_problem(403, "forbidden");
    house
        .post(
            &admin,
            &path,
            json!({"name": "x", "category": "weather", "body": "y"}),
        )
        .await
        .is_problem(422, "unknown_category");

    let (id, _) = opened(&house, &student).await;
    let replies = format!("{BASE}/tickets/{id}/replies");
    let template_id = made.at("/id").to_owned();
    let used = house
        .post(&admin, &replies, json!({"template_id": template_id}))
        .await;
    assert_eq!(
        (used.status, used.at("/message")),
        (201, "Please clear the cache."),
        "{used:?}"
    );
    let changed = json!({"template_id": template_id, "message": "Please clear the cache, twice."});
    assert_eq!(house.post(&admin, &replies, changed).await.status, 201);
    house
        .post(&admin, &replies, json!({}))
        .await
        .is_problem(422, "invalid_body");
    house
        .post(&admin, &replies, json!({"template_id": student.id}))
        .await
        .is_problem(422, "unknown_template");
    let by_student = json!({"template_id": template_id});
    house
        .post(&student, &format!("/tickets/{id}/replies"), by_student)
        .await
        .is_problem(403, "forbidden");

    let listed = house
        .get(&admin, &format!("{path}?category=technical"))
        .await;
    let names: Vec<_> = listed.body["templates"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|t| (t["name"].clone(), t["usage_count"].clone()))
        .collect();
    assert_eq!(
        names,
        [
            (json!("Clear the cache"), json!(2)),
            (json!("Thanks"), json!(0))
        ],
        "{listed:?}"
    );
    let one = format!("{path}/{template_id}");
    let mut renamed = template;
    renamed["name"] = json!("Cache");
    let put = house.ask(&admin, Method::PUT, &one, Some(renamed)).await;
    assert_eq!(
        (put.at("/name"), &put.body["usage_count"]),
        ("Cache", &json!(2)),
        "{put:?}"
    );
    assert_eq!(
        house.ask(&admin, Method::DELETE, &one, None).await.status,
        200
    );
    house.get(&admin, &one).await.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rating_is_the_requesters_from_one_to_five_once_it_is_resolved() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let (id, _) = opened(&house, &student).await;
    let path = format!("/tickets/{id}/rating");
    house
        .post(&student, &path, json!({"rating": 5}))
        .await
        .is_problem(409, "ticket_not_resolved");
    house
        .post(&admin, &format!("{BASE}/tickets/{id}/close"), json!({}))
        .await;
    for bad in [json!(0), json!(6), json!(4.5), json!("5"), Value::Null] {
        house
            .post(&student, &path, json!({"rating": bad}))
            .await
            .is_problem(422, "invalid_body");
    }
    house
        .post(&admin, &path, json!({"rating": 5}))
        .await
        .is_problem(403, "forbidden");
    let rated = house
        .post(
            &student,
            &path,
            json!({"rating": 3, "comment": "It took a while"}),
        )
        .await;
    assert_eq!(
        (rated.status, &rated.body["customer_satisfaction_rating"]),
        (200, &json!(3)),
        "{rated:?}"
    );
    assert_eq!(
        rated.at("/customer_satisfaction_comment"),
        "It took a while"
    );
    let stats = house.get(&admin, &format!("{BASE}/stats")).await;
    assert!(stats.text.contains("satisfaction"), "{stats:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_assign_at_once_both_have_their_way_and_both_are_remembered() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let (admin, other) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let (id, _) = opened(&house, &student).await;
    let path = format!("{BASE}/tickets/{id}/assign");
    let (one, two) = tokio::join!(
        house.patch(
            &admin,
            &path,
            json!({"assigned_to": admin.id, "admin_id": admin.id})
        ),
        house.patch(&other, &path, json!({"assigned_to": other.id})),
    );
    assert_eq!((one.status, two.status), (200, 200), "{one:?} {two:?}");
    let shown = house.get(&admin, &format!("{BASE}/tickets/{id}")).await;
    let history = shown.body["history"].as_array().expect("a history");
    let assigned: Vec<_> = history
        .iter()
        .filter(|entry| entry["change"] == "assigned")
        .collect();
    assert_eq!(assigned.len(), 2, "{shown:?}");
    assert_eq!(assigned[1]["from"], assigned[0]["to"]);
    assert_eq!(assigned[1]["to"], shown.body["assigned_to"]);
    let as_other = json!({"assigned_to": admin.id, "admin_id": other.id});
    house
        .patch(&admin, &path, as_other)
        .await
        .is_problem(403, "forbidden");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_opens_a_ticket_for_a_requester_with_tags_and_priority() {
    let house = House::with_profile("tutoring").await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let asked = json!({"student_id": student.id, "subject": "By telephone", "description": "They called this morning.",
        "priority": "high", "tags": ["Phone"]});
    let opened = house
        .post(&admin, &format!("{BASE}/tickets"), asked.clone())
        .await;
    assert_eq!(
        (opened.status, opened.at("/priority")),
        (201, "high"),
        "{opened:?}"
    );
    assert_eq!(
        (&opened.body["tags"], opened.at("/student_id")),
        (&json!(["phone"]), student.id.as_str())
    );
    let mut foreign = asked;
    foreign["student_id"] = json!(admin.id);
    house
        .post(&student, "/tickets", foreign)
        .await
        .is_problem(403, "forbidden");
    house.finish().await;
}
