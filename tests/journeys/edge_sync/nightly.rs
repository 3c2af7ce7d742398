//! The nightly comparison.

use super::issued;
use crate::house::{ADMIN, House, STUDENT, Session};
use registrar_domain::effect::Effect;
use serde_json::{Value, json};
use std::time::Duration;

const REPORT: &str = "/api/admin/certificates/reconciliation";
const NIGHT: Duration = Duration::from_hours(24);

impl House {
    /// Runs the night's comparison to its end; its report.
    async fn night(&self, admin: &Session) -> Value {
        self.platform.advance(NIGHT);
        self.platform
            .fire_schedule("ReconcileEdge")
            .await
            .expect("it runs");
        self.retried().await;
        let answer = self.get(admin, REPORT).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["runs"][0].clone()
    }

    /// Has all lists signed and put anew, as the schedule does each two minutes: the clock of a test jumps over days.
    async fn refresh(&self) {
        self.platform
            .fire_schedule("RefreshStatusLists")
            .await
            .expect("it runs");
        self.platform.quiesce().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_done_to_the_kv_is_mended_in_the_night_and_reported() {
    let (house, admin, certificates) = issued(4).await;
    house.command(&admin, &certificates[3], "revoke").await;
    house.refresh().await;
    let [damaged, missing, unbadged, _] = &certificates[..] else {
        panic!("four certificates");
    };
    let keys = house.kv("keys").await.text;
    let badge = format!("badge/{}", unbadged.id);
    let signed = house.kv(&badge).await.text;
    house
        .kv_put(&damaged.record(), r#"{"holder": "Somebody Else"}"#)
        .await;
    house.kv_delete(&missing.record()).await;
    house.kv_put(&badge, "{}").await;
    house.kv_put("cert/CERT-20260101-AAAAAAAAAA", "{}").await;
    house.kv_put("badge/CERT-20260101-AAAAAAAAAA", "{}").await;
    house.kv_put("cert/no-id-at-all", "{}").await;
    house.kv_put("status/7", "a list of nothing").await;
    house.kv_put("status/0", "no list").await;
    house.kv_delete("keys").await;
    house.kv_put("somebody-elses", "left alone").await;

    let report = house.night(&admin).await;
    assert!(report["finished_at"].is_string(), "{report:#}");
    let counts = &report["counts"];
    for (count, wanted) in [
        ("certificates", 4),
        ("records_different", 1),
        ("records_missing", 1),
        ("badges", 4),
        ("badges_repaired", 1),
        ("lists", 2),
        ("lists_repaired", 1),
        ("key_sets_repaired", 1),
        ("strays_deleted", 4),
        ("keys_unknown", 1),
    ] {
        assert_eq!(counts[count], wanted, "{count}: {report:#}");
    }
    assert_eq!(report["repaired"], 9, "{report:#}");
    for certificate in &certificates {
        let there = house.kv(&certificate.record()).await;
        assert_eq!(there.body, house.record_of(certificate).await);
    }
    assert_eq!(house.kv("keys").await.text, keys);
    assert_eq!(house.kv(&badge).await.text, signed);
    assert_eq!(house.kv("somebody-elses").await.text, "left alone");
    for gone in [
        "cert/CERT-20260101-AAAAAAAAAA",
        "cert/no-id-at-all",
        "status/7",
    ] {
        assert_eq!(house.kv(gone).await.status, 404, "{gone}");
    }
    let line = r#""message":"reconciliation""#;
    let logs = house.log_text();
    let line = logs.lines().find(|logged| logged.contains(line));
    let line: Value = serde_json::from_str(line.expect("a line for the metric")).expect("JSON");
    assert_eq!(line["repaired"], 9, "{line}");

    // The next night finds nothing to do, and staff alone sees the reports.
    let next = house.night(&admin).await;
    assert_eq!(
        (&next["repaired"], &next["counts"]["certificates"]),
        (&json!(0), &json!(4)),
        "{next:#}"
    );
    let student = house.sign_in(STUDENT).await;
    house
        .get(&student, REPORT)
        .await
        .is_problem(403, "forbidden");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_in_which_the_kv_fails_goes_on_where_it_was_and_counts_nothing_twice() {
    let (house, admin, certificates) = issued(3).await;
    house.refresh().await;
    for certificate in &certificates {
        house.kv_delete(&certificate.record()).await;
    }
    let failing = |path: &str, times: u32| json!({"provider": "cloudflare", "match": {"path": path}, "kind": "status", "status": 503, "times": times});
    house
        .faults(json!([failing("/bulk/get", 3), failing("/keys", 2)]))
        .await;
    let report = house.night(&admin).await;
    assert!(report["finished_at"].is_string(), "{report:#}");
    assert_eq!(report["counts"]["certificates"], 3, "{report:#}");
    assert_eq!(report["counts"]["records_missing"], 3, "{report:#}");

    // Each page once more, and a page of a run that never was.
    let run = report["run"].as_str().expect("a time");
    let run = run.parse().expect("a time");
    let pages = u32::try_from(report["pages"].as_u64().expect("pages")).expect("few");
    for page in (0..=pages).rev() {
        house.put(&Effect::ReconcileEdge { run, page }, 2).await;
    }
    house.platform.quiesce().await;
    let admin = house.sign_in(ADMIN).await;
    let again = house.get(&admin, REPORT).await;
    assert_eq!(again.body["runs"][0], report);
    house.finish().await;
}
