use super::*;
use proptest::prelude::*;
use serde_json::json;

fn calendar(value: serde_json::Value) -> Result<Calendar, String> {
    let mut calendar: Calendar = serde_json::from_value(value).map_err(|e| e.to_string())?;
    calendar.locate(bundled)?;
    Ok(calendar)
}

fn week(zone: &str, hours: &[&str]) -> Calendar {
    let days: BTreeMap<_, _> = DAYS[..5].iter().map(|day| (*day, hours)).collect();
    let holidays = ["2026-12-24", "01-01", "12-25", "02-29"];
    calendar(json!({"time_zone": zone, "hours": days, "holidays": holidays})).unwrap()
}

fn around_the_clock(zone: &str) -> Calendar {
    let days: BTreeMap<_, _> = DAYS.iter().map(|day| (*day, ["00:00-24:00"])).collect();
    calendar(json!({"time_zone": zone, "hours": days})).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Monday to Friday from nine to five, in New York.
fn office() -> Calendar {
    week("America/New_York", &["09:00-17:00"])
}

#[test]
fn time_within_a_day_is_added_as_it_is() {
    // Monday, 10:00 in New York.
    let from = at("2026-11-16T15:00:00Z");
    assert_eq!(office().add(from, minutes(90)), at("2026-11-16T16:30:00Z"));
}

#[test]
fn the_offset_is_that_of_the_season() {
    let (winter, summer) = (at("2026-11-16T14:00:00Z"), at("2026-07-16T13:00:00Z"));
    assert_eq!(office().offset(winter), jiff::tz::offset(-5));
    assert_eq!(office().offset(summer), jiff::tz::offset(-4));
}

#[test]
fn a_friday_evening_goes_on_on_monday_morning() {
    // Friday 16:30: half an hour is left, the rest is Monday's.
    let from = at("2026-11-20T21:30:00Z");
    assert_eq!(office().add(from, minutes(30)), at("2026-11-20T22:00:00Z"));
    assert_eq!(office().add(from, minutes(45)), at("2026-11-23T14:15:00Z"));
    // Saturday counts for nothing.
    assert_eq!(
        office().add(at("2026-11-21T12:00:00Z"), minutes(1)),
        at("2026-11-23T14:01:00Z")
    );
}

#[test]
fn holidays_of_a_date_and_of_each_year_are_closed() {
    // Wednesday 2026-12-23 16:00; 24 and 25 are holidays, then comes a week-end.
    let from = at("2026-12-23T21:00:00Z");
    assert_eq!(office().add(from, minutes(61)), at("2026-12-28T14:01:00Z"));
    // New Year of another year.
    assert_eq!(
        office().between(at("2031-12-31T22:00:00Z"), at("2032-01-02T14:10:00Z")),
        minutes(10)
    );
    // A holiday on 29 February leaves 28 February open.
    assert!(office().is_open(at("2028-02-28T15:00:00Z")));
    assert!(!office().is_open(at("2028-02-29T15:00:00Z")));
}

#[test]
fn the_same_hours_are_another_instant_after_the_clocks_went_forward() {
    // Friday before 2026-03-08 at 16:00 EST; Monday's nine o'clock is EDT.
    let from = at("2026-03-06T21:00:00Z");
    assert_eq!(office().add(from, minutes(120)), at("2026-03-09T14:00:00Z"));
}

#[test]
fn the_same_hours_are_another_instant_after_the_clocks_went_back() {
    // Friday before 2026-11-01 at 16:00 EDT; Monday's nine o'clock is EST.
    let from = at("2026-10-30T20:00:00Z");
    assert_eq!(office().add(from, minutes(120)), at("2026-11-02T15:00:00Z"));
}

#[test]
fn a_day_without_an_hour_has_23_and_one_with_an_hour_twice_has_25() {
    let always = around_the_clock("Europe/Berlin");
    let day = |from: &str, to: &str| always.between(at(from), at(to));
    assert_eq!(
        day("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        SignedDuration::from_hours(23)
    );
    assert_eq!(
        day("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        SignedDuration::from_hours(25)
    );
}

#[test]
fn hours_inside_the_skipped_hour_are_none_and_inside_the_repeated_one_come_twice() {
    let sunday = |hours: &str| {
        calendar(json!({"time_zone": "Europe/Berlin", "hours": {"sunday": [hours]}})).unwrap()
    };
    let (spring, autumn) = (
        (at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")),
        (at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")),
    );
    // Clocks go from 02:00 to 03:00, and from 03:00 back to 02:00.
    let night = sunday("02:15-02:45");
    assert_eq!(night.between(spring.0, spring.1), SignedDuration::ZERO);
    assert_eq!(night.between(autumn.0, autumn.1), minutes(60));
    // Only what is left of hours that begin or end within it.
    let early = sunday("02:30-04:00");
    assert_eq!(early.between(spring.0, spring.1), minutes(60));
    assert_eq!(early.between(autumn.0, autumn.1), minutes(30 + 90));
}

#[test]
fn a_zone_that_skipped_a_whole_day_skipped_its_hours() {
    // Samoa had no Friday 2011-12-30.
    let apia = week("Pacific/Apia", &["09:00-17:00"]);
    let thursday_at_16 = at("2011-12-30T02:00:00Z");
    assert_eq!(
        apia.add(thursday_at_16, minutes(90)),
        // Monday 2012-01-02, 09:30 at +14.
        at("2012-01-01T19:30:00Z")
    );
}

#[test]
fn a_calendar_that_does_not_hold_together_says_why() {
    let with = |zone: &str, day: &str, hours: &[&str], holidays: &[&str]| {
        calendar(json!({"time_zone": zone, "hours": {day: hours}, "holidays": holidays}))
            .unwrap_err()
    };
    for (refused, said) in [
        (
            with("Mars/Olympus", "monday", &["09:00-17:00"], &[]),
            "Mars/Olympus",
        ),
        (
            with("Europe/Paris", "lundi", &["09:00-17:00"], &[]),
            "lundi",
        ),
        (
            with("Europe/Paris", "monday", &["nine to five"], &[]),
            "nine to five",
        ),
        (
            with("Europe/Paris", "monday", &["17:00-09:00"], &[]),
            "ends before",
        ),
        (
            with(
                "Europe/Paris",
                "monday",
                &["09:00-12:00", "11:00-17:00"],
                &[],
            ),
            "overlap",
        ),
        (
            with("Europe/Paris", "monday", &[], &[]),
            "nothing would ever be due",
        ),
        (
            with("Europe/Paris", "monday", &["09:00-17:00"], &["Christmas"]),
            "Christmas",
        ),
        (
            with("Europe/Paris", "monday", &["09:00-17:00"], &["02-30"]),
            "02-30",
        ),
    ] {
        assert!(refused.contains(said), "{refused}");
    }
}

/// Zones that change their offset in both directions, by half an hour, at midnight, and never.
fn zones() -> impl Strategy<Value = Calendar> {
    let zone = prop::sample::select(vec![
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Pacific/Apia",
    ]);
    let hours = prop::sample::select(vec![
        vec!["09:00-17:00"],
        vec!["00:00-24:00"],
        vec!["01:30-02:30"],
        vec!["00:00-00:30", "08:15-12:00", "13:00-24:00"],
    ]);
    (zone, hours).prop_map(|(zone, hours)| week(zone, &hours))
}

/// An instant of 2005 to 2035.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_104_537_600_i64..2_051_222_400).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn adding_a_and_then_b_is_adding_both(calendar in zones(), from in instants(), a in 0_i64..200_000, b in 0_i64..200_000) {
        let (a, b) = (SignedDuration::from_secs(a), SignedDuration::from_secs(b));
        prop_assert_eq!(calendar.add(calendar.add(from, a), b), calendar.add(from, a + b));
    }

    #[test]
    fn what_was_added_is_what_lies_between(calendar in zones(), from in instants(), seconds in 0_i64..400_000) {
        let added = SignedDuration::from_secs(seconds);
        prop_assert_eq!(calendar.between(from, calendar.add(from, added)), added);
    }

    #[test]
    fn nothing_is_due_while_closed(calendar in zones(), from in instants(), seconds in 1_i64..400_000) {
        // A due time may be the very end of open time, so the instant before it is the one that must be open.
        let due = calendar.add(from, SignedDuration::from_secs(seconds));
        prop_assert!(calendar.is_open(due - SignedDuration::from_nanos(1)), "{}", due);
    }

    #[test]
    fn open_time_is_what_a_walk_minute_by_minute_counts(calendar in zones(), from in instants(), length in 0_i64..4_000) {
        let from = Timestamp::from_second(from.as_second() / 60 * 60).unwrap();
        let open = (0..length).filter(|n| calendar.is_open(from + minutes(*n))).count();
        let counted = calendar.between(from, from + minutes(length));
        prop_assert_eq!(counted, minutes(i64::try_from(open).unwrap()));
    }
}
