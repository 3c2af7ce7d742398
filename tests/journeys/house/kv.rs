//! What others do to the edge's KV, and waiting until what failed there was tried again.

use super::{Ask, House};
use reqwest::Method;
use std::time::Duration;

/// How far the clock is moved for messages that wait for their next attempt.
const STEP: Duration = Duration::from_secs(10);
/// A message waits at most 15 minutes for one attempt, and has eight.
const STEPS: u32 = 8 * 90;

impl House {
    /// Writes a value of the edge's KV over, or a new one.
    pub(crate) async fn kv_put(&self, key: &str, value: impl Into<String>) {
        self.kv_change(Method::PUT, key, value.into()).await;
    }

    /// Takes a value of the edge's KV away.
    pub(crate) async fn kv_delete(&self, key: &str) {
        self.kv_change(Method::DELETE, key, String::new()).await;
    }

    /// Moves the queues' clock on until no message waits for a later attempt, and all is done.
    pub(crate) async fn retried(&self) {
        for _ in 0..STEPS {
            self.platform.settle().await;
            let counts = self.platform.queue_counts("EdgeSyncQueue");
            let counts = counts.expect("a queue of the template");
            if counts.visible + counts.in_flight + counts.delayed == 0 {
                self.platform.quiesce().await;
                return;
            }
            self.platform.advance(STEP);
        }
        panic!("messages still wait after all their attempts");
    }

    /// How often the rules of faults that stand have happened.
    pub(crate) async fn faults_hit(&self) -> u64 {
        let url = format!("{}/faults", self.platform.simulators_url());
        let answer = self.http.get(url).answer().await;
        let rules = answer.body.as_array().expect("a list of rules");
        rules.iter().filter_map(|rule| rule["hits"].as_u64()).sum()
    }

    /// Waits until a rule of faults has happened.
    pub(crate) async fn wait_for_fault(&self) {
        let happened = async {
            while self.faults_hit().await == 0 {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), happened).await;
        waited.expect("it happens in time");
    }

    async fn kv_change(&self, method: Method, key: &str, value: String) {
        let url = format!("{}/{}", self.kv_values_url(), key.replace('/', "%2F"));
        let token = &self.platform.secrets().cloudflare_api_token;
        let asked = self.http.request(method, url).bearer_auth(token);
        let answer = asked.body(value).answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
