//! Which days a certificate may bear.
//!
//! | day | the first | the last |
//! |---|---|---|
//! | `completion_date` | [`EARLIEST`] | the one that has begun somewhere on Earth: UTC+14 comes first |
//! | `expires_on` | today in UTC, which is the day of all certificates | 2149-06-06, the last that a token counts |
//!
//! No token carries the day of completion, so its first day guards against nothing but a slip of the pen. Whoever issues says
//! it by their own calendar: in India it is already the day that is tomorrow in UTC. A later last day than a token counts
//! would be another one on paper, in the token and in the badge.

use super::{Refusal, day, today};
use jiff::{
    Timestamp,
    civil::Date,
    tz::{self, Offset},
};

/// The first day on which anybody may have completed anything.
const EARLIEST: Date = jiff::civil::date(1900, 1, 1);
/// Where a day begins first: the Line Islands.
const FIRST_TO_BEGIN: Offset = tz::offset(14);

/// Refuses days that no certificate bears.
///
/// # Errors
/// [`Refusal::CompletedTooEarly`], [`Refusal::FutureCompletion`], [`Refusal::ExpiresBeforeIssue`],
/// [`Refusal::ExpiresTooLate`].
pub(super) fn check(
    completion_date: Date,
    expires_on: Option<Date>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if completion_date < EARLIEST {
        return Err(Refusal::CompletedTooEarly);
    }
    if completion_date > FIRST_TO_BEGIN.to_datetime(now).date() {
        return Err(Refusal::FutureCompletion);
    }
    let Some(last) = expires_on else {
        return Ok(());
    };
    if last < today(now) {
        return Err(Refusal::ExpiresBeforeIssue);
    }
    day(last).map(|_| ()).ok_or(Refusal::ExpiresTooLate)
}
