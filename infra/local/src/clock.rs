//! The platform's clock, which tests can move on, and the pulse that wakes whoever waits for a change.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Real time plus an offset. Queues (delay, visibility, retention) and schedules go by it; functions have their own.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
    moved: Pulse,
}

impl Clock {
    /// Milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        i64::try_from(real)
            .unwrap_or(i64::MAX)
            .saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Beats when the clock was moved.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.moved.listen()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.offset_ms.fetch_add(millis(by), Ordering::Relaxed);
        self.moved.beat();
    }
}

/// Whole milliseconds of a duration.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// How long until `at` (milliseconds since the epoch), zero when it has passed.
pub(crate) fn until(at: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(at.saturating_sub(now)).unwrap_or(0))
}

/// A counter of changes that can be waited on without polling.
#[derive(Debug)]
pub(crate) struct Pulse(watch::Sender<u64>);

impl Default for Pulse {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Pulse {
    /// Something changed.
    pub(crate) fn beat(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Waits on a receiver taken *before* looking at the state miss nothing.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
