//! The customer portal of document 003 (`portal`): its endpoints and its status workflow.

use crate::house::{ADMIN, FRENCH, House, STUDENT, Session};
use serde_json::{Value, json};

const STAFF: &str = "/api/admin/support/tickets";

async fn house() -> (House, Session, Session) {
    let house = House::with_profile("portal").await;
    let customer = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    (house, customer, admin)
}

fn site_edit() -> Value {
    json!({
        "subject": "Change the opening hours",
        "description": "Please change the opening hours on the home page.",
        "category": "site_edit",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_003_the_five_categories_have_their_descriptions_in_both_languages() {
    let (house, customer, _) = house().await;
    let answer = house.get(&customer, "/tickets/categories").await;
    let categories = answer.body["categories"].as_array().expect("a list");
    let texts: Vec<_> = categories
        .iter()
        .map(|one| {
            let text = |member: &str| one[member].as_str().expect("a text").to_owned();
            (text("code"), text("name"), text("description"))
        })
        .collect();
    let expected = [
        (
            "billing",
            "Billing",
            "Payment, subscription, invoice issues",
        ),
        (
            "technical_support",
            "Technical Support",
            "Website problems, platform issues",
        ),
        ("site_edit", "Site Edit", "Requests for website changes"),
        (
            "question",
            "Question",
            "General inquiries, how-to questions",
        ),
        ("other", "Other", "Anything not covered above"),
    ];
    assert_eq!(
        texts,
        expected.map(|(a, b, c)| (a.into(), b.into(), c.into()))
    );
    let request = house.request(reqwest::Method::GET, "/tickets/categories");
    let request = request
        .bearer_auth(&customer.token)
        .header("accept-language", "fr-CA");
    let french = crate::house::Ask::answer(request).await;
    assert_eq!(french.at("/categories/0/name"), "Facturation");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_003_a_ticket_is_new_waits_for_the_customer_and_comes_back() {
    let (house, customer, admin) = house().await;
    // As the document writes it, with a slash at its end; without one it is the same.
    let opened = house.post(&customer, "/tickets/", site_edit()).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let listed = house.get(&customer, "/tickets/").await;
    assert_eq!(listed.at("/tickets/0/id"), opened.at("/id"));
    let today = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    let number = format!("TKT-{today}-00001");
    assert_eq!(opened.at("/ticket_number"), number);
    assert_eq!(
        (opened.at("/status"), opened.at("/category")),
        ("new", "site_edit")
    );
    assert_eq!(opened.at("/priority"), "medium");

    let staff = format!("{STAFF}/{number}");
    let replied = house
        .post(
            &admin,
            &format!("{staff}/messages"),
            json!({"message": "Which hours?"}),
        )
        .await;
    assert_eq!(
        replied.at("/ticket_status"),
        "waiting_customer",
        "{replied:?}"
    );
    let own = format!("/tickets/{number}");
    let back = house
        .post(
            &customer,
            &format!("{own}/messages"),
            json!({"message": "Nine to five"}),
        )
        .await;
    assert_eq!(back.at("/ticket_status"), "in_progress", "{back:?}");

    let shown = house.get(&customer, &own).await;
    for stamp in [
        "first_response_at",
        "last_customer_message_at",
        "last_staff_message_at",
    ] {
        assert!(shown.body[stamp].is_string(), "{stamp}: {shown:?}");
    }
    let senders: Vec<_> = (0..2)
        .map(|n| shown.at(&format!("/messages/{n}/sender_type")).to_owned())
        .collect();
    assert_eq!(senders, ["staff", "customer"]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_003_customers_resolve_and_close_and_nothing_else_and_a_reply_reopens() {
    let (house, customer, _) = house().await;
    let opened = house.post(&customer, "/tickets", site_edit()).await;
    let own = format!("/tickets/{}", opened.at("/id"));
    let status = format!("{own}/status");
    for to in ["in_progress", "waiting_customer", "waiting_ai", "open"] {
        let refused = house.patch(&customer, &status, json!({"status": to})).await;
        refused.is_problem(409, "transition_refused");
        assert_eq!(refused.body["from"], "new");
        assert_eq!(refused.body["to"], to);
        assert_eq!(refused.body["allowed"], json!(["resolved", "closed"]));
    }
    let reply = json!({"message": "There is more"});
    for to in ["resolved", "closed"] {
        let done = house.patch(&customer, &status, json!({"status": to})).await;
        assert_eq!((done.status, done.at("/status")), (200, to), "{done:?}");
        let reopened = house
            .post(&customer, &format!("{own}/messages"), reply.clone())
            .await;
        assert_eq!(reopened.at("/ticket_status"), "in_progress", "{reopened:?}");
        let shown = house.get(&customer, &own).await;
        assert!(
            shown.body["resolved_at"].is_null() && shown.body["closed_at"].is_null(),
            "{shown:?}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_003_customers_see_their_own_tickets_and_statistics_and_no_notes() {
    let (house, customer, admin) = house().await;
    let other = house.sign_in(FRENCH).await;
    let opened = house.post(&customer, "/tickets", site_edit()).await;
    house.post(&other, "/tickets", site_edit()).await;
    let path = format!("/tickets/{}", opened.at("/id"));
    house.get(&other, &path).await.is_problem(404, "not_found");
    let reply = json!({"message": "Mine"});
    house
        .post(&other, &format!("{path}/messages"), reply)
        .await
        .is_problem(404, "not_found");
    house
        .patch(
            &other,
            &format!("{path}/status"),
            json!({"status": "closed"}),
        )
        .await
        .is_problem(404, "not_found");
    let note = json!({"message": "Asked twice already", "is_internal_note": true});
    house
        .post(
            &admin,
            &format!("{STAFF}/{}/messages", opened.at("/id")),
            note,
        )
        .await;
    let shown = house.get(&customer, &path).await;
    assert_eq!(shown.body["messages"], json!([]), "{shown:?}");

    let listed = house
        .get(&customer, "/tickets?status=new&category=site_edit")
        .await;
    let tickets = listed.body["tickets"].as_array().map(Vec::len);
    assert_eq!(tickets, Some(1), "{listed:?}");
    let listed = house.get(&customer, "/tickets?status=new").await;
    assert_eq!(listed.body["total"], 1, "{listed:?}");
    let stats = house.get(&customer, "/tickets/stats").await;
    assert_eq!(
        (stats.status, &stats.body["total"]),
        (200, &json!(1)),
        "{stats:?}"
    );
    house
        .get(&customer, STAFF)
        .await
        .is_problem(403, "forbidden");
    house.finish().await;
}
