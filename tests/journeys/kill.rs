//! `kill -9` of the platform in the middle of its work, again and again.
//!
//! The real program runs on one folder and the same ports, its schedules firing, while clients open tickets, reply and
//! issue certificates. Providers are slow, and now and then accept a mail and drop the connection, so that a kill lands
//! within calls. Every other kill takes the functions along, as when the machine goes; otherwise they are left to notice
//! by themselves. The moments are drawn from a seed: after so many acknowledged requests or so many accepted mails.

mod clients;
mod local;
mod proof;

use crate::house::{ADMIN, DEVANAGARI, STUDENT, Session, YORUBA, client};
use clients::{Day, Town};
use local::Local;
use registrar_local::{Urls, seed as people};
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinSet, time::timeout};

const ROUNDS: usize = 6;
/// So many, when no kill of the first ones fell within the call of a provider.
const MOST_ROUNDS: usize = 24;
const CLIENTS: usize = 5;
/// The moments' seed; `KILL_SEED` gives another one, to look for others.
const SEED: u64 = 20_261_121;
/// How long a round's moment may take to come; the kill comes then all the same.
const MOMENT: Duration = Duration::from_secs(4);

/// When a round ends.
#[derive(Debug)]
enum Moment {
    /// After so many acknowledged requests.
    Acknowledged(usize),
    /// After so many accepted mails.
    Accepted(u64),
}

/// Numbers that look random and are the same every time (`SplitMix64`).
struct Drawn(u64);

fn seed() -> u64 {
    let other = std::env::var("KILL_SEED").ok();
    other.map_or(SEED, |text| text.parse().expect("KILL_SEED is a number"))
}

impl Drawn {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn moment(&mut self) -> Moment {
        match self.below(3) {
            0 => Moment::Acknowledged(1 + usize::try_from(self.below(24)).expect("below 24")),
            _ => Moment::Accepted(1 + self.below(40)),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let (port, mut drawn) = (local::free_ports(), Drawn(seed()));
    let (day, told) = watch::channel(Day::default());
    let mut platform = Local::start(data.path(), port).await;
    let town = town(&platform.urls, told).await;
    let mut clients: JoinSet<()> = (0..CLIENTS)
        .map(|number| town.clone().client(number, CLIENTS))
        .collect();

    let mut round = 0;
    while round < ROUNDS || (round < MOST_ROUNDS && proof::died(data.path()) == 0) {
        round += 1;
        slow_providers(&town.http, &platform.urls).await;
        let (moment, accepted) = (
            drawn.moment(),
            proof::accepted(&town.http, &platform.urls).await,
        );
        let acknowledged = *town.count.borrow();
        day.send_replace(Day {
            up: true,
            round,
            closing: false,
        });
        let came = match &moment {
            Moment::Acknowledged(more) => {
                let mut count = town.count.subscribe();
                timeout(
                    MOMENT,
                    count.wait_for(|count| *count >= acknowledged + more),
                )
                .await
                .is_ok()
            }
            Moment::Accepted(more) => reaches(&town.http, &platform.urls, accepted + more).await,
        };
        let functions = platform.kill(round % 2 == 0).await;
        day.send_modify(|day| day.up = false);
        let killed = Instant::now();
        platform = Local::start(data.path(), port).await;
        println!(
            "killed {moment:?} (came: {came}), {} functions orphaned, up again after {:?}",
            functions.len(),
            killed.elapsed()
        );
        local::ended(functions).await;
    }

    day.send_replace(Day {
        up: true,
        round,
        closing: true,
    });
    while let Some(ended) = clients.join_next().await {
        ended.expect("a client does not fail");
    }
    proof::holds(&town, &platform.urls, data.path()).await;
}

async fn town(urls: &Urls, day: watch::Receiver<Day>) -> Town {
    let http = client();
    let mut students = Vec::new();
    for email in [STUDENT, DEVANAGARI, YORUBA] {
        students.push(sign_in(&http, urls, email).await);
    }
    let admin = sign_in(&http, urls, ADMIN).await;
    let (done, count, unanswered) = (
        Arc::default(),
        Arc::new(watch::Sender::new(0)),
        Arc::new(watch::Sender::new(0)),
    );
    Town {
        http,
        api: urls.api.clone(),
        students,
        admin,
        done,
        count,
        unanswered,
        day,
    }
}

async fn sign_in(http: &Client, urls: &Urls, email: &str) -> Session {
    let body = json!({"email": email, "password": people::PASSWORD});
    let answer = http
        .post(format!("{}/auth/sign-in", urls.api))
        .json(&body)
        .send()
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or_else(|| panic!("not signed in: {answer}"))
            .to_owned()
    };
    Session {
        token: text(&answer["access_token"]),
        id: text(&answer["account"]["id"]),
    }
}

/// A quarter of a second for each message; one mail in ten is accepted and its answer lost.
async fn slow_providers(http: &Client, urls: &Urls) {
    let sending = json!({"path": "/mail/send"});
    let rules = json!([
        {"provider": "sendgrid", "match": sending, "kind": "timeout", "accepts": true, "hold_ms": 500, "rate": 0.1},
        {"provider": "sendgrid", "match": sending, "kind": "delay", "latency_ms": 250},
        {"provider": "aisensy", "kind": "delay", "latency_ms": 250},
    ]);
    let put = http
        .put(format!("{}/faults", urls.simulators))
        .json(&rules)
        .send()
        .await
        .expect("an answer");
    assert!(put.status().is_success(), "{put:?}");
}

/// Waits until so many mails were accepted.
async fn reaches(http: &Client, urls: &Urls, count: u64) -> bool {
    let limit = MOMENT.as_millis();
    let url = format!(
        "{}/journal/wait?provider=sendgrid&at_least={count}&timeout_ms={limit}",
        urls.simulators
    );
    let answer: Value = http
        .get(url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    answer["reached"] == true
}
