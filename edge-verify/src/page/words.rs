//! The pages' texts, in each of their languages. They are HTML, except where they say that they are text.

use registrar_credential::{Day, Verdict};

use crate::negotiate::Language;

mod english;
mod french;

/// Sign, heading and explanation.
pub(super) type Said = (&'static str, &'static str, &'static str);
/// One, and several, of a unit of time.
type Unit = (&'static str, &'static str);

pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) other_language: &'static str,
    pub(super) other_name: &'static str,
    pub(super) languages: &'static str,
    pub(super) title: &'static str,
    pub(super) details: &'static str,
    pub(super) certificate_id: &'static str,
    pub(super) holder: &'static str,
    pub(super) course: &'static str,
    pub(super) grade: &'static str,
    pub(super) completed: &'static str,
    pub(super) issued: &'static str,
    pub(super) expires: &'static str,
    pub(super) revoked_on: &'static str,
    pub(super) suspended_on: &'static str,
    pub(super) reason: &'static str,
    pub(super) replaced_by: &'static str,
    pub(super) checked_at: &'static str,
    pub(super) status_of: &'static str,
    pub(super) badge: &'static str,
    pub(super) linkedin: &'static str,
    pub(super) footer: &'static str,
    pub(super) another: &'static str,
    pub(super) offline: &'static str,
    pub(super) more: &'static str,
    pub(super) home: Home,
    pub(super) unreachable: Said,
    pub(super) nothing: Said,
    /// What comes before the age of the older of the two lists at hand, and after it.
    pub(super) list_age: (&'static str, &'static str),
    valid: Said,
    revoked: Said,
    suspended: Said,
    expired: Said,
    forged: Said,
    malformed: Said,
    later_version: Said,
    unknown: Said,
    stale: Said,
    /// Stale, without even a signature that could be told to be the issuer's.
    unsure: Said,
    withdrawn: Said,
    /// Words for the stable codes of a reason.
    reasons: &'static [(&'static str, &'static str)],
    /// The counts that take the first word of a unit: in French nought does, too.
    singular: &'static [u64],
    units: [Unit; 4],
    months: [&'static str; 12],
    /// The day of the month, when it is the first.
    first: &'static str,
    /// Between the date and the hour, between hour and minute.
    clock: (&'static str, &'static str),
}

/// The page that asks what is to be verified.
pub(super) struct Home {
    pub(super) heading: &'static str,
    pub(super) text: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) button: &'static str,
}

impl Words {
    /// `signed` says whether the issuer is known to have signed what is judged.
    pub(super) fn verdict(&self, verdict: &Verdict, signed: bool) -> Said {
        match verdict {
            Verdict::Valid => self.valid,
            Verdict::Revoked => self.revoked,
            Verdict::Suspended => self.suspended,
            Verdict::Expired => self.expired,
            Verdict::Forged { .. } => self.forged,
            Verdict::Malformed { reason } if reason == "unknown_version" => self.later_version,
            Verdict::Malformed { .. } => self.malformed,
            Verdict::Unknown => self.unknown,
            Verdict::Stale { .. } if signed => self.stale,
            Verdict::Stale { .. } => self.unsure,
            Verdict::Withdrawn => self.withdrawn,
        }
    }

    /// The words for a reason's code; none when it is a text of the issuer's own.
    pub(super) fn reason(&self, code: &str) -> Option<&'static str> {
        let known = self.reasons.iter().find(|(known, _)| *known == code);
        known.map(|(_, words)| *words)
    }

    /// A day as people write it. Text.
    pub(super) fn day(&self, day: Day) -> String {
        let (year, month, dom) = day.to_civil();
        let month = self.months[usize::from(month - 1)];
        if dom == 1 {
            format!("{} {month} {year}", self.first)
        } else {
            format!("{dom} {month} {year}")
        }
    }

    /// A Unix time to the minute, in UTC. Text.
    pub(super) fn minute(&self, seconds: u64) -> String {
        let (at, colon) = self.clock;
        let day = self.day(Day::from_unix(seconds));
        let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
        format!("{day}{at}{hour:02}{colon}{minute:02} UTC")
    }

    /// How long ago something was, in its largest unit: up to two of a larger unit, the smaller one says more. Text.
    pub(super) fn age(&self, seconds: u64) -> String {
        let (count, unit) = match seconds {
            0..=119 => (seconds, 0),
            120..=7199 => (seconds / 60, 1),
            7200..=172_799 => (seconds / 3600, 2),
            _ => (seconds / 86_400, 3),
        };
        let (one, several) = self.units[unit];
        format!(
            "{count} {}",
            if self.singular.contains(&count) {
                one
            } else {
                several
            }
        )
    }
}

pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::French => &french::WORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_ages_are_written_as_people_write_them() {
        let (english, french) = (of(Language::English), of(Language::French));
        let first: Day = "2026-03-01".parse().unwrap();
        assert_eq!(english.day(first), "1 March 2026");
        assert_eq!(french.day(first), "1er mars 2026");
        assert_eq!(english.minute(1_772_884_800), "7 March 2026, 12:00 UTC");
        assert_eq!(french.minute(1_772_884_860), "7 mars 2026 à 12 h 01 UTC");
        for (seconds, said) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7_199, "119 minutes"),
            (7_200, "2 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(english.age(seconds), said);
        }
        assert_eq!(french.age(901), "15 minutes");
        let (one, several) = french.units[0];
        for (seconds, unit) in [(0, one), (1, one), (2, several)] {
            assert_eq!(french.age(seconds), format!("{seconds} {unit}"));
        }
    }

    #[test]
    fn every_reason_has_words_in_both_languages() {
        let (english, french) = (of(Language::English), of(Language::French));
        assert!(!english.reasons.is_empty());
        for (code, words) in english.reasons {
            assert_ne!(french.reason(code), Some(*words));
            assert!(french.reason(code).is_some(), "{code}");
        }
        assert_eq!(english.reasons.len(), french.reasons.len());
        assert_eq!(english.reason("a text of the issuer's"), None);
    }
}
