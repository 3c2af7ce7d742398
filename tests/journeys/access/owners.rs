//! Whose something is, is looked at whenever it is read, and never changes.

use crate::house::{ADMIN, Answer, DEVANAGARI, House, STUDENT, Session};
use registrar_domain::ticket::Order;
use reqwest::Method;
use serde_json::{Value, json};

const ID: &str = "01930000-0000-7000-8000-0000000000a1";

fn of(kind: &str, owner: &Session) -> Value {
    let mut body = json!({"student_id": owner.id, "date": "2026-11-01T15:00:00Z"});
    let more = match kind {
        "appointments" => json!({"course_title": "Maths", "tutor_name": "Luc Roy"}),
        "orders" => json!({"total_minor": 777, "currency": "CAD", "status": "paid"}),
        _ => json!({"name": "My own site"}),
    };
    let members = body.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    body
}

async fn put(house: &House, admin: &Session, kind: &str, owner: &Session) -> Answer {
    let path = format!("/api/admin/support/{kind}/{ID}");
    house
        .ask(admin, Method::PUT, &path, Some(of(kind, owner)))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_one_persons_is_never_written_for_another() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (one, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    for kind in ["appointments", "orders", "sites"] {
        assert_eq!(put(&house, &admin, kind, &one).await.status, 200, "{kind}");
        let refused = put(&house, &admin, kind, &other).await;
        refused.is_problem(409, "owner_changed");
        assert_eq!(refused.at("/errors/0/pointer"), "/student_id");
        assert!(!refused.text.contains(&one.id), "{refused:?}");
        assert_eq!(put(&house, &admin, kind, &one).await.status, 200, "{kind}");
        let path = format!("/tickets/{kind}");
        let theirs = house.get(&other, &path).await;
        assert_eq!(theirs.body[kind], json!([]));
        let own = house.get(&one, &path).await;
        assert_eq!(own.body[kind][0]["id"], ID);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_shows_nothing_that_has_become_somebody_elses() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (one, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    assert_eq!(put(&house, &admin, "orders", &one).await.status, 200);
    let body = json!({"subject": "My order", "description": "It did not come.", "order_id": ID});
    let opened = house.post(&one, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let path = format!("/tickets/{}", opened.at("/id"));
    let shown = house.get(&one, &path).await;
    assert_eq!(shown.body["order"]["total_minor"], 777);

    // Whatever wrote it past the interface.
    let mut changed = of("orders", &other);
    changed["id"] = json!(ID);
    changed["total_minor"] = json!(424_242);
    let order: Order = serde_json::from_value(changed).expect("an order");
    let table = house.table();
    let mut transaction = table.transaction();
    let key = registrar_store::keys::owned("ORDER", ID);
    let unlisted = registrar_store::transaction::UNLISTED;
    transaction.set(&key, &order, unlisted).expect("an item");
    transaction.commit().await.expect("it is written");
    for who in [&one, &admin] {
        let shown = house.get(who, &path).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        assert!(shown.body.get("order").is_none(), "{shown:?}");
        assert!(!shown.text.contains("424242"), "{shown:?}");
    }
    house.finish().await;
}
