//! Who may move a ticket where.

use crate::ticket::Status;
use serde::Deserialize;
use std::collections::BTreeMap;

/// On which side of the desk somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The person who asks.
    Requester,
    /// The people who answer.
    Staff,
}

/// From each status, where each side may move a ticket by hand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transitions {
    pub(crate) staff: BTreeMap<Status, Vec<Status>>,
    pub(crate) requester: BTreeMap<Status, Vec<Status>>,
}

impl Transitions {
    /// Where `side` may move a ticket from `from`.
    pub fn allowed(&self, side: Side, from: Status) -> &[Status] {
        self.table(side).get(&from).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn table(&self, side: Side) -> &BTreeMap<Status, Vec<Status>> {
        match side {
            Side::Staff => &self.staff,
            Side::Requester => &self.requester,
        }
    }
}

impl Side {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Staff, Self::Requester];

    /// The side as it stands in a profile's file.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Staff => "staff",
        }
    }
}
