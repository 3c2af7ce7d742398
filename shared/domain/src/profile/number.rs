//! The number that people say.

use jiff::civil::Date;
use serde::Deserialize;

/// How tickets are numbered (checklist T-02).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case", deny_unknown_fields)]
pub enum NumberFormat {
    /// `PREFIX-YYYYMMDD-NNNN`, counted anew each day. `width` is a minimum, so that no day can run out of numbers.
    Dated {
        /// What every number begins with.
        prefix: String,
        /// How many digits the count has at least.
        width: usize,
    },
    /// `1`, `2`, `3`, and so on for ever.
    Plain {},
}

/// The most digits that a count is looked up by.
pub(crate) const MOST_DIGITS: usize = 12;

impl NumberFormat {
    /// Whether the count begins anew each day.
    pub fn is_daily(&self) -> bool {
        match self {
            Self::Dated { .. } => true,
            Self::Plain {} => false,
        }
    }

    /// The number of the `count`th ticket (from 1) of the day, or of all days.
    pub fn number(&self, day: Date, count: u64) -> String {
        match self {
            Self::Dated { prefix, width } => {
                format!("{prefix}-{}-{count:0width$}", day.strftime("%Y%m%d"))
            }
            Self::Plain {} => count.to_string(),
        }
    }

    /// Whether a path segment has the form of a number, in any letter case.
    pub fn matches(&self, text: &str) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Plain {} => digits(text) && text.len() <= MOST_DIGITS && !text.starts_with('0'),
            Self::Dated { prefix, width } => {
                let mut parts = text.splitn(3, '-');
                let (Some(start), Some(day), Some(count)) =
                    (parts.next(), parts.next(), parts.next())
                else {
                    return false;
                };
                start.eq_ignore_ascii_case(prefix)
                    && day.len() == 8
                    && digits(day)
                    && (*width..=MOST_DIGITS).contains(&count.len())
                    && digits(count)
            }
        }
    }
}
