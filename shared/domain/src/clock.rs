//! Where time, randomness and ids come from: always from outside.

use jiff::Timestamp;
use uuid::Uuid;

/// The time, asked once per command.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> Timestamp;
}

/// Randomness for ids and secrets.
pub trait Ids: Send + Sync {
    /// Fills `out` from a cryptographically secure source.
    fn fill(&self, out: &mut [u8]);
}

/// A `UUIDv7` (RFC 9562): the millisecond `now`, then 74 random bits, so that ids sort by time.
pub fn uuid(now: Timestamp, ids: &dyn Ids) -> Uuid {
    let mut random = [0; 10];
    ids.fill(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Time and ids together, as a command needs them.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// When the command is decided.
    pub now: Timestamp,
    ids: &'a dyn Ids,
}

impl std::fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moment")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl<'a> Moment<'a> {
    /// The moment `now`, with `ids` to draw from.
    pub fn new(now: Timestamp, ids: &'a dyn Ids) -> Self {
        Self { now, ids }
    }

    /// A fresh id of this moment.
    pub fn id<T: From<Uuid>>(&self) -> T {
        uuid(self.now, self.ids).into()
    }

    /// A fresh id that sorts at an earlier time.
    pub fn id_at<T: From<Uuid>>(&self, time: Timestamp) -> T {
        uuid(time, self.ids).into()
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.ids.fill(&mut out);
        out
    }
}

/// Sources for tests: a fixed time and a counter.
#[cfg(test)]
pub(crate) mod fixed {
    use super::{Clock, Ids, Moment};
    use jiff::Timestamp;
    use std::sync::atomic::{AtomicU8, Ordering};

    pub(crate) struct Fixed(pub(crate) Timestamp, AtomicU8);

    impl Fixed {
        pub(crate) fn at(time: &str) -> Self {
            Self(time.parse().unwrap(), AtomicU8::new(1))
        }

        pub(crate) fn moment(&self) -> Moment<'_> {
            Moment::new(self.0, self)
        }
    }

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    impl Ids for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.1.fetch_add(1, Ordering::Relaxed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_sorts_by_its_time() {
        let source = fixed::Fixed::at("2026-11-21T10:00:00Z");
        let early: Uuid = Moment::new("2026-11-21T10:00:00Z".parse().unwrap(), &source).id();
        let late: Uuid = Moment::new("2026-11-21T10:00:00.001Z".parse().unwrap(), &source).id();
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.get_version_num(), 7);
    }
}
