//! The program's clock and source of ids: what a command needs of either is handed to it.

use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Unix seconds; a clock before 1970 counts as 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// An `Idempotency-Key` that no other request has.
pub(crate) fn request_key() -> String {
    Uuid::new_v4().to_string()
}
