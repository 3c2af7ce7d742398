//! Calendar days, the only unit of time that a certificate carries.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const SECONDS: u64 = 86_400;

/// A calendar day in UTC, counted from 1970-01-01; the last one that fits is 2149-06-06.
///
/// Text and JSON form: `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(u16);

/// Why a text is not a [`Day`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Not four, two and two digits joined by hyphens.
    #[error("a date must look like YYYY-MM-DD")]
    Shape,
    /// Such as the 30th of February.
    #[error("there is no such day in the calendar")]
    NoSuchDay,
    /// Before 1970-01-01 or after 2149-06-06.
    #[error("the date must lie between 1970-01-01 and 2149-06-06")]
    OutOfRange,
}

impl Day {
    /// The day that is `days` after 1970-01-01.
    pub const fn from_days(days: u16) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> u16 {
        self.0
    }

    /// The UTC day of a Unix time in seconds; later than 2149-06-06 is held at that day.
    pub fn from_unix(seconds: u64) -> Self {
        Self(u16::try_from(seconds / SECONDS).unwrap_or(u16::MAX))
    }

    /// The Unix time of the first second of the day.
    pub fn first_second(self) -> u64 {
        u64::from(self.0) * SECONDS
    }

    /// The Unix time of the last second of the day.
    pub fn last_second(self) -> u64 {
        self.first_second() + (SECONDS - 1)
    }

    /// The day of a calendar date.
    pub fn from_civil(year: u16, month: u8, day: u8) -> Result<Self, DayError> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return Err(DayError::NoSuchDay);
        }
        // Days from civil, Howard Hinnant: years start in March, so that the leap day comes last.
        let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        u16::try_from(era * 146_097 + day_of_era - 719_468)
            .map(Self)
            .map_err(|_| DayError::OutOfRange)
    }

    /// Year, month (1–12) and day of the month (1–31).
    pub fn to_civil(self) -> (u16, u8, u8) {
        let shifted = u32::from(self.0) + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        (narrow(year), narrow(month), narrow(day))
    }
}

fn narrow<T: TryFrom<u32>>(value: u32) -> T {
    T::try_from(value)
        .ok()
        .expect("a day of 1970 to 2149 has a four-digit year and a month and day below 32")
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number that a run of one to four ASCII digits says.
pub(crate) fn digits(text: &[u8]) -> Option<u16> {
    text.iter().try_fold(0_u16, |sum, &byte| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// A number of at most two digits.
pub(crate) fn two_digits(text: &[u8]) -> Option<u8> {
    digits(text).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DayError::Shape);
        }
        let year = digits(&bytes[..4]).ok_or(DayError::Shape)?;
        let month = two_digits(&bytes[5..7]).ok_or(DayError::Shape)?;
        let day = two_digits(&bytes[8..]).ok_or(DayError::Shape)?;
        Self::from_civil(year, month, day)
    }
}

impl TryFrom<String> for Day {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_survives_the_way_to_its_date_and_back() {
        for days in 0..=u16::MAX {
            let day = Day::from_days(days);
            let (year, month, dom) = day.to_civil();
            assert_eq!(Day::from_civil(year, month, dom), Ok(day));
            assert_eq!(day.to_string().parse(), Ok(day));
        }
    }

    #[test]
    fn known_days_have_their_numbers() {
        assert_eq!("1970-01-01".parse(), Ok(Day::from_days(0)));
        assert_eq!("2000-02-29".parse(), Ok(Day::from_days(11_016)));
        assert_eq!("2149-06-06".parse(), Ok(Day::from_days(u16::MAX)));
        assert_eq!(Day::from_unix(1_767_225_599).to_string(), "2025-12-31");
        assert_eq!(Day::from_unix(1_767_225_600).to_string(), "2026-01-01");
    }

    #[test]
    fn a_date_that_the_calendar_lacks_is_refused() {
        for text in [
            "2025-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-01-00",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError::NoSuchDay), "{text}");
        }
        for text in ["1969-12-31", "2149-06-07", "9999-12-31"] {
            assert_eq!(text.parse::<Day>(), Err(DayError::OutOfRange), "{text}");
        }
        for text in [
            "",
            "2026-1-01",
            "2026/01/01",
            "20260101",
            "2026-01-0x",
            "２026-01-1",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError::Shape), "{text}");
        }
    }
}
