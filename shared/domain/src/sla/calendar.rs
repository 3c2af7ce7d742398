//! Business time: when staff is there, in a place's own time, and how long that is.
//!
//! The open time of a calendar is the set of instants whose local date is no holiday and whose local time lies within the
//! hours of that weekday. It is computed between two changes of the zone's offset at a time, so a day on which clocks go
//! forward or back is exactly as long as it was: hours that are skipped do not count, hours that come twice count twice.
//!
//! [`Calendar::add`] gives the earliest instant by which so much open time has passed, so for any `a` and `b` adding
//! `a + b` is adding `a` and then `b`, and [`Calendar::between`] undoes it.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead open time is looked for. [`super::Rules`] are refused whose targets do not fit a year of open time.
const YEARS: i64 = 20;
/// The most holidays that come each year: more would leave no year to work in.
const MOST_YEARLY: usize = 100;

/// Looks up a time zone by its IANA name.
pub(crate) type Zones = fn(&str) -> Option<TimeZone>;

/// The zones that are linked, whatever else there is: the same rules on every machine. A program that never looks one up
/// does not carry them.
pub(crate) fn bundled(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// Open hours of a week in a time zone, less holidays. Read from a profile and checked as it is read; reckons once its zone
/// was looked up.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Calendar {
    zone_name: String,
    zone: Option<TimeZone>,
    /// The hours of each weekday, Monday first.
    week: [Vec<Hours>; 7],
    holidays: BTreeSet<Date>,
    /// Month and day of the holidays that come each year.
    yearly: BTreeSet<(i8, i8)>,
}

/// From `start` to `end` of one day; `end` is `None` for midnight at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hours {
    start: Time,
    end: Option<Time>,
}

/// A stretch of open time: from `from` (included) to `to` (not included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: Timestamp,
    to: Timestamp,
}

/// As a profile's file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// IANA name, such as `Asia/Kolkata`.
    time_zone: String,
    /// `{"monday": ["09:00-12:00", "13:00-18:00"]}`; days that are absent are closed; `24:00` is midnight at the end.
    hours: BTreeMap<String, Vec<String>>,
    /// `2026-12-25`, or `12-25` for each year.
    #[serde(default)]
    holidays: Vec<String>,
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl TryFrom<Written> for Calendar {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut week: [Vec<Hours>; 7] = Default::default();
        for (day, hours) in &written.hours {
            let place = DAYS.iter().position(|name| name == day).ok_or_else(|| {
                format!(
                    "hours: '{day}' is no weekday; there are: {}",
                    DAYS.join(", ")
                )
            })?;
            week[place] = day_hours(hours).map_err(|why| format!("hours.{day}: {why}"))?;
        }
        let mut calendar = Self {
            zone_name: written.time_zone,
            zone: None,
            week,
            holidays: BTreeSet::new(),
            yearly: BTreeSet::new(),
        };
        for text in &written.holidays {
            calendar.add_holiday(text)?;
        }
        if calendar.yearly.len() > MOST_YEARLY {
            return Err(format!("holidays: more than {MOST_YEARLY} come each year"));
        }
        if calendar.week.iter().all(Vec::is_empty) {
            return Err("hours: no day has any, so nothing would ever be due".to_owned());
        }
        Ok(calendar)
    }
}

/// The hours of one day, in order and apart.
fn day_hours(texts: &[String]) -> Result<Vec<Hours>, String> {
    let mut hours = Vec::with_capacity(texts.len());
    for text in texts {
        let wrong = || format!("'{text}' is not of the form 09:00-17:30");
        let (start, end) = text.split_once('-').ok_or_else(wrong)?;
        let start: Time = start.trim().parse().map_err(|_| wrong())?;
        let end = match end.trim() {
            "24:00" => None,
            end => Some(end.parse::<Time>().map_err(|_| wrong())?),
        };
        if end.is_some_and(|end| end <= start) {
            return Err(format!("'{text}' ends before it begins"));
        }
        hours.push(Hours { start, end });
    }
    hours.sort_unstable();
    for pair in hours.windows(2) {
        if pair[0].end.is_none_or(|end| end > pair[1].start) {
            return Err("some hours overlap".to_owned());
        }
    }
    Ok(hours)
}

impl Calendar {
    /// Looks up its zone.
    pub(crate) fn locate(&mut self, zones: Zones) -> Result<(), String> {
        let name = &self.zone_name;
        let zone = zones(name).ok_or_else(|| format!("'{name}' is not an IANA time zone"))?;
        self.zone = Some(zone);
        Ok(())
    }

    fn zone(&self) -> &TimeZone {
        let zone = self.zone.as_ref();
        zone.expect("whoever reckons reads the profile with its zones")
    }

    fn add_holiday(&mut self, text: &str) -> Result<(), String> {
        if let Ok(date) = text.parse::<Date>() {
            self.holidays.insert(date);
            return Ok(());
        }
        // A leap year, so that 29 February can be one.
        let day: Date = format!("2024-{text}")
            .parse()
            .map_err(|_| format!("holidays: '{text}' is neither a date nor a month and a day"))?;
        self.yearly.insert((day.month(), day.day()));
        Ok(())
    }

    /// The earliest instant by which `business` of open time has passed since `from`; `from` itself for none. Where open
    /// time ends within twenty years, which no checked profile's does, the end of those.
    pub fn add(&self, from: Timestamp, business: SignedDuration) -> Timestamp {
        if business <= SignedDuration::ZERO {
            return from;
        }
        let mut left = business;
        let mut last = from;
        for stretch in self.open(from, horizon(from)) {
            let length = stretch.to.duration_since(stretch.from);
            if left <= length {
                return stretch.from + left;
            }
            left -= length;
            last = stretch.to;
        }
        last
    }

    /// The open time from `from` to `to`; none when `to` is not after `from`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        self.open(from, to)
            .map(|stretch| stretch.to.duration_since(stretch.from))
            .fold(SignedDuration::ZERO, |sum, length| sum + length)
    }

    /// Whether an instant is open time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.offset(at).to_datetime(at);
        self.hours(local.date()).iter().any(|hours| {
            hours.start <= local.time() && hours.end.is_none_or(|end| local.time() < end)
        })
    }

    /// How far the calendar's own time is from UTC at an instant.
    pub fn offset(&self, at: Timestamp) -> Offset {
        self.zone().to_offset(at)
    }

    /// The open time of one week without holidays or changes of the offset.
    pub fn of_a_week(&self) -> SignedDuration {
        let midnight = Date::default().at(0, 0, 0, 0);
        let length = |hours: &Hours| {
            let (start, end) = hours.on(midnight.date());
            end.duration_since(start)
        };
        self.week
            .iter()
            .flatten()
            .map(length)
            .fold(SignedDuration::ZERO, |sum, length| sum + length)
    }

    /// The hours of a date; none on a holiday.
    fn hours(&self, date: Date) -> &[Hours] {
        if self.holidays.contains(&date) || self.yearly.contains(&(date.month(), date.day())) {
            return &[];
        }
        let monday = Weekday::Monday;
        &self.week[usize::from(date.weekday().since(monday).unsigned_abs()) % 7]
    }

    /// The open stretches from `from` to `to`, in order and apart.
    fn open(&self, from: Timestamp, to: Timestamp) -> Stretches<'_> {
        Stretches {
            calendar: self,
            to,
            part: Part::starting(self.zone(), from),
            date: None,
            ready: Vec::new(),
        }
    }
}

/// The end of the years that open time is looked for in.
fn horizon(from: Timestamp) -> Timestamp {
    from.checked_add((YEARS * 366 * 24).hours())
        .unwrap_or(Timestamp::MAX)
}

impl Hours {
    /// Start and end on a date, in local time.
    fn on(self, date: Date) -> (DateTime, DateTime) {
        let end = match self.end {
            Some(end) => date.to_datetime(end),
            None => date
                .tomorrow()
                .map_or(DateTime::MAX, |next| next.to_datetime(Time::midnight())),
        };
        (date.to_datetime(self.start), end)
    }
}

/// A time during which the zone's offset stays the same.
#[derive(Clone, Copy, Debug)]
struct Part {
    from: Timestamp,
    to: Timestamp,
    offset: Offset,
}

impl Part {
    fn starting(zone: &TimeZone, from: Timestamp) -> Self {
        let next = zone.following(from).next();
        Self {
            from,
            to: next.map_or(Timestamp::MAX, |change| change.timestamp()),
            offset: zone.to_offset(from),
        }
    }

    /// The part of local hours that lies within this time.
    fn cut(&self, (start, end): (DateTime, DateTime)) -> Option<Stretch> {
        let at = |local| self.offset.to_timestamp(local).unwrap_or(Timestamp::MAX);
        let (from, to) = (at(start).max(self.from), at(end).min(self.to));
        (from < to).then_some(Stretch { from, to })
    }
}

struct Stretches<'a> {
    calendar: &'a Calendar,
    to: Timestamp,
    part: Part,
    /// The next local date of the part; `None` before its first.
    date: Option<Date>,
    /// What a date had, last first.
    ready: Vec<Stretch>,
}

impl Iterator for Stretches<'_> {
    type Item = Stretch;

    fn next(&mut self) -> Option<Stretch> {
        loop {
            if let Some(found) = self.ready.pop() {
                let to = found.to.min(self.to);
                return (found.from < to).then_some(Stretch { to, ..found });
            }
            let Part { from, to, offset } = self.part;
            if from >= self.to {
                return None;
            }
            let date = self.date.unwrap_or_else(|| offset.to_datetime(from).date());
            let begins = offset
                .to_timestamp(date.to_datetime(Time::midnight()))
                .unwrap_or(Timestamp::MAX);
            if begins >= to {
                self.part = Part::starting(self.calendar.zone(), to);
                self.date = None;
                continue;
            }
            if begins >= self.to {
                return None;
            }
            let hours = self.calendar.hours(date).iter().rev();
            self.ready
                .extend(hours.filter_map(|hours| self.part.cut(hours.on(date))));
            // The last date that there is has no next one: what follows it is beyond every horizon.
            self.date = Some(date.tomorrow().ok()?);
        }
    }
}

#[cfg(test)]
mod tests;
