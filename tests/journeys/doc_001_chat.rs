//! The chat support of document 001 (`chat`): its requests and answers. Ids and numbers are two things in one wire format
//! (checklist X-01): the document's `1` is the `ticket_number`, and stands in every path. Statuses are in lower case, and
//! `SUPPORT_CLOSED`-like shouting is accepted on input.

use crate::house::{ADMIN, DEVANAGARI, House, STUDENT, Session};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

const TICKETS: &str = "/api/support/tickets";
const STAFF: &str = "/api/admin/support/tickets";

/// The document's own request.
const CREATE: &str = r#"{
  "phone_number": "+234812345678",
  "sender_name": "John Doe",
  "issue_description": "Can't submit homework"
}"#;

async fn house() -> (House, Session) {
    let house = House::with_profile("chat").await;
    let admin = house.sign_in(ADMIN).await;
    (house, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_a_chat_goes_from_its_first_message_to_the_closing_text() {
    let (house, admin) = house().await;
    let created = house.channel(Method::POST, TICKETS, CREATE).await;
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.at("/ticket_number"), "1");
    assert_eq!(created.at("/ticket_id"), created.at("/id"));
    assert_eq!(created.at("/phone_number"), "+234812345678");
    assert_eq!(created.at("/sender_name"), "John Doe");
    assert_eq!(created.at("/issue_description"), "Can't submit homework");
    assert_eq!(
        (created.at("/status"), created.at("/requester/kind")),
        ("open", "phone")
    );
    assert!(created.body["student_id"].is_null(), "{created:?}");

    let said = r#"{"message": "I can't submit homework, getting error"}"#;
    let added = house
        .channel(Method::POST, &format!("{TICKETS}/1/messages"), said)
        .await;
    assert_eq!(
        (added.status, added.at("/status")),
        (201, "success"),
        "{added:?}"
    );
    assert!(added.body["message_id"].is_string());

    let shown = house.get(&admin, &format!("{STAFF}/1")).await;
    assert_eq!((shown.status, shown.at("/status")), (200, "open"));
    assert_eq!(shown.at("/messages/0/sender_type"), "customer");
    assert_eq!(
        shown.at("/messages/0/message"),
        "I can't submit homework, getting error"
    );

    let alerts = house.get(&admin, "/api/admin/support/notifications").await;
    assert_eq!(
        alerts.body,
        json!({"open_tickets": 1, "in_progress": 0, "unassigned": 1, "has_alerts": true})
    );

    let listed = house
        .get(&admin, &format!("{STAFF}?skip=0&limit=50&status=OPEN"))
        .await;
    assert_eq!(
        (listed.status, &listed.body["total"]),
        (200, &json!(1)),
        "{listed:?}"
    );
    assert_eq!(listed.at("/tickets/0/phone_number"), "+234812345678");
    assert_eq!(listed.at("/tickets/0/sender_name"), "John Doe");

    // The phone has just written to the product, so an answer may go out.
    let answer = json!({"message": "Let me help you with that..."});
    let replied = house
        .post(&admin, &format!("{STAFF}/1/messages"), answer)
        .await;
    assert_eq!(replied.status, 201, "{replied:?}");
    assert!(replied.body["message_id"].is_string(), "{replied:?}");
    assert_eq!(replied.body["whatsapp_notification_sent"], true);
    assert_eq!(replied.at("/ticket_status"), "in_progress");

    let closed = house
        .ask(&admin, Method::POST, &format!("{STAFF}/1/close"), None)
        .await;
    assert_eq!(closed.status, 200, "{closed:?}");
    assert_eq!(
        (closed.at("/status"), closed.at("/user_notification")),
        ("resolved", "sent")
    );
    let open = house.get(&admin, "/api/support/open-tickets").await;
    assert_eq!(open.body["tickets"], json!([]), "{open:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_a_message_after_the_end_opens_a_new_ticket() {
    let (house, admin) = house().await;
    house.channel(Method::POST, TICKETS, CREATE).await;
    house
        .ask(&admin, Method::POST, &format!("{STAFF}/1/close"), None)
        .await;
    let path = format!("{TICKETS}/1/messages");
    let next = house
        .channel(Method::POST, &path, r#"{"message": "hi"}"#)
        .await;
    assert_eq!(
        (next.status, next.at("/ticket_number")),
        (201, "2"),
        "{next:?}"
    );
    assert_eq!(next.at("/status"), "open");
    assert_eq!(next.body["links"], json!([]));
    assert_eq!(
        house.get(&admin, &format!("{STAFF}/1")).await.at("/status"),
        "resolved"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_a_known_phone_is_linked_with_its_student() {
    let (house, _) = house().await;
    let student = house.sign_in(DEVANAGARI).await;
    let call =
        json!({"phone_number": "+919812345678", "sender_name": "A.", "issue_description": "hi"});
    let created = house
        .channel(Method::POST, TICKETS, &call.to_string())
        .await;
    assert_eq!(
        (created.status, created.at("/student_id")),
        (201, student.id.as_str()),
        "{created:?}"
    );
    assert_eq!(created.at("/requester/kind"), "phone");
    // The student finds it when signed in, and writes on in the same ticket.
    let listed = house.get(&student, "/tickets").await;
    assert_eq!(listed.at("/tickets/0/ticket_number"), "1");
    let added = house
        .post(
            &student,
            &format!("{TICKETS}/1/messages"),
            json!({"message": "Me again"}),
        )
        .await;
    assert_eq!(added.status, 201, "{added:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_nothing_is_open_to_strangers() {
    let (house, _) = house().await;
    let student = house.sign_in(STUDENT).await;
    house.channel(Method::POST, TICKETS, CREATE).await;
    let bare = |method: Method, path: &'static str| {
        let request = house
            .request(method, path)
            .header("content-type", "application/json");
        crate::house::Ask::answer(request.body(CREATE))
    };
    bare(Method::POST, TICKETS)
        .await
        .is_problem(401, "token_missing");
    let request = house.request(Method::POST, &format!("{TICKETS}/1/messages"));
    let request = request.json(&json!({"message": "It is me"}));
    crate::house::Ask::answer(request)
        .await
        .is_problem(401, "token_missing");
    for path in [
        "/api/support/open-tickets",
        "/api/support/notifications",
        "/api/support/tickets/1",
    ] {
        let request = house.request(Method::GET, path);
        crate::house::Ask::answer(request)
            .await
            .is_problem(401, "token_missing");
    }
    for path in [
        "/api/support/open-tickets",
        "/api/support/notifications",
        "/api/admin/support/tickets",
    ] {
        house.get(&student, path).await.is_problem(403, "forbidden");
    }
    // A token speaks for its own account, and not for a phone that is somebody else's.
    let body: Value = serde_json::from_str(CREATE).expect("JSON");
    house
        .post(&student, TICKETS, body)
        .await
        .is_problem(403, "forbidden");
    house
        .get(&student, &format!("{TICKETS}/1"))
        .await
        .is_problem(404, "not_found");
    let own = house
        .post(
            &student,
            TICKETS,
            json!({"issue_description": "I cannot log in"}),
        )
        .await;
    assert_eq!(
        (own.status, own.at("/student_id")),
        (201, student.id.as_str()),
        "{own:?}"
    );
    // Nor does a channel read or write what did not come from a phone.
    let foreign = format!("{TICKETS}/{}", own.at("/ticket_number"));
    house
        .channel(Method::GET, &foreign, "")
        .await
        .is_problem(404, "not_found");
    let said = r#"{"message": "hello"}"#;
    let foreign = format!("{foreign}/messages");
    house
        .channel(Method::POST, &foreign, said)
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_a_signature_holds_for_its_call_and_its_time_and_once() {
    let (house, admin) = house().await;
    let now = Timestamp::now();
    let sign = |at| house.signature(&Method::POST, TICKETS, CREATE, at);
    let refused = "channel_signature_invalid";

    let changed = CREATE.replace("+234812345678", "+234812345679");
    house
        .channel_signed(Method::POST, TICKETS, &changed, &sign(now))
        .await
        .is_problem(401, refused);
    let elsewhere = format!("{TICKETS}/1/messages");
    house
        .channel_signed(Method::POST, &elsewhere, CREATE, &sign(now))
        .await
        .is_problem(401, refused);
    for minutes in [-6, 6] {
        let signature = sign(now + SignedDuration::from_mins(minutes));
        house
            .channel_signed(Method::POST, TICKETS, CREATE, &signature)
            .await
            .is_problem(401, refused);
    }
    for bad in ["", "nonsense", "t=1,v1=00"] {
        house
            .channel_signed(Method::POST, TICKETS, CREATE, bad)
            .await
            .is_problem(401, refused);
    }

    let signature = sign(now);
    let first = house
        .channel_signed(Method::POST, TICKETS, CREATE, &signature)
        .await;
    let second = house
        .channel_signed(Method::POST, TICKETS, CREATE, &signature)
        .await;
    assert_eq!(
        (first.status, &first.body),
        (201, &second.body),
        "{second:?}"
    );
    assert_eq!(second.header("idempotency-replayed"), "true");
    let listed = house.get(&admin, STAFF).await;
    assert_eq!(listed.body["total"], 1, "{listed:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doc_001_a_page_has_fifty_tickets() {
    let (house, admin) = house().await;
    for n in 0..51 {
        let call = json!({"phone_number": "+234812345678", "sender_name": "John Doe",
            "issue_description": format!("Question {n}")});
        let created = house
            .channel(Method::POST, TICKETS, &call.to_string())
            .await;
        assert_eq!(created.status, 201, "{created:?}");
    }
    let listed = house.get(&admin, STAFF).await;
    assert_eq!(listed.body["tickets"].as_array().map(Vec::len), Some(50));
    assert_eq!(listed.body["total"], 51);
    house.finish().await;
}
