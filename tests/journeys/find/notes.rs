//! Whatever is done to a ticket: no list, no search and no bell of a requester shows an internal note.

use crate::house::{ADMIN, House, STUDENT, Session};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;

/// Stands in every note, and nowhere else.
const SECRET: &str = "xylograph";

#[derive(Clone, Copy, Debug)]
enum Action {
    Note,
    StaffReply,
    StudentReply,
    Resolve,
    Reopen,
    Assign,
    Urgent,
    NoteInWordsOfTheSubject,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        3 => Just(Action::Note),
        1 => Just(Action::NoteInWordsOfTheSubject),
        2 => Just(Action::StaffReply),
        2 => Just(Action::StudentReply),
        1 => Just(Action::Resolve),
        1 => Just(Action::Reopen),
        1 => Just(Action::Assign),
        1 => Just(Action::Urgent),
    ];
    prop::collection::vec(action, 1..8)
}

async fn act(house: &House, who: [&Session; 2], number: &str, action: Action) {
    let [student, admin] = who;
    let base = format!("/api/admin/support/tickets/{number}");
    let (replies, status) = (format!("{base}/replies"), format!("{base}/status"));
    let note = |text: String| json!({"message": text, "is_internal_note": true});
    let answer = match action {
        Action::Note => {
            house
                .post(admin, &replies, note(format!("the {SECRET} of it")))
                .await
        }
        Action::NoteInWordsOfTheSubject => {
            house
                .post(admin, &replies, note(format!("invoice {SECRET}")))
                .await
        }
        Action::StaffReply => {
            house
                .post(admin, &replies, json!({"message": "we look"}))
                .await
        }
        Action::StudentReply => {
            let path = format!("/tickets/{number}/messages");
            house
                .post(student, &path, json!({"message": "any news?"}))
                .await
        }
        Action::Resolve => {
            house
                .patch(admin, &status, json!({"status": "resolved"}))
                .await
        }
        Action::Reopen => house.patch(admin, &status, json!({"status": "open"})).await,
        Action::Assign => {
            let path = format!("{base}/assign");
            house
                .patch(admin, &path, json!({"assigned_to": admin.id}))
                .await
        }
        Action::Urgent => {
            let path = format!("{base}/priority");
            house
                .patch(admin, &path, json!({"priority": "urgent"}))
                .await
        }
    };
    // A move that the table refuses changes nothing; everything else is done.
    assert!(
        [200, 201, 409].contains(&answer.status),
        "{action:?}: {answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_no_search_and_no_bell_of_a_requester_shows_a_note_whatever_happens() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let mut rng = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]),
    );
    let mut noted = 0;
    for _ in 0..12 {
        let tree = actions().new_tree(&mut rng).expect("a sequence of actions");
        let opened = house
            .post(
                &student,
                "/tickets",
                json!({"subject": "The invoice is wrong", "description": "It has one lesson too many."}),
            )
            .await;
        let number = opened.at("/ticket_number").to_owned();
        for action in tree.current() {
            act(&house, [&student, &admin], &number, action).await;
            noted += usize::from(matches!(
                action,
                Action::Note | Action::NoteInWordsOfTheSubject
            ));
        }
        house.platform.quiesce().await;
        for path in [
            "/tickets?limit=100".to_owned(),
            "/tickets?limit=100&sort=updated_at".to_owned(),
            "/tickets?limit=100&sort=status&order=desc".to_owned(),
            "/tickets?search=invoice&limit=100".to_owned(),
            "/tickets/stats".to_owned(),
            format!("/tickets/{number}"),
            format!("/api/admin/support/tickets/{number}"),
            "/api/notifications?limit=100".to_owned(),
            "/api/notifications?unread=true&limit=100".to_owned(),
            "/api/admin/notifications?limit=100".to_owned(),
            "/api/notifications/unread-count".to_owned(),
        ] {
            let answer = house.get(&student, &path).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert!(!answer.text.contains(SECRET), "{path}: {answer:?}");
            assert!(!format!("{:?}", answer.headers).contains(SECRET), "{path}");
        }
        for list in ["/tickets", "/api/admin/support/tickets"] {
            let who = if list == "/tickets" { &student } else { &admin };
            let found = house.get(who, &format!("{list}?search={SECRET}")).await;
            assert_eq!(
                found.body["tickets"],
                json!([]),
                "not even staff find it so: {found:?}"
            );
        }
    }
    assert!(noted > 5, "the sequences had notes in them");
    for who in [&student, &admin] {
        let bell = house.get(who, "/api/notifications?limit=100").await;
        let shown = bell.body["notifications"].as_array().map_or(0, Vec::len);
        assert!(shown > 5, "there was something to read: {bell:?}");
    }
    let seen = house
        .get(
            &admin,
            "/api/admin/support/tickets?search=invoice&limit=100",
        )
        .await;
    assert_eq!(seen.body["tickets"].as_array().map_or(0, Vec::len), 12);
    house.finish().await;
}
