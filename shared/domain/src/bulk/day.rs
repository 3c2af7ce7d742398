//! A day as table programs and people write it, where it can mean one day only.
//!
//! | written | read |
//! |---|---|
//! | `2026-01-15`, also with `/`, `.` or blanks, without zeros, or as `20260115` | as it stands |
//! | `15/01/2026`, `1/15/2026`, also with `-` or `.` | by the number that can be no month; where both can, the day has two meanings unless they are equal |
//! | `15 Jan 2026`, `Jan. 15, 2026`, `15 janvier 2026` | by the month's name, English or French |
//! | any of these with midnight behind it | the same |
//! | two digits of a year, a count of days since 1900 | refused |
//!
//! Nothing is guessed, neither from the other rows nor from the organization's country: a certificate is signed with it.

use crate::{text, value::ValueError};
use jiff::civil::Date;

const FORM: ValueError = ValueError::Form("a day of the calendar, written such as 2026-01-31");
const TWO_DAYS: ValueError = ValueError::Form(
    "a day that can be read in one way only: write year, month and day, such as 2026-01-31",
);
const SHORT_YEAR: ValueError =
    ValueError::Form("a day with all digits of its year, such as 2026-01-31");

/// Names of months as they are searched, English and French; a name may be cut where it is still at least as long.
const MONTHS: [&[(&str, usize)]; 12] = [
    &[("january", 3), ("janvier", 4)],
    &[("february", 3), ("fevrier", 3)],
    &[("march", 3), ("mars", 4)],
    &[("april", 3), ("avril", 3)],
    &[("may", 3), ("mai", 3)],
    &[("june", 3), ("juin", 4)],
    &[("july", 3), ("juillet", 4)],
    &[("august", 3), ("aout", 4)],
    &[("september", 3), ("septembre", 4)],
    &[("october", 3), ("octobre", 3)],
    &[("november", 3), ("novembre", 3)],
    &[("december", 3), ("decembre", 3)],
];

/// The one day that a text means.
pub(super) fn day(text: &str) -> Result<Date, ValueError> {
    let folded = text::searched(text);
    let parts: Vec<&str> = without_midnight(folded.trim())
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ','))
        .filter(|part| !part.is_empty())
        .collect();
    match *parts.as_slice() {
        [whole] if whole.len() == 8 => {
            let digits = |from, to| whole.get(from..to).ok_or(FORM);
            date(digits(0, 4)?, digits(4, 6)?, digits(6, 8)?)
        }
        [first, second, third] => match (month(first), month(second)) {
            (Some(month), None) => named(third, month, second),
            (None, Some(month)) if first.len() == 4 => named(first, month, third),
            (None, Some(month)) => named(third, month, first),
            (Some(_), Some(_)) => Err(FORM),
            (None, None) if first.len() == 4 => date(first, second, third),
            (None, None) => either(third, first, second),
        },
        _ => Err(FORM),
    }
}

/// Without the midnight that programs write behind a day.
fn without_midnight(text: &str) -> &str {
    const MIDNIGHTS: [&str; 6] = [
        "00:00:00.000",
        "00:00:00",
        "0:00:00",
        "00:00",
        "0:00",
        "12:00:00 am",
    ];
    MIDNIGHTS
        .iter()
        .find_map(|midnight| text.strip_suffix(midnight))
        .and_then(|day| day.strip_suffix(['t', ' ']))
        .unwrap_or(text)
}

/// The month that a name means, from 1.
fn month(name: &str) -> Option<usize> {
    let means = |(whole, least): &(&str, usize)| name.len() >= *least && whole.starts_with(name);
    let found = MONTHS.iter().position(|names| names.iter().any(means));
    // What English cuts to four letters.
    let found = found.or((name == "sept").then_some(8));
    found.map(|month| month + 1)
}

fn named(year: &str, month: usize, day: &str) -> Result<Date, ValueError> {
    let day = ["st", "nd", "rd", "th", "er"]
        .iter()
        .find_map(|ending| day.strip_suffix(ending))
        .unwrap_or(day);
    date(year, &month.to_string(), day)
}

/// A day whose month stands before or behind it.
fn either(year: &str, first: &str, second: &str) -> Result<Date, ValueError> {
    let day_first = date(year, second, first);
    let month_first = date(year, first, second);
    match (day_first, month_first) {
        (Ok(one), Ok(other)) if one != other => Err(TWO_DAYS),
        (Ok(day), _) | (_, Ok(day)) => Ok(day),
        (Err(fault), Err(_)) => Err(fault),
    }
}

fn date(year: &str, month: &str, day: &str) -> Result<Date, ValueError> {
    let number = |text: &str, most: usize| {
        let digits =
            !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse::<i16>().ok())
            .flatten()
            .ok_or(FORM)
    };
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    if year.len() == 2 && number(year, 2).is_ok() {
        return Err(SHORT_YEAR);
    }
    if year.len() != 4 {
        return Err(FORM);
    }
    let small = |number: i16| i8::try_from(number).map_err(|_| FORM);
    Date::new(number(year, 4)?, small(month)?, small(day)?).map_err(|_| FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_written_in_one_way_only_is_read() {
        for text in [
            "2026-01-15",
            "2026/1/15",
            "2026.01.15",
            "20260115",
            "15/01/2026",
            "1/15/2026",
            "15.1.2026",
            "01-15-2026",
            "15 Jan 2026",
            "15-Jan-2026",
            "15 JANUARY 2026",
            "January 15, 2026",
            "Jan. 15th, 2026",
            "15 janvier 2026",
            "15 janv. 2026",
            "2026-Jan-15",
            "2026-01-15 00:00:00",
            "2026-01-15T00:00:00",
            "1/15/2026 0:00",
            "１５/０１/２０２６",
        ] {
            assert_eq!(day(text), Ok(jiff::civil::date(2026, 1, 15)), "{text}");
        }
        for (text, month) in [
            ("1 févr. 2026", 2),
            ("1er mars 2026", 3),
            ("1 avr. 2026", 4),
            ("1 May 2026", 5),
            ("1 mai 2026", 5),
            ("1 juin 2026", 6),
            ("1 juil. 2026", 7),
            ("1 Aug 2026", 8),
            ("1 août 2026", 8),
            ("Sept 1, 2026", 9),
            ("1 déc. 2026", 12),
        ] {
            assert_eq!(day(text), Ok(jiff::civil::date(2026, month, 1)), "{text}");
        }
        assert_eq!(day("05/05/2026"), Ok(jiff::civil::date(2026, 5, 5)));
    }

    #[test]
    fn a_day_that_may_be_another_one_is_refused_with_what_to_write() {
        for (text, fault) in [
            ("03/04/2026", TWO_DAYS),
            ("3.4.2026", TWO_DAYS),
            ("15/01/26", SHORT_YEAR),
            ("15-Jan-26", SHORT_YEAR),
            ("46037", FORM),
            ("2026-02-30", FORM),
            ("31/02/2026", FORM),
            ("15/15/2026", FORM),
            ("2026-15-01", FORM),
            ("2026-01", FORM),
            ("Jan Feb 2026", FORM),
            ("2026-01-15T10:00:00Z", FORM),
            ("2026-01-15 18:00", FORM),
            ("ju 1 2026", FORM),
            ("soon", FORM),
            ("", FORM),
        ] {
            assert_eq!(day(text), Err(fault.clone()), "{text}");
            assert!(fault.to_string().contains("2026-01-31"));
        }
    }
}
