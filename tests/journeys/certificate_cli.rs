//! The command line, against a running deployment and against files.

use crate::house::{ADMIN, House, STUDENT, binaries};
use registrar_local::seed;
use serde_json::{Value, json};
use std::{path::Path, process::Output};
use tokio::process::Command;

/// What the program said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let said = Self {
            code: output.status.code().expect("it ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert!(!said.err.contains("panicked"), "{said:?}");
        said
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// The program with nothing but what is said of the environment.
fn registrar(api: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binaries().join("registrar"));
    command
        .env_clear()
        .env("REGISTRAR_API", api)
        .args(["certificate"])
        .args(arguments);
    command
}

async fn run(mut command: Command) -> Said {
    Said::of(command.output().await.expect("the program runs"))
}

impl House {
    async fn registrar(&self, arguments: &[&str]) -> Said {
        run(registrar(self.platform.api_url(), arguments)).await
    }

    /// Keeps what an address serves in a file.
    async fn file(&self, folder: &Path, name: &str, path: &str) -> String {
        let url = format!("{}{path}", self.platform.api_url());
        let file = folder.join(name);
        std::fs::write(&file, self.bytes(&url).await).expect("it is written");
        file.to_str().expect("an ASCII path").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_issued_and_verified_from_a_terminal() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let api = house.platform.api_url();
    let mut issue = registrar(
        api,
        &[
            "issue",
            &student.id,
            "Python Basics",
            "A+",
            "--completed",
            "2026-01-15",
            "--email",
            ADMIN,
            "--idempotency-key",
            "from-a-terminal",
        ],
    );
    issue.env("REGISTRAR_PASSWORD", seed::PASSWORD);
    let issued = run(issue).await;
    assert_eq!(issued.code, 0, "{issued:?}");
    let mut lines = issued.out.lines();
    let (id, link) = (lines.next().expect("an id"), lines.next().expect("a link"));
    assert!(id.starts_with("CERT-") && link.ends_with(id), "{issued:?}");

    let mut again = registrar(
        api,
        &[
            "issue",
            &student.id,
            "Python Basics",
            "A+",
            "--completed",
            "2026-01-15",
            "--idempotency-key",
            "from-a-terminal",
            "--json",
        ],
    );
    again.env("REGISTRAR_TOKEN", &admin.token);
    let again = run(again).await;
    assert_eq!(
        (again.code, &again.json()["certificate_id"]),
        (0, &json!(id)),
        "{again:?}"
    );
    let token = again.json()["token"].as_str().expect("a token").to_owned();
    house.platform.quiesce().await;

    let scanned = format!("HTTPS://VERIFY.EXAMPLE.ORG/V/{token}");
    for what in [id, link, &token, &scanned] {
        let said = house.registrar(&["verify", what]).await;
        assert_eq!(said.code, 0, "{said:?}");
        for shown in ["valid\n", id, "Asha Rao", "Python Basics"] {
            assert!(said.out.contains(shown), "no {shown:?} in {said:?}");
        }
    }
    let said = house.registrar(&["verify", id, "--json"]).await;
    assert_eq!(
        (&said.json()["verdict"], &said.json()["grade"]),
        (&json!("valid"), &json!("A+"))
    );

    let suspend = format!("/api/admin/certificates/{id}/suspend");
    house
        .post(&admin, &suspend, json!({"reason": "looked at"}))
        .await;
    assert_eq!(house.registrar(&["verify", &token]).await.code, 11);
    house.revoke(&admin, id).await;
    let said = house.registrar(&["verify", &token]).await;
    assert_eq!((said.code, said.out.lines().next()), (10, Some("revoked")));
    let withdraw = format!("/api/admin/certificates/{id}/withdraw");
    house
        .post(&admin, &withdraw, json!({"reason": "request 42"}))
        .await;
    let said = house.registrar(&["verify", id]).await;
    assert_eq!(said.code, 17, "{said:?}");
    assert!(!said.out.contains("Asha"), "{said:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_verified_from_files_with_nobody_to_ask() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let good = house.issue(&admin, &student, "Python Basics").await;
    let revoked = house.issue(&admin, &student, "Rust Basics").await;
    house.revoke(&admin, &revoked.id).await;
    let halted = house.issue(&admin, &student, "Go Basics").await;
    let suspend = format!("/api/admin/certificates/{}/suspend", halted.id);
    house
        .post(&admin, &suspend, json!({"reason": "looked at"}))
        .await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let keys = house.file(folder, "keys.json", "/certificate-keys").await;
    let list = house.file(folder, "revoked.jws", "/status-lists/0").await;
    let suspended = house
        .file(folder, "suspended.jws", "/status-lists/0/suspension")
        .await;
    house.finish().await;

    let nobody = "http://127.0.0.1:9";
    let with = |token: &str, more: &[&str]| {
        let mut arguments = vec!["verify", token, "--keys", &keys];
        arguments.extend(more);
        run(registrar(nobody, &arguments))
    };
    let lists = ["--status-list", &list, "--suspension-list", &suspended];
    let said = with(&good.token, &lists).await;
    assert_eq!(
        (said.code, said.out.lines().next()),
        (0, Some("valid")),
        "{said:?}"
    );
    assert_eq!(with(&revoked.token, &lists).await.code, 10);
    assert_eq!(with(&halted.token, &lists).await.code, 11);
    is_never_told_half(&halted.token, &keys, &list).await;
    let unsure = with(&good.token, &[]).await;
    assert_eq!(unsure.code, 16, "{unsure:?}");
    assert!(unsure.out.contains("signed by the issuer"), "{unsure:?}");

    let forged = forged(&good.token);
    let said = with(&forged, &lists).await;
    assert_eq!(
        (said.code, said.out.trim()),
        (13, "forged (signature)"),
        "{said:?}"
    );

    let strange = strange_file(folder);
    let strange = strange.as_str();
    for (arguments, code, says) in [
        (
            vec!["verify", "not a token", "--keys", &keys],
            14,
            "malformed",
        ),
        (vec!["verify", "é💥", "--keys", &keys], 14, "malformed"),
        (vec!["verify", "", "--keys", &keys], 14, "malformed"),
        (vec!["verify", &good.id, "--keys", &keys], 1, "an id alone"),
        (
            vec!["verify", &good.token, "--keys", &list],
            1,
            "not a set of keys",
        ),
        (vec!["verify", &good.token, "--keys", strange], 1, "strange"),
        (
            vec!["verify", &good.token, "--keys", "/nowhere"],
            1,
            "/nowhere",
        ),
        (
            vec![
                "verify",
                &good.token,
                "--keys",
                &keys,
                "--status-list",
                &keys,
                "--suspension-list",
                &suspended,
            ],
            1,
            "status list",
        ),
        (vec!["verify", &good.token], 1, nobody),
        (
            vec!["verify", &good.token, "--max-age", "soon"],
            2,
            "invalid value",
        ),
        (vec!["issue", "somebody", "Python"], 2, "invalid value"),
        (
            vec!["issue", &student.id, "Python"],
            1,
            "REGISTRAR_PASSWORD",
        ),
        (vec!["lose"], 2, "unrecognized"),
    ] {
        let said = run(registrar(nobody, &arguments)).await;
        assert_eq!(said.code, code, "{arguments:?}: {said:?}");
        let text = format!("{}{}", said.out, said.err);
        assert!(text.contains(says), "no {says:?} in {said:?}");
    }
}

/// Without the suspensions, or with another list in their place, a suspended certificate is never called valid.
async fn is_never_told_half(halted: &str, keys: &str, list: &str) {
    let half = ["verify", halted, "--keys", keys, "--status-list", list];
    let swapped = [&half[..], &["--suspension-list", list]].concat();
    let (half, swapped) = (
        run(registrar("http://127.0.0.1:9", &half)).await,
        run(registrar("http://127.0.0.1:9", &swapped)).await,
    );
    assert_eq!(half.code, 2, "{half:?}");
    assert!(half.err.contains("--suspension-list"), "{half:?}");
    assert_eq!(swapped.code, 1, "{swapped:?}");
    assert!(
        swapped.err.contains("list of the revocations"),
        "{swapped:?}"
    );
}

/// The token with one character of its signature changed.
fn forged(token: &str) -> String {
    let (before, rest) = token.split_at(token.len() - 40);
    let other = if rest.starts_with('A') { "B" } else { "A" };
    format!("{before}{other}{}", &rest[1..])
}

/// A file that is no text.
fn strange_file(folder: &Path) -> String {
    let strange = folder.join("strange");
    std::fs::write(&strange, [0xff, 0xfe, 0x00]).expect("it is written");
    strange.to_str().expect("an ASCII path").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_refuses_is_said_in_its_words_and_what_it_did_not_answer_is_asked_again() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let api = house.platform.api_url();
    let as_somebody = |token: &str, student_id: &str, more: &[&str]| {
        let mut arguments = vec!["issue", student_id, "Python Basics"];
        arguments.extend(more);
        let mut command = registrar(api, &arguments);
        command.env("REGISTRAR_TOKEN", token);
        run(command)
    };
    for (token, student_id, more, says) in [
        (&student.token, &student.id, vec![], "403 forbidden"),
        (&admin.token, &admin.id, vec![], "422 unknown_student"),
        (
            &admin.token,
            &student.id,
            vec!["--completed", "2149-01-01"],
            "422 future_completion_date",
        ),
        (&"nonsense".to_owned(), &student.id, vec![], "401"),
    ] {
        let said = as_somebody(token, student_id, &more).await;
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains(says), "no {says:?} in {said:?}");
    }
    let mut command = registrar(api, &["issue", &student.id, "Python Basics"]);
    command.env("REGISTRAR_EMAIL", ADMIN);
    command.env("REGISTRAR_PASSWORD", "short");
    let said = run(command).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("; /password must have"), "{said:?}");
    let unknown = house.registrar(&["verify", "CERT-20260101-N0B0DY"]).await;
    assert_eq!(
        (unknown.code, unknown.out.lines().next()),
        (15, Some("unknown"))
    );

    house.platform.stop_origin().await;
    let said = as_somebody(&admin.token, &student.id, &[]).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("--idempotency-key"), "{said:?}");
    house.platform.start_origin().await.expect("a free address");
    let key = said
        .err
        .trim()
        .rsplit(' ')
        .next()
        .expect("the key")
        .to_owned();
    let said = as_somebody(&admin.token, &student.id, &["--idempotency-key", &key]).await;
    assert_eq!(said.code, 0, "{said:?}");
    house.finish().await;
}
