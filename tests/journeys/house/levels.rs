//! Deployments whose profile a test writes over, and their clocks.

use super::{Answer, House, Session};
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::NamedTempFile;

/// A deployment of `edu` with some members written over, and the file that says so.
pub(crate) struct Patched {
    pub(crate) house: House,
    /// Read by each function when it starts.
    _file: NamedTempFile,
}

impl House {
    /// Starts a deployment of `edu` with some members of the profile written over.
    ///
    /// Nobody is limited, unless they say so.
    pub(crate) async fn patched(members: &Value) -> Patched {
        let mut members = members.clone();
        if members.get("limits").is_none() {
            let file = std::fs::read(super::unlimited()).expect("it is there");
            let unlimited: Value = serde_json::from_slice(&file).expect("it is JSON");
            members["limits"] = unlimited["limits"].clone();
        }
        let file = NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), members.to_string()).expect("it is written");
        let path = file.path().to_str().expect("an ASCII path");
        let house = Self::start_with(&[("ProfileFile", path)]).await;
        Patched { house, _file: file }
    }

    /// Lets the schedule of service levels run as of `minutes` from now in all, as often as `times`, and waits until all
    /// that follows is done.
    pub(crate) async fn later(&self, minutes: u64, times: usize) {
        // What is in flight must not find its time-out over.
        self.platform.quiesce().await;
        self.platform.advance(Duration::from_secs(60 * minutes));
        for _ in 0..times {
            let fired = self
                .platform
                .fire_schedule("SchedulesFunction/ServiceLevels");
            fired.await.expect("it runs");
        }
        self.platform.quiesce().await;
    }

    /// A ticket as staff is shown it.
    pub(crate) async fn as_staff(&self, staff: &Session, number: &str) -> Answer {
        let answer = self
            .get(staff, &format!("/api/admin/support/tickets/{number}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }
}

/// Service levels around the clock, of an hour and four hours for a ticket that is `high`.
pub(crate) fn around_the_clock() -> Value {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let hours: serde_json::Map<_, _> = days
        .into_iter()
        .map(|day| (day.to_owned(), json!(["00:00-24:00"])))
        .collect();
    json!({
        "calendar": {"time_zone": "UTC", "hours": hours, "holidays": []},
        "targets": {"high": {"first_response": "1h", "resolution": "4h"}},
        "warn_at_percent": 50,
        "on_breach": {"raise_priority": false},
    })
}
