//! The clocks of a ticket.

use super::{Level, Rules, Signal};
use crate::ticket::{Priority, Status, Ticket};
use jiff::{SignedDuration, Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

/// How many finished pauses a ticket remembers one by one; the time of all of them is kept as a sum.
const PAUSES: usize = 20;

/// A ticket's service levels, as they stand. For staff only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// When both clocks began: when the ticket was opened.
    pub started_at: Timestamp,
    /// The priority that was last seen.
    priority: Priority,
    /// Until the first public reply of staff.
    pub first_response: Clock,
    /// Until the ticket is done.
    pub resolution: Clock,
    /// Since when the clocks stand still, because the ticket waits for the requester or is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Timestamp>,
    /// The newest finished pauses, oldest first, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Business time of all finished pauses, in milliseconds.
    paused_ms: i64,
}

/// One target and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The target: milliseconds of business time.
    target_ms: i64,
    /// When a share of the target has passed that is warned of. While the clocks stand still: as if they had gone on.
    pub warn_at: Timestamp,
    /// When the target has passed. While the clocks stand still: as if they had gone on.
    pub due_at: Timestamp,
    /// How many seconds the calendar's own time is ahead of UTC when the target has passed.
    #[serde(default)]
    offset: i32,
    /// When it was warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned_at: Option<Timestamp>,
    /// The due time that was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<Timestamp>,
    /// When the target was met, or at last done after it was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfied_at: Option<Timestamp>,
}

/// A time during which the clocks stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It runs.
    Running,
    /// It stands still.
    Paused,
    /// The target was missed; it is still to be done.
    Breached,
    /// The target was missed; it is done.
    Late,
    /// The target was met.
    Met,
}

/// How both service levels stand, as a list shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// Until the first public reply of staff.
    pub first_response: Prospect,
    /// Until the ticket is done.
    pub resolution: Prospect,
}

/// How one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prospect {
    /// Where the clock stands.
    pub state: Standing,
    /// By when; nothing while the clock stands still.
    pub due_at: Option<Timestamp>,
}

impl Clock {
    /// The target, in business time.
    pub fn target(&self) -> SignedDuration {
        SignedDuration::from_millis(self.target_ms)
    }

    /// When the target has passed, as the clock on the support team's wall shows it: `2026-11-16 09:00 (UTC-05)`.
    pub fn shows_due(&self) -> String {
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        let local = offset.to_datetime(self.due_at);
        format!("{} (UTC{offset})", local.strftime("%Y-%m-%d %H:%M"))
    }

    /// Whether it can still say something.
    pub(super) fn is_open(&self) -> bool {
        self.satisfied_at.is_none() && self.breached_at.is_none()
    }

    /// What it says next, and when.
    pub(super) fn next(&self) -> Option<(Signal, Timestamp)> {
        if !self.is_open() {
            None
        } else if self.warned_at.is_none() && self.warn_at < self.due_at {
            Some((Signal::Warning, self.warn_at))
        } else {
            Some((Signal::Breach, self.due_at))
        }
    }
}

impl Sla {
    /// The clocks of a ticket that is opened now.
    pub fn start(rules: &Rules, priority: Priority, now: Timestamp) -> Self {
        let clock = |level| {
            let target = rules.target(priority, level);
            Clock {
                target_ms: i64::try_from(target.as_millis()).unwrap_or(i64::MAX),
                warn_at: now,
                due_at: now,
                offset: 0,
                warned_at: None,
                breached_at: None,
                satisfied_at: None,
            }
        };
        let mut sla = Self {
            started_at: now,
            priority,
            first_response: clock(Level::FirstResponse),
            resolution: clock(Level::Resolution),
            paused_since: None,
            pauses: Vec::new(),
            paused_ms: 0,
        };
        sla.set_due(rules);
        sla
    }

    /// One of the clocks.
    pub fn clock(&self, level: Level) -> &Clock {
        match level {
            Level::FirstResponse => &self.first_response,
            Level::Resolution => &self.resolution,
        }
    }

    pub(super) fn clock_mut(&mut self, level: Level) -> &mut Clock {
        match level {
            Level::FirstResponse => &mut self.first_response,
            Level::Resolution => &mut self.resolution,
        }
    }

    /// Where a clock stands.
    pub fn standing(&self, level: Level) -> Standing {
        let clock = self.clock(level);
        match (clock.breached_at, clock.satisfied_at) {
            (None, Some(_)) => Standing::Met,
            (Some(_), Some(_)) => Standing::Late,
            (Some(_), None) => Standing::Breached,
            (None, None) if self.paused_since.is_some() => Standing::Paused,
            (None, None) => Standing::Running,
        }
    }

    /// How both stand.
    pub fn outlook(&self) -> Outlook {
        let prospect = |level| {
            let state = self.standing(level);
            let due_at = (state != Standing::Paused).then_some(self.clock(level).due_at);
            Prospect { state, due_at }
        };
        Outlook {
            first_response: prospect(Level::FirstResponse),
            resolution: prospect(Level::Resolution),
        }
    }

    /// Makes the clocks agree with the ticket as it is now. Gives the levels that turn out to have been missed by what was
    /// done: nobody needs to be told any more, it only belongs into the history.
    pub fn follow(&mut self, rules: &Rules, ticket: &Ticket, now: Timestamp) -> Vec<Level> {
        let before = self.stops();
        let done = matches!(ticket.status, Status::Resolved | Status::Closed);
        if let Some(at) = ticket.first_response_at {
            self.first_response.satisfied_at.get_or_insert(at);
        }
        if done {
            let at = ticket.resolved_at.or(ticket.closed_at).unwrap_or(now);
            self.resolution.satisfied_at.get_or_insert(at);
        } else {
            self.resolution.satisfied_at = None;
        }
        let halted = done || rules.pauses(ticket.status);
        match self.paused_since {
            None if halted => {
                let since = self.resolution.satisfied_at.unwrap_or(now);
                self.paused_since = Some(since.min(now));
            }
            Some(since) if !halted => self.go_on(rules, since, now),
            None | Some(_) => {}
        }
        let missed = self.missed(before);
        if ticket.priority != self.priority {
            self.retarget(rules, ticket.priority);
        }
        missed
    }

    /// Keeps the clocks as they are though the priority changed: for escalation.
    pub(super) fn keep_targets(&mut self, priority: Priority) {
        self.priority = priority;
    }

    /// Ends a pause.
    fn go_on(&mut self, rules: &Rules, since: Timestamp, now: Timestamp) {
        self.paused_since = None;
        let business = rules.calendar().between(since, now);
        self.paused_ms += i64::try_from(business.as_millis()).unwrap_or(0);
        self.pauses.push(Pause {
            from: since,
            to: now,
        });
        let surplus = self.pauses.len().saturating_sub(PAUSES);
        self.pauses.drain(..surplus);
        self.set_due(rules);
    }

    /// When each clock stopped: by being satisfied or by a pause, whichever came first.
    fn stops(&self) -> [Option<Timestamp>; 2] {
        Level::ALL.map(|level| {
            let stops = [self.clock(level).satisfied_at, self.paused_since];
            stops.into_iter().flatten().min()
        })
    }

    /// Marks what was over its due time when it stopped, of those that did not stand still `before`.
    fn missed(&mut self, before: [Option<Timestamp>; 2]) -> Vec<Level> {
        let mut missed = Vec::new();
        let stops = Level::ALL.into_iter().zip(before).zip(self.stops());
        for ((level, before), stop) in stops {
            let clock = self.clock_mut(level);
            let late = before.is_none() && stop.is_some_and(|at| at > clock.due_at);
            if late && clock.breached_at.is_none() {
                clock.breached_at = Some(clock.due_at);
                missed.push(level);
            }
        }
        missed
    }

    /// Takes the targets of a priority that a person set.
    fn retarget(&mut self, rules: &Rules, priority: Priority) {
        self.priority = priority;
        for level in Level::ALL {
            let target = rules.target(priority, level).as_millis();
            let clock = self.clock_mut(level);
            if clock.is_open() {
                clock.target_ms = i64::try_from(target).unwrap_or(i64::MAX);
            }
        }
        self.set_due(rules);
    }

    fn set_due(&mut self, rules: &Rules) {
        let (started_at, paused) = (self.started_at, SignedDuration::from_millis(self.paused_ms));
        for level in Level::ALL {
            let clock = self.clock_mut(level);
            if clock.is_open() {
                let target = clock.target();
                let warn_after = rules.warned_after(target);
                clock.due_at = rules.calendar().add(started_at, target + paused);
                clock.offset = rules.calendar().offset(clock.due_at).seconds();
                clock.warn_at = rules.calendar().add(started_at, warn_after + paused);
            }
        }
    }

    /// When somebody must look at the ticket next, if ever.
    pub fn next_at(&self) -> Option<Timestamp> {
        if self.paused_since.is_some() {
            return None;
        }
        Level::ALL
            .into_iter()
            .filter_map(|level| self.clock(level).next())
            .map(|(_, at)| at)
            .min()
    }
}
