//! What the requester thinks of it (checklist T-21).

use super::{Change, Decision, Refusal, Status, Ticket};
use crate::{
    actor::Actor,
    clock::Moment,
    value::{RatingComment, ValueError},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 1 (bad) to 5 (good).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

impl Stars {
    /// The number, 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Stars {
    type Error = ValueError;
    fn try_from(stars: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&stars) {
            Ok(Self(stars))
        } else {
            Err(ValueError::Form("a number from 1 to 5"))
        }
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

/// A rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// How good.
    pub stars: Stars,
    /// Why, where they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<RatingComment>,
    /// When.
    pub at: Timestamp,
}

impl Ticket {
    /// The requester rates a ticket that is resolved or closed; a later rating stands for an earlier one.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Forbidden`] for staff; [`Refusal::NotDone`].
    pub fn rate(
        &self,
        actor: Actor,
        stars: Stars,
        comment: Option<RatingComment>,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        if actor.id != self.requester.id {
            return Err(Refusal::Forbidden("a ticket is rated by its requester"));
        }
        if !matches!(self.status, Status::Resolved | Status::Closed) {
            return Err(Refusal::NotDone);
        }
        let mut next = self.touched(moment.now);
        next.rating = Some(Rating {
            stars,
            comment,
            at: moment.now,
        });
        let change = Change::Rated {
            rating: stars.get(),
        };
        Ok(Decision {
            history: vec![Self::entry(change, actor.id, moment)],
            ..Decision::of(next)
        })
    }
}
