//! What staff write for themselves never reaches a requester, by any path.

use crate::house::{ADMIN, Answer, Ask, House, STUDENT, Session};
use reqwest::Method;
use serde_json::{Value, json};

const NOTE: &str = "the card was declined twice";
const REASON: &str = "escalated to finance";

/// Asserts that an answer to a requester holds nothing of staff's, in its body or its headers.
#[track_caller]
fn is_clean(answer: &Answer) {
    let whole = format!("{answer:?}");
    for secret in [NOTE, REASON, "is_internal_note\":true", "history"] {
        assert!(!whole.contains(secret), "{secret}: {whole}");
    }
}

async fn write(house: &House, who: &Session, path: &str, key: &str, body: &Value) -> Answer {
    let request = house.request(Method::POST, path).bearer_auth(&who.token);
    request
        .header("idempotency-key", key)
        .json(body)
        .answer()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_never_reaches_a_requester() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let (id, number) = (opened.at("/id"), opened.at("/ticket_number"));
    let mine = format!("/tickets/{id}");
    let messages = format!("{mine}/messages");
    let before = house.get(&student, &mine).await;
    let listed_before = house.get(&student, "/tickets").await;

    let note = json!({"message": NOTE, "is_internal_note": true});
    let written = write(&house, &admin, &messages, "k-1", &note).await;
    assert_eq!((written.status, written.at("/message")), (201, NOTE));
    let replayed = write(&house, &admin, &messages, "k-1", &note).await;
    assert_eq!(
        (replayed.status, &replayed.body),
        (201, &written.body),
        "staff see their own replay"
    );

    let after = house.get(&student, &mine).await;
    assert_eq!(
        before.header("etag"),
        after.header("etag"),
        "the ETag would tell that there is a note"
    );
    assert_eq!(
        before.body, after.body,
        "not even the time of the last change tells of it"
    );
    assert_eq!(
        listed_before.body,
        house.get(&student, "/tickets").await.body
    );

    // The staff's path, their key, the note as a message's cursor: who asks decides, not how.
    let note_id = written.at("/id");
    let paths = [
        mine.clone(),
        format!("/tickets/{number}"),
        format!("/api/admin/support/tickets/{id}"),
        format!("/api/admin/support/tickets/{number}"),
        format!("{mine}?limit=100"),
        format!("{mine}?cursor={note_id}"),
        format!("{mine}?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff"),
        "/tickets".to_owned(),
        "/tickets?status=open".to_owned(),
    ];
    for path in paths {
        let answer = house.get(&student, &path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        is_clean(&answer);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_and_a_reason_do_not_come_with_what_a_requester_writes() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let mine = format!("/tickets/{}", opened.at("/id"));
    let messages = format!("{mine}/messages");
    let note = json!({"message": NOTE, "is_internal_note": true});
    let written = write(&house, &admin, &messages, "k-1", &note).await;
    assert_eq!(written.status, 201, "{written:?}");

    let stolen = write(&house, &student, &messages, "k-1", &note).await;
    stolen.is_problem(403, "forbidden");
    is_clean(&stolen);

    let reply = write(
        &house,
        &student,
        &messages,
        "k-1",
        &json!({"message": "any news?"}),
    )
    .await;
    assert_eq!(reply.status, 201, "{reply:?}");
    is_clean(&reply);
    house.post(&admin, &messages, note.clone()).await;
    let again = write(
        &house,
        &student,
        &messages,
        "k-1",
        &json!({"message": "any news?"}),
    )
    .await;
    assert_eq!(
        (again.header("idempotency-replayed"), &again.body),
        ("true", &reply.body)
    );

    let moved = json!({"status": "resolved", "reason": REASON});
    assert_eq!(
        house
            .patch(&admin, &format!("{mine}/status"), moved)
            .await
            .status,
        200
    );
    let refused = house
        .patch(
            &student,
            &format!("{mine}/status"),
            json!({"status": "open"}),
        )
        .await;
    refused.is_problem(409, "transition_refused");
    is_clean(&refused);
    let last = house.get(&student, &mine).await;
    assert_eq!(last.at("/messages/0/message"), "any news?");
    assert_eq!(last.at("/status"), "resolved");
    is_clean(&last);

    nothing_was_sent_out(&house, opened.at("/ticket_number")).await;
    let whole = house.get(&admin, &mine).await;
    let messages = whole.body["messages"].as_array().expect("a list");
    let notes = messages.iter().filter(|message| message["message"] == NOTE);
    assert_eq!(notes.count(), 2, "staff see both");
    house.finish().await;
}

/// Asserts that no letter tells what is among staff.
async fn nothing_was_sent_out(house: &House, number: &str) {
    house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 2)
        .await;
    house.platform.quiesce().await;
    let url = format!("{}/journal?limit=1000", house.platform.simulators_url());
    let journal = house.http.get(url).answer().await;
    assert!(
        journal.text.contains(number),
        "the journal is the right one"
    );
    for secret in [NOTE, REASON] {
        assert!(!journal.text.contains(secret), "sent out: {}", journal.text);
    }
}
