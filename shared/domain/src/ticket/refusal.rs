//! Why a command is refused.

use super::Status;
use crate::id::TicketId;

/// Why a command is refused. Knows nothing of HTTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not know that it exists.
    #[error("there is no such ticket")]
    NotFound,
    /// The actor's role does not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The table has no such transition.
    #[error("a ticket cannot go from '{from}' to '{to}'", from = from.code(), to = to.code())]
    Transition {
        /// Where it stands.
        from: Status,
        /// What was asked for.
        to: Status,
        /// What this actor may ask for instead.
        allowed: Vec<Status>,
    },
    /// A reply to a ticket that is done, where the profile takes none.
    #[error("the ticket is closed; open a new one")]
    Closed,
    /// Not one of the profile's categories.
    #[error("there is no such category")]
    UnknownCategory {
        /// The codes there are.
        known: Vec<String>,
    },
    /// The ticket lives on in another one.
    #[error("the ticket was merged into another one")]
    Merged {
        /// Which.
        into: TicketId,
    },
    /// Only a ticket that is resolved or closed is rated.
    #[error("a ticket is rated once it is resolved")]
    NotDone,
    /// The two tickets have different requesters, and one would read what the other wrote.
    #[error("the tickets are of different requesters")]
    OtherRequester,
    /// A ticket and itself.
    #[error("a ticket cannot be merged or linked with itself")]
    Itself,
    /// More than one transaction holds.
    #[error("the ticket has {has} messages and notes, and at most {most} are merged")]
    TooLong {
        /// How many it has.
        has: usize,
        /// How many are moved at most.
        most: usize,
    },
    /// A reply that the requester's phone would not get whole.
    #[error("a message to a phone has at most {most} characters: send it in parts")]
    TooLongForPhone {
        /// How many it may have.
        most: usize,
    },
    /// Assigned to somebody who is not staff.
    #[error("tickets are assigned to staff only")]
    NotStaff,
    /// More links than a ticket has.
    #[error("a ticket is linked with at most {most} others")]
    TooManyLinks {
        /// How many.
        most: usize,
    },
    /// More tags than a ticket has.
    #[error("a ticket has at most {most} tags")]
    TooManyTags {
        /// How many.
        most: usize,
    },
}
