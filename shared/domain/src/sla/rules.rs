//! The profile's section on service levels.

use super::{Calendar, Level, Signal, calendar::Zones};
use crate::ticket::{Priority, Status};
use jiff::SignedDuration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Targets, the calendar that they are counted in, and what follows when they are missed.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Rules {
    calendar: Calendar,
    targets: BTreeMap<Priority, Targets>,
    warn_at_percent: u8,
    pause_in: Vec<Status>,
    on_warning: Escalation,
    on_breach: Escalation,
}

/// As a profile's file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    calendar: Calendar,
    /// For every priority.
    targets: BTreeMap<Priority, Targets>,
    /// Which share of a target has passed when it is warned of, in percent: 1 to 99.
    warn_at_percent: u8,
    /// While a ticket stands so, its clocks stand still.
    pause_in: Vec<Status>,
    #[serde(default)]
    on_warning: Escalation,
    #[serde(default)]
    on_breach: Escalation,
}

/// A priority's targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Until staff first replies publicly.
    pub first_response: Target,
    /// Until the ticket is resolved or closed.
    pub resolution: Target,
}

/// A length of business time: written as jiff reads it, such as `4h`, `30m` or `PT4H`; at least a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Target(SignedDuration);

impl Target {
    /// The length.
    pub const fn get(self) -> SignedDuration {
        self.0
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length: SignedDuration = text
            .parse()
            .map_err(|_| format!("'{text}' is no length of time, such as 4h or 30m"))?;
        if length < SignedDuration::from_millis(1) {
            return Err(format!("'{text}' is no time to do anything in"));
        }
        Ok(Self(SignedDuration::from_millis(
            i64::try_from(length.as_millis()).map_err(|_| format!("'{text}' is too long"))?,
        )))
    }
}

/// What follows a warning or a breach, besides telling staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Escalation {
    /// Whether the priority rises by one.
    pub raise_priority: bool,
    /// Who has the ticket from then on.
    pub assign_to: EscalateTo,
}

/// Who has a ticket after an escalation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalateTo {
    /// Whoever has it now.
    #[default]
    Unchanged,
    /// Somebody, if nobody has it.
    Anybody,
    /// Somebody else than now.
    Another,
    /// A super admin, unless one has it already.
    SuperAdmin,
}

impl TryFrom<Written> for Rules {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            calendar,
            targets,
            warn_at_percent,
            pause_in,
            on_warning,
            on_breach,
        } = written;
        if !(1..=99).contains(&warn_at_percent) {
            return Err(format!("warn_at_percent is 1 to 99, not {warn_at_percent}"));
        }
        let longest = calendar.of_a_week() * 52;
        for priority in Priority::ALL {
            let code = priority.code();
            let Some(targets) = targets.get(priority) else {
                return Err(format!("targets: '{code}' is missing"));
            };
            for level in Level::ALL {
                if targets.of(level).get() > longest {
                    let level = level.code();
                    return Err(format!(
                        "targets.{code}.{level} is longer than a year of open hours"
                    ));
                }
            }
            if targets.first_response > targets.resolution {
                return Err(format!(
                    "targets.{code}: a ticket would have to be done before it is answered"
                ));
            }
        }
        if let Some(done) = pause_in
            .iter()
            .find(|status| matches!(status, Status::Resolved | Status::Closed))
        {
            return Err(format!(
                "pause_in: '{}' ends the clocks, it does not pause them",
                done.code()
            ));
        }
        Ok(Self {
            calendar,
            targets,
            warn_at_percent,
            pause_in,
            on_warning,
            on_breach,
        })
    }
}

impl Targets {
    /// One of them.
    pub const fn of(self, level: Level) -> Target {
        match level {
            Level::FirstResponse => self.first_response,
            Level::Resolution => self.resolution,
        }
    }
}

impl Rules {
    /// Looks up the calendar's zone.
    pub(crate) fn locate(&mut self, zones: Zones) -> Result<(), String> {
        self.calendar.locate(zones)
    }

    /// The calendar that targets are counted in.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The target of a priority.
    pub fn target(&self, priority: Priority, level: Level) -> SignedDuration {
        let targets = self.targets.get(&priority);
        // Every priority has its targets: that was checked when the rules were read.
        targets.map_or(SignedDuration::ZERO, |targets| targets.of(level).get())
    }

    /// How much of a target has passed when it is warned of.
    pub fn warned_after(&self, target: SignedDuration) -> SignedDuration {
        let millis = target.as_millis() * i128::from(self.warn_at_percent) / 100;
        SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    /// Whether clocks stand still while a ticket stands so.
    pub fn pauses(&self, status: Status) -> bool {
        self.pause_in.contains(&status)
    }

    /// What follows a signal.
    pub fn escalation(&self, signal: Signal) -> Escalation {
        match signal {
            Signal::Warning => self.on_warning,
            Signal::Breach => self.on_breach,
        }
    }
}
