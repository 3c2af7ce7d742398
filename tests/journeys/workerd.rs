//! The Worker itself, as it is deployed, in workerd: in front of a living house, then of one whose origin is gone.

use crate::certificate_keys::{public_half, seed, today};
use crate::house::{ADMIN, Ask, DEVANAGARI, House, STUDENT, binaries, repository};
use jiff::{SignedDuration, Timestamp};
use registrar_credential::{SignedClaim, SigningKey};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

const NAME: &str = "अनुष्का श्रीवास्तव";

/// A Worker in a process of its own: `tests/edge/house.mjs`.
struct Workerd {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Workerd {
    async fn start(house: &House) -> Self {
        let root = repository();
        for (made, by) in [
            ("edge-verify/dist/registrar_bg.wasm", "make edge"),
            ("tests/edge/node_modules/miniflare", "make setup"),
        ] {
            assert!(
                root.join(made).exists(),
                "{made} is missing: `{by}` makes it"
            );
        }
        let keys = house
            .request(Method::GET, "/certificate-keys")
            .answer()
            .await;
        assert_eq!(keys.status, 200, "{keys:?}");
        let mut process = Command::new("node")
            .arg(root.join("tests/edge/house.mjs"))
            .env("ORIGIN", house.platform.api_url())
            .env("ISSUER_KEYS", keys.text)
            .env("KV_VALUES_URL", house.kv_values_url())
            .env("KV_TOKEN", &house.platform.secrets().cloudflare_api_token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs the Worker");
        let orders = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        Self {
            process,
            orders,
            answers,
        }
    }

    async fn tell(&mut self, order: Value) -> Value {
        self.orders
            .write_all(format!("{order}\n").as_bytes())
            .await
            .expect("the Worker's process takes orders");
        let answer = self.answers.next_line().await.expect("a pipe");
        let answer = answer.expect("the Worker's process ended; its error stands above");
        serde_json::from_str(&answer).expect("an answer is JSON")
    }

    /// What the edge's KV has of these keys comes to be in the Worker's.
    async fn copy(&mut self, keys: &[&str]) {
        self.tell(json!({"copy": keys})).await;
    }

    /// Status and JSON of a path, asked so many seconds later than it is.
    async fn get(&mut self, path: &str, later: u64) -> (u64, Value) {
        let answer = self.tell(json!({"get": path, "later": later})).await;
        let body = answer["body"].as_str().expect("a body");
        (
            answer["status"].as_u64().expect("a status"),
            serde_json::from_str(body).expect("JSON"),
        )
    }

    /// The verdict on a path, asked so many seconds later than it is.
    async fn verdict(&mut self, path: &str, later: u64) -> String {
        let (_, body) = self.get(path, later).await;
        body["verdict"]
            .as_str()
            .unwrap_or_else(|| panic!("no verdict: {body}"))
            .to_owned()
    }

    async fn end(mut self) {
        drop(self.orders);
        let ended = self.process.wait().await.expect("a process");
        assert!(ended.success(), "{ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_in_workerd_judges_with_and_without_the_origin_and_sees_the_revocation() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let certificate = house.issue(&admin, &student, "Python Basics").await;
    let (by_token, by_id) = (certificate.by_token(), certificate.by_id());
    let record = format!("cert/{}", certificate.id);

    // A KV that no push has reached: everything is asked of the origin.
    let mut worker = Workerd::start(&house).await;
    for path in [&by_token, &by_id, &by_token.replace("/v/", "/V/")] {
        let (status, body) = worker.get(path, 0).await;
        assert_eq!(
            (status, &body["verdict"], &body["holder"]),
            (200, &json!("valid"), &json!(NAME)),
            "{body}"
        );
    }
    let (status, body) = worker.get("/verify/CERT-20260101-N0B0DY", 0).await;
    assert_eq!((status, &body["verdict"]), (404, &json!("unknown")));
    let page =
        json!({"get": by_token, "headers": {"accept": "text/html", "accept-language": "fr"}});
    let page = worker.tell(page).await;
    let html = page["body"].as_str().expect("a page");
    assert!(
        html.contains("<html lang=\"fr\"") && html.contains(NAME),
        "{html}"
    );

    // The origin is gone: the KV serves what was pushed, and what it does not know has no verdict.
    house.platform.stop_origin().await;
    let (status, body) = worker.get(&by_id, 0).await;
    assert_eq!((status, &body["code"]), (503, &json!("origin_unreachable")));
    worker
        .copy(&["status/0", "status/0/suspension", &record])
        .await;
    assert_eq!(worker.verdict(&by_token, 40).await, "valid");
    assert_eq!(worker.verdict(&by_id, 40).await, "valid");
    let (_, stale) = worker.get(&by_token, 1000).await;
    assert_eq!(stale["verdict"], "stale");
    assert!(
        stale["age_seconds"]
            .as_u64()
            .is_some_and(|age| (960..1060).contains(&age)),
        "{stale}"
    );

    // Revoked while no push arrives: seen through the origin.
    house
        .platform
        .start_origin()
        .await
        .expect("the address is free");
    house.revoke(&admin, &certificate.id).await;
    assert_eq!(worker.verdict(&by_token, 1060).await, "revoked");
    worker.end().await;

    // A Worker that starts after the push, with the origin gone again.
    house.platform.quiesce().await;
    let mut worker = Workerd::start(&house).await;
    house.platform.stop_origin().await;
    worker
        .copy(&["status/0", "status/0/suspension", &record])
        .await;
    assert_eq!(worker.verdict(&by_token, 0).await, "revoked");
    assert_eq!(worker.verdict(&by_id, 0).await, "revoked");
    worker.end().await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_believes_a_retired_key_for_ever_and_a_stolen_one_only_where_the_record_does() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let old = house.issue(&admin, &student, "Before").await;
    // The first key is retired, the second is in use.
    let mut keys = house.certificate_keys();
    keys[0]["not_after"] = json!(today());
    let public = public_half(&keys[0]);
    let retired = keys[0].as_object_mut().expect("a key");
    retired.remove("seed");
    retired.insert("public".to_owned(), json!(public));
    keys.push(json!({"kid": 41, "seed": seed(41), "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let own = house.issue(&admin, &student, "After").await;

    // It is stolen, and who has it dates back: by another name on the same certificate, and on one that never was.
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let tomorrow = tomorrow.strftime("%Y-%m-%d").to_string();
    keys.last_mut().expect("a key")["compromised_at"] = json!(tomorrow);
    keys.push(json!({"kid": 42, "seed": seed(42), "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    house
        .platform
        .fire_schedule("RefreshStatusLists")
        .await
        .expect("it runs");
    house.platform.quiesce().await;
    let thief = SigningKey::new(41, &[41; 32], today().parse().expect("a day"), None, None);
    let claim = SignedClaim::parse(&own.token).expect("a token");
    let mut named = claim.claim().clone();
    named.holder = registrar_credential::Text::new("The thief").expect("a name");
    let mut invented = named.clone();
    invented.id = format!("CERT-{}-ABCDEFGHJK", today().replace('-', ""))
        .parse()
        .expect("an id");
    let mut later = named.clone();
    later.id = format!("CERT-{}-ABCDEFGHJK", tomorrow.replace('-', ""))
        .parse()
        .expect("an id");
    let forged: Vec<String> = [named, invented, later]
        .iter()
        .map(|claim| {
            format!(
                "/v/{}",
                claim.clone().sign(&thief).expect("a claim").token()
            )
        })
        .collect();

    let mut worker = Workerd::start(&house).await;
    for path in [&old.by_token(), &old.by_id(), &own.by_token(), &own.by_id()] {
        assert_eq!(worker.verdict(path, 0).await, "valid", "{path}");
    }
    for path in &forged {
        let (_, judged) = worker.get(path, 0).await;
        assert_eq!(
            (&judged["verdict"], &judged["reason"], &judged["holder"]),
            (&json!("forged"), &json!("key_compromised"), &Value::Null)
        );
    }
    // From a terminal it is the same, by the exit code.
    for (path, code) in [(&own.by_token(), 0), (&forged[0], 13), (&forged[1], 13)] {
        let verified = Command::new(binaries().join("registrar"))
            .args(["certificate", "verify", path])
            .env("REGISTRAR_API", house.platform.api_url())
            .output();
        let verified = verified.await.expect("the program runs");
        assert_eq!(verified.status.code(), Some(code), "{verified:?}");
    }
    // Without a record nobody can tell; with it in the KV the origin is not needed.
    house.platform.stop_origin().await;
    for path in [&own.by_token(), &forged[0], &forged[1]] {
        assert_eq!(worker.verdict(path, 0).await, "stale", "{path}");
    }
    assert_eq!(worker.verdict(&forged[2], 0).await, "forged");
    worker.end().await;
    house.platform.start_origin().await.expect("a free address");
    let mut worker = Workerd::start(&house).await;
    house.platform.stop_origin().await;
    worker
        .copy(&[
            "status/0",
            "status/0/suspension",
            &format!("cert/{}", own.id),
        ])
        .await;
    assert_eq!(worker.verdict(&own.by_token(), 0).await, "valid");
    assert_eq!(worker.verdict(&forged[0], 0).await, "forged");
    assert_eq!(worker.verdict(&old.by_token(), 0).await, "valid");
    worker.end().await;
    house.finish().await;
}
