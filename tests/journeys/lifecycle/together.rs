//! Tickets that belong together: linked, merged, split.

use super::opened;
use crate::house::{ADMIN, FRENCH, House, STUDENT};
use reqwest::Method;
use serde_json::{Value, json};

const STAFF: &str = "/api/admin/support/tickets";

fn changes(shown: &Value) -> Vec<&str> {
    let history = shown["history"].as_array().expect("a history");
    history
        .iter()
        .map(|entry| entry["change"].as_str().expect("a change"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_two_tickets_moves_what_was_said_and_keeps_the_history_of_both() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let (from, _) = opened(&house, &student).await;
    let (into, number) = opened(&house, &student).await;
    house
        .post(
            &student,
            &format!("/tickets/{from}/messages"),
            json!({"message": "first"}),
        )
        .await;
    house
        .post(
            &student,
            &format!("/tickets/{into}/messages"),
            json!({"message": "second"}),
        )
        .await;
    let note = json!({"message": "the same matter", "is_internal_note": true});
    house
        .post(&admin, &format!("{STAFF}/{from}/messages"), note)
        .await;

    let path = format!("{STAFF}/{from}/merge");
    let merged = house
        .post(
            &admin,
            &path,
            json!({"into": number, "reason": "asked twice"}),
        )
        .await;
    assert_eq!(
        (merged.status, merged.at("/id")),
        (200, into.as_str()),
        "{merged:?}"
    );
    assert_eq!(merged.at("/merged/status"), "closed");
    assert_eq!(merged.body["message_count"], 3);

    let kept = house.get(&admin, &format!("{STAFF}/{into}")).await;
    let said: Vec<_> = kept.body["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|m| m["message"].as_str().expect("a text"))
        .collect();
    assert_eq!(
        said,
        [
            "It is about this and that.",
            "first",
            "second",
            "the same matter"
        ]
    );
    assert_eq!(changes(&kept.body), ["created", "merged_from"]);
    assert_eq!(kept.body["links"][0]["kind"], "merged_from");
    let gone = house.get(&admin, &format!("{STAFF}/{from}")).await;
    // Both entries of the merge are of one millisecond, and stand in either order.
    let mut remembered = changes(&gone.body);
    remembered.sort_unstable();
    assert_eq!(remembered, ["created", "merged_into", "status"]);

    // The requester reads all of it and no note; what went in takes no more replies.
    let shown = house.get(&student, &format!("/tickets/{into}")).await;
    assert!(
        shown.text.contains("first") && !shown.text.contains("the same matter"),
        "{shown:?}"
    );
    for who in [&student, &admin] {
        let late = house
            .post(
                who,
                &format!("/tickets/{from}/messages"),
                json!({"message": "x"}),
            )
            .await;
        late.is_problem(409, "ticket_merged");
        assert_eq!(late.body["merged_into"], into.as_str());
    }
    let reopen = house
        .patch(
            &admin,
            &format!("{STAFF}/{from}/status"),
            json!({"status": "open"}),
        )
        .await;
    reopen.is_problem(409, "ticket_merged");
    let again = house.post(&admin, &path, json!({"into": into})).await;
    again.is_problem(409, "ticket_merged");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_of_two_requesters_are_never_merged() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let other = house.sign_in(FRENCH).await;
    let admin = house.sign_in(ADMIN).await;
    let (one, _) = opened(&house, &student).await;
    let (two, _) = opened(&house, &other).await;
    let path = format!("{STAFF}/{one}/merge");
    house
        .post(&admin, &path, json!({"into": two}))
        .await
        .is_problem(409, "other_requester");
    house
        .post(&admin, &path, json!({"into": one}))
        .await
        .is_problem(422, "same_ticket");
    house
        .post(&admin, &path, json!({"into": "nowhere"}))
        .await
        .is_problem(422, "unknown_ticket");
    house
        .post(&student, &path, json!({"into": two}))
        .await
        .is_problem(403, "forbidden");
    // They may be linked, and neither requester learns of the other's.
    let links = format!("{STAFF}/{one}/links");
    let linked = house.post(&admin, &links, json!({"ticket": two})).await;
    assert_eq!(
        (linked.status, linked.at("/links/0/kind")),
        (200, "related"),
        "{linked:?}"
    );
    let shown = house.get(&student, &format!("/tickets/{one}")).await;
    assert!(!shown.text.contains(&two), "{shown:?}");
    let there = house.get(&admin, &format!("{STAFF}/{two}")).await;
    assert_eq!(there.at("/links/0/ticket_id"), one);
    let off = house
        .ask(&admin, Method::DELETE, &format!("{links}/{two}"), None)
        .await;
    assert_eq!(
        (off.status, &off.body["links"]),
        (200, &json!([])),
        "{off:?}"
    );
    let there = house.get(&admin, &format!("{STAFF}/{two}")).await;
    assert_eq!(changes(&there.body), ["created", "linked", "unlinked"]);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_split_out_into_a_ticket_of_its_own() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let (id, number) = opened(&house, &student).await;
    let said = json!({"message": "And my invoice is wrong\nIt says 120"});
    let said = house
        .post(&student, &format!("/tickets/{id}/messages"), said)
        .await;
    let message = said.at("/message_id").to_owned();
    let path = format!("{STAFF}/{id}/split");
    let split = house
        .post(
            &admin,
            &path,
            json!({"message_id": message, "category": "billing"}),
        )
        .await;
    assert_eq!(split.status, 201, "{split:?}");
    assert_eq!(split.at("/subject"), "And my invoice is wrong");
    assert_eq!(
        split.at("/description"),
        "And my invoice is wrong\nIt says 120"
    );
    assert_eq!(
        (split.at("/category"), split.at("/student_id")),
        ("payment", student.id.as_str())
    );
    assert_eq!(
        (
            split.at("/links/0/kind"),
            split.at("/links/0/ticket_number")
        ),
        ("split_from", number.as_str())
    );
    assert_eq!(split.at("/split_from/links/0/kind"), "split_into");
    let before = house.get(&admin, &format!("{STAFF}/{id}")).await;
    assert_eq!(changes(&before.body), ["created", "split_into"]);
    let own = house
        .get(
            &student,
            &format!("/tickets/{}", split.at("/ticket_number")),
        )
        .await;
    assert_eq!(own.status, 200);
    let foreign = json!({"message_id": split.at("/id")});
    house
        .post(&admin, &path, foreign)
        .await
        .is_problem(422, "unknown_message");
    house.finish().await;
}
