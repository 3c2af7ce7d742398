//! `rate(…)`, `cron(…)` and `at(…)` of `EventBridge`: when a schedule fires next.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) enum Timing {
    /// Every so many milliseconds.
    Rate(i64),
    /// At the minutes that fit, in a time zone.
    Cron(Box<Cron>),
    /// Once.
    At(Timestamp),
}

#[derive(Clone, Debug)]
pub(super) struct Cron {
    minutes: BTreeSet<i16>,
    hours: BTreeSet<i16>,
    /// `None` = `?`, the other day field decides.
    days: Option<BTreeSet<i16>>,
    last_day: bool,
    months: BTreeSet<i16>,
    /// 1 = Sunday, as `EventBridge` counts.
    weekdays: Option<BTreeSet<i16>>,
    years: BTreeSet<i16>,
    zone: TimeZone,
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Parses an expression as the template writes it.
pub(super) fn parse(expression: &str, zone: Option<&str>) -> Result<Timing, String> {
    let zone = match zone {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|e| e.to_string())?,
    };
    let inner = |kind: &str| {
        expression
            .trim()
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix('('))
            .and_then(|r| r.strip_suffix(')'))
    };
    if let Some(rate) = inner("rate") {
        return parse_rate(rate).ok_or_else(|| format!("`{expression}` is not a rate"));
    }
    if let Some(at) = inner("at") {
        let at: DateTime = at.parse().map_err(|e: jiff::Error| e.to_string())?;
        return Ok(Timing::At(
            at.to_zoned(zone).map_err(|e| e.to_string())?.timestamp(),
        ));
    }
    match inner("cron") {
        Some(cron) => parse_cron(cron, zone).map(|cron| Timing::Cron(Box::new(cron))),
        None => Err(format!(
            "`{expression}` is neither rate(…), cron(…) nor at(…)"
        )),
    }
}

fn parse_rate(text: &str) -> Option<Timing> {
    let (count, unit) = text.split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|count| *count > 0)?;
    let unit = match unit.trim() {
        "minute" | "minutes" => 60_000,
        "hour" | "hours" => 3_600_000,
        "day" | "days" => 86_400_000,
        _ => return None,
    };
    count.checked_mul(unit).map(Timing::Rate)
}

fn parse_cron(text: &str, zone: TimeZone) -> Result<Cron, String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays, years] = fields.as_slice() else {
        return Err("a cron expression has six fields".into());
    };
    if (*days == "?") == (*weekdays == "?") {
        return Err("one of the day fields must be ?".into());
    }
    let last_day = *days == "L";
    let optional = |field: &str, low, high, names: &[&str], first| match field {
        "?" => Ok(None),
        _ => values(field, low, high, names, first).map(Some),
    };
    Ok(Cron {
        minutes: values(minutes, 0, 59, &[], 0)?,
        hours: values(hours, 0, 23, &[], 0)?,
        days: if last_day {
            Some(BTreeSet::new())
        } else {
            optional(days, 1, 31, &[], 1)?
        },
        last_day,
        months: values(months, 1, 12, &MONTHS, 1)?,
        weekdays: optional(weekdays, 1, 7, &DAYS, 1)?,
        years: values(years, 1970, 2199, &[], 0)?,
        zone,
    })
}

/// `*`, `a`, `a-b`, `a/step`, lists of those.
fn values(
    field: &str,
    low: i16,
    high: i16,
    names: &[&str],
    first: i16,
) -> Result<BTreeSet<i16>, String> {
    let wrong = || format!("`{field}` is not understood in a cron expression");
    let one = |text: &str| -> Result<i16, String> {
        let index = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let value = match index {
            Some(index) => i16::try_from(index).map_err(|_| wrong())? + first,
            None => text.parse().map_err(|_| wrong())?,
        };
        if (low..=high).contains(&value) {
            Ok(value)
        } else {
            Err(wrong())
        }
    };
    let mut out = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            None => (part, 1),
            Some((range, step)) => (
                range,
                step.parse::<i16>()
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(wrong)?,
            ),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (one(from)?, one(to)?),
            None if range == "*" => (low, high),
            None if part.contains('/') => (one(range)?, high),
            None => (one(range)?, one(range)?),
        };
        if from > to {
            return Err(wrong());
        }
        out.extend((from..=to).step_by(usize::try_from(step).map_err(|_| wrong())?));
    }
    Ok(out)
}

impl Timing {
    /// The next time after `now`, in milliseconds since the epoch; `last` is when it fired before.
    pub(super) fn next(&self, now: i64, last: Option<i64>) -> Option<i64> {
        match self {
            Self::Rate(every) => Some(last.map_or(now + every, |last| last + every)),
            Self::At(at) => last.is_none().then(|| at.as_millisecond()),
            Self::Cron(cron) => cron.next(last.unwrap_or(now)),
        }
    }
}

impl Cron {
    fn next(&self, after: i64) -> Option<i64> {
        let after = Timestamp::from_millisecond(after).ok()?;
        let start = after.to_zoned(self.zone.clone()).date();
        let mut date = start;
        // Four years hold every combination of day, month and leap year; a fixed later year is looked for too.
        let horizon = start
            .year()
            .max(self.years.last().copied()?)
            .min(start.year() + 8);
        while date.year() <= horizon {
            if self.fits(date) {
                for &hour in &self.hours {
                    for &minute in &self.minutes {
                        let time =
                            date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
                        let at = time.to_zoned(self.zone.clone()).ok()?.timestamp();
                        if at > after {
                            return Some(at.as_millisecond());
                        }
                    }
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn fits(&self, date: Date) -> bool {
        let day = i16::from(date.day());
        let weekday = match date.weekday() {
            Weekday::Sunday => 1,
            other => i16::from(other.to_monday_one_offset()) + 1,
        };
        self.years.contains(&date.year())
            && self.months.contains(&i16::from(date.month()))
            && (!self.last_day || date == date.last_of_month())
            && self
                .days
                .as_ref()
                .is_none_or(|days| self.last_day || days.contains(&day))
            && self
                .weekdays
                .as_ref()
                .is_none_or(|weekdays| weekdays.contains(&weekday))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, zone: Option<&str>, now: &str) -> String {
        let now: Timestamp = now.parse().unwrap();
        let next = parse(expression, zone)
            .unwrap()
            .next(now.as_millisecond(), None)
            .unwrap();
        Timestamp::from_millisecond(next).unwrap().to_string()
    }

    #[test]
    fn a_rate_counts_from_the_last_time() {
        let rate = parse("rate(5 minutes)", None).unwrap();
        assert_eq!(rate.next(1_000, None), Some(301_000));
        assert_eq!(rate.next(900_000, Some(400_000)), Some(700_000));
    }

    #[test]
    fn cron_finds_weekdays_month_ends_and_time_zones() {
        assert_eq!(
            next("cron(0 8 ? * MON-FRI *)", None, "2026-11-20T09:00:00Z"),
            "2026-11-23T08:00:00Z"
        );
        assert_eq!(
            next("cron(30 23 L * ? *)", None, "2026-02-01T00:00:00Z"),
            "2026-02-28T23:30:00Z"
        );
        assert_eq!(
            next("cron(0/15 * * * ? *)", None, "2026-01-01T10:16:00Z"),
            "2026-01-01T10:30:00Z"
        );
        assert_eq!(
            next(
                "cron(0 9 1 1 ? *)",
                Some("Asia/Kolkata"),
                "2026-06-01T00:00:00Z"
            ),
            "2027-01-01T03:30:00Z"
        );
        assert_eq!(
            next("cron(0 0 29 2 ? *)", None, "2026-01-01T00:00:00Z"),
            "2028-02-29T00:00:00Z"
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in [
            "every minute",
            "rate(0 minutes)",
            "rate(1 week)",
            "cron(0 8 * * * *)",
            "cron(0 8 ? * MON#2 *)",
            "cron(61 8 ? * * *)",
        ] {
            assert!(parse(wrong, None).is_err(), "{wrong}");
        }
    }
}
