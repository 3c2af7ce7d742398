//! Service levels: by when a ticket must have its first answer, and by when it must be done (checklist T-23).
//!
//! The profile's [`Rules`] give each priority two targets in business time of its [`Calendar`]. A ticket carries two
//! clocks ([`Sla`]), which run from its opening and stand still while it waits for the requester or is done:
//!
//! ```text
//!            runs              warn_at            due_at
//!   opened ──────────────────────┬──────────────────┬──────────▶
//!              │        ▲        warning            breach
//!              ▼        │        (once)             (once)
//!           waits for the requester, or done: due times move on by the open time that passes
//! ```
//!
//! | module | what |
//! |---|---|
//! | `calendar` | business time: adding it and counting it |
//! | `rules` | the profile's section, checked at start |
//! | `clocks` | the state on the ticket, kept true by [`Sla::follow`] after every change |
//! | `due` | what is due now: [`crate::ticket::Ticket::due`] decides warnings, breaches and escalations |
//!
//! [`Sla::follow`] reads the ticket as it is and not what was done to it. So it may run after any command, and twice; what
//! a command has left out the next one makes good. Every change of a due time moves the ticket's entry in the store's due
//! index, in the same transaction. `schedules` looks there each minute and sends a message for each ticket that is due;
//! the worker reads the ticket again and asks [`crate::ticket::Ticket::due`], which decides nothing for a ticket that moved
//! on and nothing twice, because the clocks remember what was said.
//!
//! Escalating a priority leaves the clocks alone: a breach must not shorten the next target and so cause another breach.
//! A priority that a person sets brings its own targets, for what is neither met nor breached.

mod calendar;
mod clocks;
mod due;
mod rules;

pub use calendar::Calendar;
pub(crate) use calendar::{Zones, bundled};
pub use clocks::{Clock, Outlook, Pause, Prospect, Sla, Standing};
pub use due::Due;
pub use rules::{EscalateTo, Escalation, Rules, Target, Targets};

use serde::{Deserialize, Serialize};

/// Which of a ticket's two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Until staff first replies publicly.
    FirstResponse,
    /// Until the ticket is resolved or closed.
    Resolution,
}

impl Level {
    /// Both.
    pub const ALL: [Self; 2] = [Self::FirstResponse, Self::Resolution];

    /// As it stands in keys and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::Resolution => "resolution",
        }
    }
}

/// What a clock says, each at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The profile's share of the target has passed.
    Warning,
    /// The target has passed.
    Breach,
}

impl Signal {
    /// As it stands in keys and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Breach => "breach",
        }
    }
}

#[cfg(test)]
mod tests;
