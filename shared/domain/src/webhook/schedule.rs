//! When a delivery is tried, and what an answer means.

use jiff::SignedDuration;

/// How long after the attempt before it each attempt is made: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
/// (the schedule that Standard Webhooks recommends).
pub const DELAYS: [SignedDuration; 10] = [
    SignedDuration::ZERO,
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// The pause after `tries` failed attempts; `None` when they are used up.
pub fn delay_after(tries: u32) -> Option<SignedDuration> {
    DELAYS.get(usize::try_from(tries).ok()?).copied()
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The receiver answered.
    Status(u16),
    /// It did not, or it was not called; why, in words fit for the log.
    Nothing(String),
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver has it.
    Delivered,
    /// Try again by the schedule.
    Failed,
    /// The receiver wants no more: the endpoint is disabled.
    Gone,
}

impl Answered {
    /// 2xx is success, 410 says that the receiver is gone, all else is a failure: a redirect too, because a signature is for
    /// whoever has the secret and not for whom they point to.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Status(200..=299) => Verdict::Delivered,
            Self::Status(410) => Verdict::Gone,
            Self::Status(_) | Self::Nothing(_) => Verdict::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_are_spread_over_three_days() {
        let seconds: Vec<_> = DELAYS.iter().map(SignedDuration::as_secs).collect();
        assert_eq!(
            seconds,
            [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
        );
        assert_eq!(delay_after(1), Some(SignedDuration::from_secs(5)));
        assert_eq!(delay_after(9), Some(SignedDuration::from_hours(24)));
        assert_eq!(delay_after(10), None);
    }

    #[test]
    fn only_2xx_is_success_and_only_410_is_the_end() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(Answered::Status(status).verdict(), Verdict::Delivered);
        }
        for status in [199, 300, 301, 302, 307, 308, 400, 404, 409, 429, 500, 503] {
            assert_eq!(
                Answered::Status(status).verdict(),
                Verdict::Failed,
                "{status}"
            );
        }
        assert_eq!(Answered::Status(410).verdict(), Verdict::Gone);
        let nothing = Answered::Nothing("the time ran out".to_owned());
        assert_eq!(nothing.verdict(), Verdict::Failed);
    }
}
