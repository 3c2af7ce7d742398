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

    /// A fresh id of what was written at `written` and is heard now: it sorts at the time of writing, and among what was
    /// written at the same millisecond by when it was heard. The 48 bits of that time stand before 26 random ones.
    pub fn id_heard<T: From<Uuid>>(&self, written: Timestamp) -> T {
        let millis = |time: Timestamp| u64::try_from(time.as_millisecond()).unwrap_or(0);
        let heard = millis(self.now) & 0xFFFF_FFFF_FFFF;
        let [_, _, _, _, _, _, a, b, c, d] = self.random::<10>();
        let byte = |shift: u32| u8::try_from((heard >> shift) & 0xFF).unwrap_or(0);
        let six = |shift: u32| u8::try_from((heard >> shift) & 0x3F).unwrap_or(0);
        // Version and variant take the upper four bits of the first byte and two of the third.
        let tail = [
            byte(44) & 0x0F,
            byte(36),
            six(30),
            byte(22),
            byte(14),
            byte(6),
            (six(0) << 2) | (a & 0x03),
            b,
            c,
            d,
        ];
        uuid::Builder::from_unix_timestamp_millis(millis(written), &tail)
            .into_uuid()
            .into()
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
    fn what_is_heard_late_sorts_where_it_was_written_and_of_one_second_as_it_was_heard() {
        let at = |second: i64, millis: i64| {
            let heard = Timestamp::from_millisecond(1_795_255_200_000 + millis).unwrap();
            let written = Timestamp::from_second(1_795_255_200 + second).unwrap();
            let id: Uuid =
                Moment::new(heard, &fixed::Fixed::at("2026-11-21T10:00:00Z")).id_heard(written);
            assert_eq!(id.get_version_num(), 7);
            id.to_string()
        };
        let mut last = at(0, 0);
        for millis in [
            1,
            2,
            3,
            63,
            64,
            65,
            4095,
            70_000,
            5_000_000,
            86_400_000,
            9_000_000_000,
        ] {
            let next = at(0, millis);
            assert!(last < next, "{millis}: {last} {next}");
            last = next;
        }
        assert!(last < at(1, 0), "written later, heard earlier");
        assert_ne!(at(-1, 7)[..13], at(0, 7)[..13]);
    }

    #[test]
    fn an_id_sorts_by_its_time() {
        let source = fixed::Fixed::at("2026-11-21T10:00:00Z");
        let early: Uuid = Moment::new("2026-11-21T10:00:00Z".parse().unwrap(), &source).id();
        let late: Uuid = Moment::new("2026-11-21T10:00:00.001Z".parse().unwrap(), &source).id();
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.get_version_num(), 7);
    }
}
