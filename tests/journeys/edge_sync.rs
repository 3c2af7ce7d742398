//! What the edge's KV holds: the last state, whatever messages come twice, late and out of order, and however often the KV
//! fails; and whatever somebody did to it, it is as the table says after the night.

mod erased;
mod hundred;
mod nightly;

use crate::house::{ADMIN, Answer, Ask, Certificate, House, STUDENT, Session};
use registrar_domain::effect::Effect;
use reqwest::Method;
use serde_json::{Value, json};

/// A house with so many certificates, in which nothing is left to do.
async fn issued(count: usize) -> (House, Session, Vec<Certificate>) {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let mut certificates = Vec::new();
    for n in 0..count {
        certificates.push(house.issue(&admin, &student, &format!("Course {n}")).await);
    }
    (house, admin, certificates)
}

impl Certificate {
    /// Its key in the edge's KV.
    fn record(&self) -> String {
        format!("cert/{}", self.id)
    }

    fn publication(&self) -> Effect {
        Effect::PublishCertificate {
            certificate_id: self.id.parse().expect("an id"),
        }
    }
}

impl House {
    async fn command(&self, admin: &Session, certificate: &Certificate, verb: &str) -> Answer {
        let path = format!("/api/admin/certificates/{}/{verb}", certificate.id);
        let body = json!({"reason": "looked at again"});
        let answer = self.post(admin, &path, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// The record as the origin tells it: what the KV must hold.
    async fn record_of(&self, certificate: &Certificate) -> Value {
        let path = format!("/api/certificates/{}/edge", certificate.id);
        let answer = self.request(Method::GET, &path).answer().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// The versions of a certificate's record in the order in which they were put.
    async fn versions_put(&self, certificate: &Certificate) -> Vec<u64> {
        let query = format!("kind=kv_put&to={}", certificate.record());
        let entries = self.journal(&query, 1).await;
        let version = |entry: &Value| {
            let value = entry["value"].as_str().expect("a text");
            let record: Value = serde_json::from_str(value).expect("a record");
            record["version"].as_u64().expect("a version")
        };
        entries.iter().map(version).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_record_that_arrives_after_a_newer_one_is_put_right_by_whoever_put_it() {
    let (house, admin, certificates) = issued(1).await;
    let certificate = &certificates[0];
    let before = house.versions_put(certificate).await.len();
    // The first push is on its way for long: what it carries was read before the change.
    let slow = json!({"provider": "cloudflare", "match": {"method": "PUT", "to": certificate.record()},
        "kind": "delay", "latency_ms": 8000, "times": 1});
    house.faults(json!([slow])).await;
    house.put(&certificate.publication(), 1).await;
    house.wait_for_fault().await;
    house.command(&admin, certificate, "suspend").await;
    house.platform.quiesce().await;

    let put = house.versions_put(certificate).await.split_off(before);
    let newest = *put.iter().max().expect("some were put");
    let late = put.windows(2).any(|two| two[0] > two[1]);
    assert!(late, "an older one was put over a newer one: {put:?}");
    assert_eq!(put.last(), Some(&newest), "{put:?}");
    assert_eq!(
        house.kv(&certificate.record()).await.body,
        house.record_of(certificate).await
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_in_any_order_and_three_times_each_leave_the_last_state() {
    let (house, admin, certificates) = issued(4).await;
    let list = Effect::PublishStatusList { list: 0 };
    // Now and then a push fails, and now and then its answer is lost after it was taken.
    let put = json!({"method": "PUT"});
    house
        .faults(json!([
            {"provider": "cloudflare", "match": put, "kind": "status", "status": 503, "rate": 0.15},
            {"provider": "cloudflare", "match": put, "kind": "drop_after", "rate": 0.15},
            {"provider": "cloudflare", "match": put, "kind": "delay", "latency_ms": 120, "rate": 0.3},
        ]))
        .await;
    for (n, verb) in ["suspend", "reinstate", "suspend", "revoke"]
        .into_iter()
        .enumerate()
    {
        for (m, certificate) in certificates.iter().enumerate() {
            // The last one is left suspended.
            if n < 3 || m < 3 {
                house.command(&admin, certificate, verb).await;
            }
            house.put(&certificates[(n + m) % 4].publication(), 3).await;
            house.put(&list, 3).await;
        }
    }
    house.faults(json!([])).await;
    house.retried().await;
    for certificate in &certificates {
        let there = house.kv(&certificate.record()).await;
        assert_eq!(there.body, house.record_of(certificate).await);
    }
    house.platform.stop_origin().await;
    for (m, certificate) in certificates.iter().enumerate() {
        let verdict = house.verify(&certificate.by_token()).await;
        let wanted = if m < 3 { "revoked" } else { "suspended" };
        assert_eq!(verdict.at("/verdict"), wanted, "{verdict:?}");
    }
    house.finish().await;
}
