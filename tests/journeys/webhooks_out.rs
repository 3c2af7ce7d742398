//! Outgoing webhooks: what integrations get, and what they cannot be used for.
//!
//! Signatures are checked by the package that Standard Webhooks publishes (`tests/edge/webhooks.mjs`), which shares no line with
//! what signs.
//!
//! | module | what |
//! |---|---|
//! | `events` | each event once, with its fields; notes only where opted in |
//! | `signatures` | rotation, forgeries |
//! | `retries` | the schedule by the platform's clock, 410, replay, a killed worker |
//! | `guard` | private addresses and redirects |
//! | `manage` | who may set up what, and the deployment's own endpoint |

mod events;
mod guard;
mod manage;
mod retries;
mod signatures;

use crate::house::{Answer, House, Session, repository};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

const BASE: &str = "/api/admin/webhooks";

/// An endpoint of a test.
struct Hook {
    id: String,
    secret: String,
    /// The receiver's name in the journal.
    name: String,
}

/// The address of a receiver that journals.
fn receiver(house: &House, name: &str) -> String {
    format!("{}/receiver/{name}", house.platform.simulators_url())
}

/// Sets up an endpoint for these events.
async fn hook(house: &House, boss: &Session, name: &str, events: &[&str]) -> Hook {
    hook_with(house, boss, name, json!({"events": events})).await
}

/// Sets up an endpoint with these members of the request.
async fn hook_with(house: &House, boss: &Session, name: &str, mut body: Value) -> Hook {
    body["url"] = json!(receiver(house, name));
    let answer = house.post(boss, BASE, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    Hook {
        id: answer.at("/id").to_owned(),
        secret: answer.at("/secret").to_owned(),
        name: name.to_owned(),
    }
}

impl Hook {
    fn path(&self, rest: &str) -> String {
        format!("{BASE}/{}{rest}", self.id)
    }

    /// What the receiver took, once there are `count` of them and nothing is left to do.
    async fn took(&self, house: &House, count: usize) -> Vec<Value> {
        let query = format!("provider=receiver&to={}", self.name);
        let entries = house.journal(&query, count).await;
        let settled = house.journal_count_when_idle(&query).await;
        assert_eq!(settled, entries.len() as u64, "{entries:#?}");
        assert_eq!(entries.len(), count, "{entries:#?}");
        entries
    }

    /// As [`Self::took`], each checked by the published package; their payloads.
    async fn payloads(&self, house: &House, count: usize) -> Vec<Value> {
        let entries = self.took(house, count).await;
        entries
            .iter()
            .map(|entry| verified(&self.secret, entry).expect("the signature holds"))
            .collect()
    }

    /// How many messages the receiver has taken until now.
    async fn count(&self, house: &House) -> usize {
        let url = format!(
            "{}/journal/count?provider=receiver&to={}",
            house.platform.simulators_url(),
            self.name
        );
        let answer = house.http.get(url).send().await.expect("an answer");
        let answer = Answer::of(answer).await;
        let count = answer.body["count"].as_u64().expect("a count");
        usize::try_from(count).expect("few")
    }

    /// The log, newest first.
    async fn log(&self, house: &House, who: &Session) -> Vec<Value> {
        let answer = house.get(who, &self.path("/deliveries")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["deliveries"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// The one entry of the log.
    async fn entry(&self, house: &House, who: &Session) -> Value {
        let mut log = self.log(house, who).await;
        assert_eq!(log.len(), 1, "{log:#?}");
        log.remove(0)
    }

    /// The endpoint as it stands.
    async fn shown(&self, house: &House, who: &Session) -> Value {
        let answer = house.get(who, &self.path("")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}

/// What the published package makes of a message as it came: its payload, or why it is refused.
fn verified(secret: &str, entry: &Value) -> Result<Value, String> {
    let order = json!({"secret": secret, "headers": entry["headers"], "body": entry["body"]});
    let root = repository();
    let package = root.join("tests/edge/node_modules/standardwebhooks");
    assert!(package.exists(), "it is missing: `make setup` installs it");
    let mut process = Command::new("node")
        .arg(root.join("tests/edge/webhooks.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = process.stdin.take().expect("a pipe");
    input
        .write_all(order.to_string().as_bytes())
        .expect("it takes the message");
    drop(input);
    let said = process.wait_with_output().expect("it ends");
    let mut said: Value = serde_json::from_slice(&said.stdout).expect("it says JSON");
    match said["refused"].as_str() {
        Some(why) => Err(why.to_owned()),
        None => Ok(said["payload"].take()),
    }
}

/// Tells the receiver `name` how to fail.
async fn fails(house: &House, name: &str, rule: Value) {
    let mut rule = rule;
    rule["provider"] = json!("receiver");
    rule["match"] = json!({"to": name});
    house.faults(json!([rule])).await;
}

/// Moves the platform's clock on, has the schedule look for what is due, and waits until nothing can happen now.
async fn later(house: &House, by: Duration) {
    house.platform.advance(by);
    due(house).await;
}

async fn due(house: &House) {
    house.platform.settle().await;
    house
        .platform
        .fire_schedule("SchedulesFunction/SendDueWebhooks")
        .await
        .expect("it runs");
    house.platform.settle().await;
}
