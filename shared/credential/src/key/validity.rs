//! For which time a key speaks.

use crate::day::Day;

/// The time of a key, in Unix seconds. Both ends of use are inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// It signs nothing earlier.
    pub not_before: u64,
    /// It signs nothing later; what it signed before verifies for ever.
    pub not_after: Option<u64>,
    /// From here on somebody else may hold the key: whatever says it was signed on that day or later is refused.
    pub compromised_at: Option<u64>,
}

impl Validity {
    /// From the first second of `not_before` to the last of `not_after`; compromised from the first second of its day.
    pub fn of_days(not_before: Day, not_after: Option<Day>, compromised_at: Option<Day>) -> Self {
        Self {
            not_before: not_before.first_second(),
            not_after: not_after.map(Day::last_second),
            compromised_at: compromised_at.map(Day::first_second),
        }
    }

    /// Whether the key may sign at this Unix time.
    pub fn may_sign_at(&self, now: u64) -> bool {
        self.not_before <= now
            && self.not_after.is_none_or(|at| now <= at)
            && self.compromised_at.is_none_or(|at| now < at)
    }
}
