//! Clients that go on while the platform dies: what they were told, and what they ask again.
//!
//! Each request carries an `Idempotency-Key` of its own and is sent again with the same key until it is answered.

use crate::house::Session;
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::timeout};

/// How many things each client begins in a round.
const WISHES: usize = 3;
/// How long a client waits before it asks again; a restart ends the wait.
const PAUSE: Duration = Duration::from_secs(1);

/// Something that the platform said it had done.
#[derive(Clone, Debug)]
pub(super) enum Done {
    /// A ticket of a student.
    Ticket {
        id: String,
        number: String,
        student: usize,
        subject: String,
    },
    /// A reply of staff.
    Reply {
        ticket: String,
        message: String,
        text: String,
    },
    /// A certificate for a student.
    Certificate { id: String, student: usize },
}

/// What the clients share.
#[derive(Clone)]
pub(super) struct Town {
    pub(super) http: Client,
    pub(super) api: String,
    pub(super) students: Vec<Session>,
    pub(super) admin: Session,
    /// What was acknowledged.
    pub(super) done: Arc<Mutex<Vec<Done>>>,
    /// How much was acknowledged.
    pub(super) count: Arc<watch::Sender<usize>>,
    /// How many requests got no answer, or one that says to ask again.
    pub(super) unanswered: Arc<watch::Sender<usize>>,
    pub(super) day: watch::Receiver<Day>,
}

/// What the clients know of the platform.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Day {
    /// Whether it runs.
    pub(super) up: bool,
    /// How many times it was started.
    pub(super) round: usize,
    /// Whether nothing new is begun.
    pub(super) closing: bool,
}

/// How a request ended.
enum Told {
    /// Acknowledged, with this answer.
    Done(Value),
    /// The same request is still being worked on, as far as the platform knows.
    Later,
    /// No answer, or that of a platform that is dying.
    Nothing,
}

/// A request that is to be acknowledged.
#[derive(Clone, Debug)]
struct Wish {
    key: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Ticket { student: usize },
    Reply { ticket: String },
    Certificate { student: usize },
}

impl Town {
    /// What was acknowledged so far.
    pub(super) fn done(&self) -> Vec<Done> {
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Acts as client `number` until the day closes and everything that it began is acknowledged. The last client
    /// issues certificates, each other one opens tickets of one student and has staff reply to them.
    pub(super) async fn client(self, number: usize, clients: usize) {
        let mut day = self.day.clone();
        let (mut begun, mut waiting, mut turn) = (0, VecDeque::new(), false);
        loop {
            day.wait_for(|day| day.up)
                .await
                .expect("the test holds the sender");
            let now = *day.borrow_and_update();
            let may_begin = !now.closing && begun < now.round * WISHES;
            // New requests and those that wait take turns.
            turn = !turn;
            let wish = if may_begin && (waiting.is_empty() || turn) {
                begun += 1;
                let what = if number + 1 == clients {
                    What::Certificate {
                        student: begun % self.students.len(),
                    }
                } else {
                    What::Ticket {
                        student: number % self.students.len(),
                    }
                };
                Wish {
                    key: format!("{number}-{begun}"),
                    what,
                }
            } else if let Some(wish) = waiting.pop_front() {
                wish
            } else if now.closing {
                return;
            } else {
                day.changed().await.expect("the test holds the sender");
                continue;
            };
            let told = self.ask(&wish).await;
            if let Told::Done(answer) = &told {
                waiting.extend(self.acknowledged(wish, answer));
                continue;
            }
            self.unanswered.send_modify(|count| *count += 1);
            waiting.push_back(wish);
            if matches!(told, Told::Nothing) || !may_begin {
                // Either a moment passes or the platform is started again.
                let _ = timeout(PAUSE, day.changed()).await;
            }
        }
    }

    /// Asks once.
    async fn ask(&self, wish: &Wish) -> Told {
        let (who, path, body) = match &wish.what {
            What::Ticket { student } => {
                let subject = format!("Subject {}", wish.key);
                let body = json!({"subject": subject, "description": "It has been so since yesterday.", "category": "Technical Support"});
                (&self.students[*student], "/tickets".to_owned(), body)
            }
            What::Reply { ticket } => {
                let body = json!({"message": format!("Answer {}", wish.key)});
                (
                    &self.admin,
                    format!("/api/admin/support/tickets/{ticket}/replies"),
                    body,
                )
            }
            What::Certificate { student } => {
                let id = &self.students[*student].id;
                let body = json!({"student_id": id, "course_name": format!("Course {}", wish.key), "completion_date": "2026-06-30"});
                (
                    &self.admin,
                    "/api/admin/certificates/generate".to_owned(),
                    body,
                )
            }
        };
        let request = self
            .http
            .post(format!("{}{path}", self.api))
            .bearer_auth(&who.token);
        let response = request
            .header("idempotency-key", &wish.key)
            .json(&body)
            .send()
            .await;
        let Ok(response) = response else {
            return Told::Nothing;
        };
        let status = response.status().as_u16();
        let Ok(text) = response.text().await else {
            return Told::Nothing;
        };
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        match status {
            // 200: a certificate for the same fact stands; it can only be the one that this key issued.
            200 | 201 => Told::Done(answer),
            409 if answer["code"] == "idempotency_in_flight" => Told::Later,
            500.. => Told::Nothing,
            _ => panic!("{wish:?} was refused with {status}: {text}"),
        }
    }

    /// Notes what was acknowledged; what the client wants next because of it.
    fn acknowledged(&self, wish: Wish, answer: &Value) -> Option<Wish> {
        let text = |name: &str| {
            answer[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name}: {answer}"))
                .to_owned()
        };
        let (done, next) = match wish.what {
            What::Ticket { student } => {
                let id = text("id");
                let reply = Wish {
                    key: format!("{}-reply", wish.key),
                    what: What::Reply { ticket: id.clone() },
                };
                let (number, subject) = (text("ticket_number"), format!("Subject {}", wish.key));
                (
                    Done::Ticket {
                        id,
                        number,
                        student,
                        subject,
                    },
                    Some(reply),
                )
            }
            What::Reply { ticket } => (
                Done::Reply {
                    ticket,
                    message: text("message_id"),
                    text: format!("Answer {}", wish.key),
                },
                None,
            ),
            What::Certificate { student } => (
                Done::Certificate {
                    id: text("certificate_id"),
                    student,
                },
                None,
            ),
        };
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(done);
        self.count.send_modify(|count| *count += 1);
        next
    }
}
