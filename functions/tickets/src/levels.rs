//! A ticket's service levels, as staff is shown them. A requester is not.

use jiff::Timestamp;
use registrar_domain::sla::{Clock, Level, Pause, Sla, Standing};
use serde::Serialize;

/// Both clocks, and when they stood still.
#[derive(Debug, Serialize)]
pub(crate) struct SlaView<'a> {
    started_at: Timestamp,
    first_response: ClockView,
    resolution: ClockView,
    /// Since when the clocks stand still: the ticket waits for the requester, or is done.
    paused_since: Option<Timestamp>,
    /// The newest finished pauses, oldest first.
    pauses: &'a [Pause],
}

/// A clock.
#[derive(Debug, Serialize)]
struct ClockView {
    state: Standing,
    /// The target, in seconds of business time.
    target_seconds: i64,
    /// By when; null while the clock stands still, for it moves on then.
    due_at: Option<Timestamp>,
    /// When a share of the target has passed that is warned of.
    warn_at: Option<Timestamp>,
    warned_at: Option<Timestamp>,
    breached_at: Option<Timestamp>,
    satisfied_at: Option<Timestamp>,
}

impl<'a> From<&'a Sla> for SlaView<'a> {
    fn from(sla: &'a Sla) -> Self {
        let clock = |level| ClockView::new(sla.standing(level), sla.clock(level));
        Self {
            started_at: sla.started_at,
            first_response: clock(Level::FirstResponse),
            resolution: clock(Level::Resolution),
            paused_since: sla.paused_since,
            pauses: &sla.pauses,
        }
    }
}

impl ClockView {
    fn new(state: Standing, clock: &Clock) -> Self {
        let moves_on = state == Standing::Paused;
        Self {
            state,
            target_seconds: clock.target().as_secs(),
            due_at: (!moves_on).then_some(clock.due_at),
            warn_at: (!moves_on).then_some(clock.warn_at),
            warned_at: clock.warned_at,
            breached_at: clock.breached_at,
            satisfied_at: clock.satisfied_at,
        }
    }
}
