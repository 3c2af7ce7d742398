//! A ticket from its opening to its end, as README walks through it.

use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN};
use serde_json::{Value, json};

fn texts<'a>(messages: &'a Value, field: &str) -> Vec<&'a str> {
    messages
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| message[field].as_str().expect("a text"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_opened_answered_noted_and_resolved() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;

    let opened = house.open_ticket(&student).await;
    let today = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    assert_eq!(opened.at("/ticket_number"), format!("TKT-{today}-0001"));
    assert_eq!(opened.at("/status"), "open");
    assert_eq!(opened.at("/category"), "technical");
    assert_eq!(opened.at("/priority"), "high");
    let number = opened.at("/ticket_number").to_owned();

    let confirmation = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    assert_eq!(
        confirmation[0]["subject"],
        format!("Support Ticket Created: {number}")
    );
    for staff in [ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        let notice = house
            .journal(&format!("provider=sendgrid&to={staff}"), 1)
            .await;
        assert!(
            notice[0]["text"]
                .as_str()
                .is_some_and(|text| text.contains(&number)),
            "{notice:?}"
        );
    }

    let staff_path = format!("/api/admin/support/tickets/{number}");
    let replied = house
        .post(
            &admin,
            &format!("{staff_path}/replies"),
            json!({"message": "I enabled access."}),
        )
        .await;
    assert_eq!(
        (replied.status, replied.at("/ticket_status")),
        (201, "in_progress")
    );
    let note = json!({"message": "Permissions were missing", "is_internal_note": true});
    assert_eq!(
        house
            .post(&admin, &format!("{staff_path}/replies"), note)
            .await
            .status,
        201
    );

    let seen = house.get(&student, &format!("/tickets/{number}")).await;
    assert_eq!(
        texts(&seen.body["messages"], "message"),
        ["I enabled access."]
    );
    assert!(!seen.text.contains("Permissions were missing"), "{seen:?}");
    assert!(seen.body.get("history").is_none(), "{seen:?}");

    let resolved = house
        .patch(
            &admin,
            &format!("{staff_path}/status"),
            json!({"status": "resolved", "reason": "done"}),
        )
        .await;
    assert_eq!((resolved.status, resolved.at("/status")), (200, "resolved"));

    let whole = house.get(&admin, &staff_path).await;
    assert_eq!(
        texts(&whole.body["messages"], "message"),
        ["I enabled access.", "Permissions were missing"]
    );
    let history = &whole.body["history"];
    assert_eq!(texts(history, "change"), ["created", "status", "status"]);
    assert_eq!(history[2]["from"], "in_progress");
    assert_eq!(history[2]["to"], "resolved");
    assert_eq!(history[2]["reason"], "done");

    let letters = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 3)
        .await;
    let mut subjects = texts(&Value::Array(letters), "subject")
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    subjects.sort();
    assert_eq!(
        subjects,
        [
            format!("Reply on Ticket {number}"),
            format!("Support Ticket Created: {number}"),
            format!("Ticket {number} Status: Resolved"),
        ]
    );
    assert_eq!(
        house.journal_count_when_idle("provider=sendgrid").await,
        3 + 3,
        "three to the student, one to each admin"
    );
    house.finish().await;
}
