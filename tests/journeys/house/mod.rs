//! A deployment of one test's own, and the hands to use it with.

mod answer;
mod aws;
mod certificates;
mod channel;
mod door;
mod everything;
mod files;
mod kv;
mod levels;
mod mint;
mod pdf;
mod rekey;
mod secrets;

pub(crate) use answer::Answer;
pub(crate) use aws::{table, telling};
pub(crate) use certificates::Certificate;
pub(crate) use door::{Door, MET_ANOTHER};
pub(crate) use everything::{Kept, places};
pub(crate) use levels::around_the_clock;
pub(crate) use mint::token;
pub(crate) use pdf::Pdf;

use registrar_local::{Options, Platform, seed};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use tempfile::TempDir;

/// The demo people, by what they are.
pub(crate) const STUDENT: &str = "asha@example.org";
/// A student whose name is in Devanagari, with a phone.
pub(crate) const DEVANAGARI: &str = "anushka@example.org";
/// A student whose name is Yoruba.
pub(crate) const YORUBA: &str = "adebayo@example.org";
/// A student who reads French.
pub(crate) const FRENCH: &str = "noemie@example.org";
pub(crate) const ADMIN: &str = "meera@example.org";
pub(crate) const OTHER_ADMIN: &str = "jonas@example.org";
pub(crate) const SUPER_ADMIN: &str = "sade@example.org";

/// How long a test waits for something that must come.
const PATIENCE_MS: u64 = 20_000;

/// The whole deployment, running.
pub(crate) struct House {
    pub(crate) platform: Platform,
    pub(crate) http: Client,
    pub(crate) data: TempDir,
}

/// Somebody who signed in.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) id: String,
}

/// Where the repository is.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests has a parent")
        .to_path_buf()
}

/// Where the compiled functions are: beside the folder of this test's executable.
pub(crate) fn binaries() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    test.parent()
        .and_then(|deps| deps.parent())
        .expect("tests run from target/<profile>/deps")
        .to_path_buf()
}

/// A file of members of a profile that limit nobody but in uploads.
pub(crate) fn unlimited() -> String {
    let file = repository().join("tests/unlimited.json");
    file.to_str().expect("an ASCII path").to_owned()
}

/// An HTTP client that follows no redirect and keeps no connection back.
pub(crate) fn client() -> Client {
    // A second installation is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(40))
        .build()
        .expect("a client without special settings")
}

impl House {
    /// Starts a deployment with demo accounts, its schedules at rest.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a deployment that runs another profile than `edu`.
    pub(crate) async fn with_profile(profile: &str) -> Self {
        Self::start_with(&[("Profile", profile)]).await
    }

    /// Starts a deployment with the presets' limits, which others do without.
    pub(crate) async fn limited() -> Self {
        Self::start_with(&[("ProfileFile", "")]).await
    }

    /// Starts a deployment with some of the template's parameters set.
    pub(crate) async fn start_with(parameters: &[(&str, &str)]) -> Self {
        let house = Self::start_empty(parameters).await;
        seed::demo(&house.platform).await.expect("demo accounts");
        house
    }

    /// Starts a deployment that has no accounts, as a fresh one.
    pub(crate) async fn start_empty(parameters: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut options = Options::new(repository().join("infra/template.yaml"), data.path());
        options.binaries = binaries();
        options.schedules = false;
        // Tests do not wait: the first retry comes a second later, and a lost answer is asked about after one.
        for (name, value) in [("DeliveryBackoffSeconds", "1"), ("EmailSettleSeconds", "1")]
            .iter()
            .chain(parameters)
        {
            options
                .parameters
                .insert((*name).to_owned(), (*value).to_owned());
        }
        // Many do here in a minute what no person does in an hour: only tests of limits have the presets'.
        if !options.parameters.contains_key("ProfileFile") {
            options
                .parameters
                .insert("ProfileFile".to_owned(), unlimited());
        }
        secrets::lend(&options.data);
        let platform = Platform::start(options).await.expect("the platform starts");
        secrets::keep(&platform);
        Self {
            platform,
            http: client(),
            data,
        }
    }

    /// Signs a demo person in.
    pub(crate) async fn sign_in(&self, email: &str) -> Session {
        self.sign_in_with(email, seed::PASSWORD).await
    }

    /// Signs somebody in.
    pub(crate) async fn sign_in_with(&self, email: &str, password: &str) -> Session {
        let body = json!({"email": email, "password": password});
        let answer = self
            .request(Method::POST, "/auth/sign-in")
            .json(&body)
            .answer()
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Session {
            token: text(&answer.body["access_token"]),
            id: text(&answer.body["account"]["id"]),
        }
    }

    /// A request to the API without a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.platform.api_url()))
    }

    /// `GET` as somebody.
    pub(crate) async fn get(&self, who: &Session, path: &str) -> Answer {
        self.request(Method::GET, path)
            .bearer_auth(&who.token)
            .answer()
            .await
    }

    /// `POST` JSON as somebody.
    pub(crate) async fn post(&self, who: &Session, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path)
            .bearer_auth(&who.token)
            .json(&body)
            .answer()
            .await
    }

    /// `PATCH` JSON as somebody.
    pub(crate) async fn patch(&self, who: &Session, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path)
            .bearer_auth(&who.token)
            .json(&body)
            .answer()
            .await
    }

    /// Opens a ticket that is like any other.
    pub(crate) async fn open_ticket(&self, who: &Session) -> Answer {
        let answer = self
            .post(
                who,
                "/tickets",
                json!({
                    "subject": "Unable to access recordings",
                    "description": "I can't see any recordings in my dashboard...",
                    "category": "Technical Support",
                    "priority": "high",
                }),
            )
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// What the verifier says, as JSON.
    pub(crate) async fn verify(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.platform.verify_url());
        self.http
            .get(url)
            .header("accept", "application/json")
            .answer()
            .await
    }

    /// Waits until the simulators' journal has `at_least` entries of `query` and gives them; fails when they do not come.
    pub(crate) async fn journal(&self, query: &str, at_least: usize) -> Vec<Value> {
        let url = format!(
            "{}/journal/wait?{query}&at_least={at_least}&timeout_ms={PATIENCE_MS}",
            self.platform.simulators_url()
        );
        let answer = self.http.get(url).answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            answer.body["reached"], true,
            "the journal has too few entries of {query}: {:#}",
            answer.body
        );
        answer.body["entries"]
            .as_array()
            .expect("a list of entries")
            .clone()
    }

    /// How many entries of `query` the journal has once nothing is left to do.
    pub(crate) async fn journal_count_when_idle(&self, query: &str) -> u64 {
        self.platform.quiesce().await;
        let url = format!("{}/journal/count?{query}", self.platform.simulators_url());
        let answer = self.http.get(url).answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["count"].as_u64().expect("a count")
    }

    /// Tells the simulators how to fail.
    pub(crate) async fn faults(&self, rules: Value) {
        let url = format!("{}/faults", self.platform.simulators_url());
        let answer = self.http.put(url).json(&rules).answer().await;
        assert!(answer.status < 300, "{answer:?}");
    }

    /// Ends the deployment, once nothing is left to do.
    pub(crate) async fn finish(self) {
        self.platform.quiesce().await;
        let denied = self.platform.denied();
        assert!(denied.is_empty(), "a role is too narrow: {denied:#?}");
        self.platform.shutdown().await;
    }
}

/// Sending a request and taking its answer apart.
pub(crate) trait Ask {
    /// The answer; a request that gets none fails the test.
    async fn answer(self) -> Answer;
}

impl Ask for RequestBuilder {
    async fn answer(self) -> Answer {
        Answer::of(self.send().await.expect("an answer")).await
    }
}
