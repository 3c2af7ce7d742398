//! Many certificates from one list.
//!
//! | module | what |
//! |---|---|
//! | `killed` | the worker is killed again and again: every row once |
//! | `files` | files that are refused, and rows that are errors |
//! | `together` | two workers are at the same rows at the same time |
//! | `throttled` | a table that has too much to do makes no row an error |
//! | `tolerant` | files as table programs and people write them |
//! | `use_of` | what staff does with bulk issues: cohorts, lists, cancelling, doing it again |

mod files;
mod killed;
mod throttled;
mod together;
mod tolerant;
mod use_of;

use crate::house::{Answer, Ask, House, Session};
use registrar_domain::{
    account::{Account, Locale},
    actor::Role,
    id::AccountId,
    value::{Email, PersonName},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;

const BULK: &str = "/api/admin/certificates/bulk";
const CERTIFICATES: &str = "/api/admin/certificates";

/// A student of these tests, by number.
fn id_of(number: usize) -> String {
    format!("00000000-0000-7000-9000-{number:012x}")
}

fn email_of(number: usize) -> String {
    format!("student{number}@example.org")
}

impl House {
    /// Makes as many students; nobody can sign in as one.
    async fn students(&self, count: usize) {
        let table = self.table();
        for number in 0..count {
            let id: AccountId = id_of(number).parse().expect("a UUID");
            let account = Account {
                id,
                role: Role::Student,
                name: PersonName::new(&format!("Student Number {number}")).expect("a name"),
                email: Email::new(&email_of(number)).expect("an address"),
                phone: None,
                locale: Locale::En,
                activated_at: None,
                disabled_at: None,
                version: 1,
                created_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
            };
            table
                .create_account(&account, None)
                .await
                .expect("it is written");
        }
    }

    /// Uploads a file by the signed request; the upload's id.
    async fn upload_csv(&self, who: &Session, file: &[u8]) -> String {
        let size = json!({"size": file.len()});
        let upload = self.post(who, &format!("{BULK}/uploads"), size).await;
        assert_eq!(upload.status, 201, "{upload:?}");
        let mut request = self.http.put(upload.at("/url"));
        let headers = upload.body["headers"].as_object().expect("headers");
        for (name, value) in headers {
            request = request.header(name, value.as_str().expect("a text"));
        }
        let sent = request.body(file.to_vec()).send().await.expect("an answer");
        assert_eq!(sent.status(), 200);
        upload.at("/upload_id").to_owned()
    }

    /// Uploads a file and begins it.
    pub(crate) async fn begin_csv(&self, who: &Session, file: &[u8]) -> Answer {
        let id = self.upload_csv(who, file).await;
        self.post(
            who,
            BULK,
            json!({"upload_id": id, "file_name": "spring.csv"}),
        )
        .await
    }

    async fn bulk(&self, who: &Session, id: &str) -> Answer {
        let answer = self.get(who, &format!("{BULK}/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// All errors of a bulk issue, by pages of this size.
    pub(crate) async fn row_errors(&self, who: &Session, id: &str, limit: usize) -> Vec<Value> {
        self.pages_of(who, &format!("{BULK}/{id}/errors"), "errors", limit)
            .await
    }

    /// All rows of a list.
    async fn pages_of(&self, who: &Session, path: &str, rows: &str, limit: usize) -> Vec<Value> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self
                .get(who, &format!("{path}?limit={limit}{cursor}"))
                .await;
            assert_eq!(page.status, 200, "{page:?}");
            found.extend(page.body[rows].as_array().expect("a list").iter().cloned());
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }

    /// How often each fact was told by e-mail.
    async fn mails(&self) -> std::collections::BTreeMap<String, u32> {
        let mut sent = std::collections::BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let url = format!(
                "{}/journal?provider=sendgrid&limit=1000{cursor}",
                self.platform.simulators_url()
            );
            let page = self.http.request(Method::GET, url).answer().await;
            for entry in page.body["entries"].as_array().expect("a list") {
                let key = entry["custom_args"]["effect_key"].as_str();
                // "email/<person>/<fact>"
                let fact = key.and_then(|key| key.splitn(3, '/').nth(2));
                let fact = fact.expect("every mail has its effect key");
                *sent.entry(fact.to_owned()).or_default() += 1;
            }
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return sent,
            }
        }
    }
}

/// A file of rows with `email,course_name,completion_date`.
fn csv(rows: impl IntoIterator<Item = (String, String)>) -> String {
    let mut file = "email,course_name,completion_date\n".to_owned();
    for (email, course) in rows {
        writeln!(file, "{email},{course},2026-01-15").expect("writing to a text does not fail");
    }
    file
}

/// Row, column and code of each error.
fn faults(errors: &[Value]) -> Vec<(u64, &str, &str)> {
    errors
        .iter()
        .map(|error| {
            (
                error["row"].as_u64().expect("a number"),
                error["column"].as_str().unwrap_or_default(),
                error["code"].as_str().expect("a code"),
            )
        })
        .collect()
}
