//! Whatever is done to a ticket: no path of a requester in `tutoring` shows a note, a priority, a tag or who on the staff it
//! was.

use crate::house::{ADMIN, House, OTHER_ADMIN, STUDENT, Session};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};

/// Stands in every note, tag and reason, and nowhere else.
const SECRET: &str = "xylograph";

#[derive(Clone, Copy, Debug)]
enum Action {
    Note,
    StaffReply,
    StudentReply,
    Status(&'static str),
    Close,
    Assign,
    Unassign,
    Priority(&'static str),
    Tags,
    Rate,
    Merge,
    Split,
    Link,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        3 => Just(Action::Note),
        2 => Just(Action::StaffReply),
        2 => Just(Action::StudentReply),
        2 => prop::sample::select(vec!["open", "in_progress", "waiting_customer", "resolved", "closed"]).prop_map(Action::Status),
        1 => Just(Action::Close),
        2 => Just(Action::Assign),
        1 => Just(Action::Unassign),
        2 => prop::sample::select(vec!["low", "high", "urgent"]).prop_map(Action::Priority),
        1 => Just(Action::Tags),
        1 => Just(Action::Rate),
        1 => Just(Action::Merge),
        1 => Just(Action::Split),
        1 => Just(Action::Link),
    ];
    prop::collection::vec(action, 2..12)
}

/// A ticket of the student, and another one that it may be merged or linked with.
struct Desk<'a> {
    house: &'a House,
    student: &'a Session,
    admin: &'a Session,
    id: String,
    other: String,
    /// A public message of the ticket.
    said: Option<String>,
}

impl Desk<'_> {
    async fn staff(&self, method: Method, what: &str, body: Value) -> crate::house::Answer {
        let path = format!("/api/admin/support/tickets/{}/{what}", self.id);
        self.house.ask(self.admin, method, &path, Some(body)).await
    }

    async fn own(&self, what: &str, body: Value) -> crate::house::Answer {
        let path = format!("/tickets/{}/{what}", self.id);
        self.house.post(self.student, &path, body).await
    }

    /// Does it, and looks at the answer where it is the student's.
    async fn act(&mut self, action: Action) {
        let (patch, post) = (Method::PATCH, Method::POST);
        let answer = match action {
            Action::Note => {
                let note =
                    json!({"message": format!("the {SECRET} of it"), "is_internal_note": true});
                self.staff(post, "messages", note).await
            }
            Action::StaffReply => {
                self.staff(post, "replies", json!({"message": "We look"}))
                    .await
            }
            Action::StudentReply => self.own("replies", json!({"message": "Any news?"})).await,
            Action::Status(to) => {
                let body = json!({"status": to, "reason": format!("a {SECRET}")});
                self.staff(patch, "status", body).await
            }
            Action::Close => self.own("close", json!({})).await,
            Action::Assign => {
                self.staff(patch, "assign", json!({"assigned_to": self.admin.id}))
                    .await
            }
            Action::Unassign => {
                self.staff(patch, "assign", json!({"assigned_to": null}))
                    .await
            }
            Action::Priority(to) => self.staff(patch, "priority", json!({"priority": to})).await,
            Action::Tags => {
                self.staff(Method::PUT, "tags", json!({"tags": [SECRET]}))
                    .await
            }
            Action::Rate => self.own("rating", json!({"rating": 2})).await,
            Action::Merge => self.staff(post, "merge", json!({"into": self.other})).await,
            Action::Split => {
                let message = self.said.clone().unwrap_or_else(|| self.id.clone());
                self.staff(post, "split", json!({"message_id": message}))
                    .await
            }
            Action::Link => {
                self.staff(post, "links", json!({"ticket": self.other}))
                    .await
            }
        };
        // What the table or the ticket's state refuses changes nothing; everything else is done.
        assert!(
            [200, 201, 409, 422].contains(&answer.status),
            "{action:?}: {answer:?}"
        );
        match action {
            Action::StudentReply | Action::Close | Action::Rate => {
                self.hides("an answer", &answer.text);
            }
            Action::StaffReply if answer.status == 201 => {
                self.said = Some(answer.at("/message_id").to_owned());
            }
            _ => {}
        }
    }

    fn hides(&self, path: &str, text: &str) {
        let lower = text.to_lowercase();
        let id = self.admin.id.as_str();
        for secret in [
            SECRET,
            "\"priority\"",
            "urgent",
            "meera",
            "iyer",
            "jonas",
            "\"tags\"",
            "\"history\"",
            id,
        ] {
            assert!(!lower.contains(secret), "{path} shows {secret}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_of_a_requester_in_tutoring_shows_what_is_staffs_whatever_happens() {
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    house.sign_in(OTHER_ADMIN).await;
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
    let mut rng = TestRunner::new_with_rng(Config::default(), seed);
    let mut notes = 0;
    for _ in 0..10 {
        let tree = actions().new_tree(&mut rng).expect("a sequence of actions");
        let (id, _) = super::opened(&house, &student).await;
        let (other, number) = super::opened(&house, &student).await;
        let mut desk = Desk {
            house: &house,
            student: &student,
            admin: &admin,
            id,
            other,
            said: None,
        };
        for action in tree.current() {
            desk.act(action).await;
            notes += usize::from(matches!(action, Action::Note));
        }
        for path in [
            "/tickets?limit=100".to_owned(),
            "/tickets?limit=100&sort=updated_at".to_owned(),
            "/tickets?limit=100&search=question".to_owned(),
            "/tickets/stats".to_owned(),
            format!("/tickets/{}", desk.id),
            format!("/tickets/{number}"),
            format!("/tickets/{}/attachments", desk.id),
            format!("/api/support/tickets/{}", desk.id),
            format!("/api/admin/support/tickets/{}", desk.other),
        ] {
            let answer = house.get(&student, &path).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            desk.hides(&path, &answer.text);
            desk.hides(&path, &format!("{:?}", answer.headers));
        }
    }
    assert!(notes > 5, "the sequences had notes in them");
    house.platform.quiesce().await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 10)
        .await;
    for mail in mails {
        let lower = mail.to_string().to_lowercase();
        for secret in [SECRET, "urgent", "meera", "iyer"] {
            assert!(!lower.contains(secret), "a mail shows {secret}: {mail}");
        }
    }
    house.finish().await;
}
