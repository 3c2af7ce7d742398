//! What the bell shows (checklist T-19, N-01, N-02), to both sides of a ticket.

mod manage;
mod many;
mod told;

use crate::house::{House, Session};
use serde_json::Value;

/// What somebody's bell shows, newest first, once nothing is left to do.
pub(crate) async fn bell(house: &House, who: &Session) -> Vec<Value> {
    house.platform.quiesce().await;
    let answer = house.get(who, "/api/notifications?limit=100").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["notifications"]
        .as_array()
        .expect("a list")
        .clone()
}

/// How many of somebody's are unread.
pub(crate) async fn unread(house: &House, who: &Session) -> u64 {
    let answer = house.get(who, "/api/notifications/unread-count").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["count"], answer.body["unread_count"]);
    answer.body["unread_count"].as_u64().expect("a count")
}

/// The events of notifications, in their order.
pub(crate) fn events(bell: &[Value]) -> Vec<&str> {
    let event = |one: &'_ Value| one["metadata"]["event"].as_str().map(str::len);
    assert!(bell.iter().all(|one| event(one).is_some()), "{bell:?}");
    bell.iter()
        .filter_map(|one| one["metadata"]["event"].as_str())
        .collect()
}
