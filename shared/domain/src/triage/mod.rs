//! Triage: a first look at a new ticket, by a model or by rules (checklist P-04 to P-06).
//!
//! ```text
//! ticket opened ─▶ Effect::Triage ─▶ worker: asks the model, or the rules ─▶ Suggestion ─▶ Ticket::triaged ─▶ one commit
//! ```
//!
//! Opening a ticket never waits for triage and never fails because of it. A [`Suggestion`] is for staff: it lies beside the
//! ticket, outside the range that a requester reads. Only two things of it can reach the requester: a priority where nobody
//! set one, and an answer, which goes out by itself only when all of this holds:
//!
//! * automatic answers are switched on, for the deployment and by the last word of staff ([`Policy`]),
//! * the model calls the question simple, sees no need for a person, and is at least as sure as the threshold, both of the
//!   category and of the answer,
//! * nobody has done anything with the ticket since it was opened: a person who comes first wins, whether they wrote,
//!   noted, assigned it to somebody or changed anything else. What the product itself does (assignment by turns, a clock)
//!   is nobody's doing.
//!
//! The threshold is raised by what staff decide later: see [`Calibration`], whose module has the rule.
//!
//! | failure | what happens |
//! |---|---|
//! | the model is unreachable, slow or over its limits | tried again with back-off, then the rules serve |
//! | the model refuses, or answers what cannot be used | the rules serve, and the notes say so |
//! | the message comes twice, late or out of order | the ticket has its suggestion already: nothing |
//! | the ticket has moved on meanwhile | the suggestion is kept for staff; nothing is sent or changed |

mod calibration;
mod rules;
mod suggestion;

pub use calibration::{Calibration, Count, EDGES, LEAST, Outcome, bin};
pub use rules::{RULES, classify};
pub use suggestion::{Answer, Confidence, SuggestedReply, Suggestion, Unusable};

use serde::{Deserialize, Serialize};

/// When an answer may go out without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whether any may; off is "people first".
    pub automatic_replies: bool,
    /// The least confidence.
    pub threshold: Confidence,
}

impl Policy {
    /// The least threshold that may be set.
    pub fn floor() -> Confidence {
        Confidence::from_per_mille(500)
    }
}

impl Default for Policy {
    /// On from 0.90, as the portal's document has it.
    fn default() -> Self {
        Self {
            automatic_replies: true,
            threshold: Confidence::from_per_mille(900),
        }
    }
}

#[cfg(test)]
mod tests;
