//! A deployment's own file over its profile: what it changes, and that one that does not hold refuses to start.

use crate::house::{ADMIN, House, STUDENT, binaries};
use serde_json::json;
use std::{io::Write as _, process::Command};
use tempfile::NamedTempFile;

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployments_own_file_writes_over_its_profile() {
    let file = file(
        r#"{"priority": {"requester_may_set": false}, "staff_shown_as": "The desk", "ticket_number": {"prefix": "HELP"}}"#,
    );
    let path = file.path().to_str().expect("a path of text");
    let house = House::start_with(&[("ProfileFile", path)]).await;
    let student = house.sign_in(STUDENT).await;
    let admin = house.sign_in(ADMIN).await;
    let opened = house.open_ticket(&student).await;
    let today = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    assert_eq!(opened.at("/ticket_number"), format!("HELP-{today}-0001"));
    assert_eq!(
        opened.at("/priority"),
        "medium",
        "what the requester proposed is not taken"
    );
    let path = format!("/tickets/{}", opened.at("/id"));
    let reply = json!({"message": "Hello"});
    house.post(&admin, &format!("{path}/messages"), reply).await;
    let shown = house.get(&student, &path).await;
    assert_eq!(shown.at("/messages/0/author_name"), "The desk");
    house.finish().await;
}

/// What a function says that is started with a profile and a file, and its exit code.
fn started(profile: &str, file: &NamedTempFile) -> (Option<i32>, String) {
    let ended = Command::new(binaries().join("registrar-tickets"))
        .env_clear()
        .env("TABLE_NAME", "registrar")
        .env("PROFILE", profile)
        .env("PROFILE_FILE", file.path())
        .env("APP_BASE_URL", "http://127.0.0.1:1")
        .env("VERIFY_BASE_URL", "http://127.0.0.1:1")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "id")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    (ended.status.code(), said)
}

#[test]
fn a_profile_that_does_not_hold_refuses_to_start_and_says_which_line() {
    let cases = [
        (
            "{\n\"transitions\": {\n\"staff\": {\n\"closed\": []}}}",
            "line 4: 'closed' can be entered and never left",
        ),
        (
            "{\"transitions\": {\"staff\": {\n\"open\": [\"waiting_ai\"], \"waiting_ai\": [\"open\"],\n\"in_progress\": [\"open\"], \"waiting_customer\": [\"open\"]}}}",
            "line 2: 'open' is a dead end",
        ),
        (
            "{\n\n\"attachments\": {\"max_bytes\": 999999999}}",
            "line 3: an attachment has at most 33554432 bytes",
        ),
        (
            "{\"categories\": [\n{\"code\": \"a\", \"aliases\": [], \"label\": {\"en\": \"A\", \"fr\": \"A\"}, \"description\": {\"en\": \"A\", \"fr\": \"A\"}},\n{\"code\": \"b\", \"aliases\": [\"a\"], \"label\": {\"en\": \"B\", \"fr\": \"B\"}, \"description\": {\"en\": \"B\", \"fr\": \"B\"}}]}",
            "line 3: the category alias 'a' means both 'a' and 'b'",
        ),
        ("{\n\"page_size\": 20,,}", "line 2"),
    ];
    for (text, expected) in cases {
        let (code, said) = started("edu", &file(text));
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("PROFILE_FILE") && said.contains(expected),
            "{expected}: {said}"
        );
    }
    let (code, said) = started("school", &file("{}"));
    assert!(
        code == Some(1) && said.contains("edu, chat, portal, tutoring"),
        "{said}"
    );
}
