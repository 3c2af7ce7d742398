//! What staff mark a ticket with.

use super::{Change, Decision, Refusal, Ticket};
use crate::{actor::Actor, clock::Moment, value::Tag};

/// The most tags that a ticket has.
pub const MOST_TAGS: usize = 20;

/// Each tag once, in order.
pub(super) fn sorted(mut tags: Vec<Tag>) -> Result<Vec<Tag>, Refusal> {
    tags.sort();
    tags.dedup();
    if tags.len() > MOST_TAGS {
        return Err(Refusal::TooManyTags { most: MOST_TAGS });
    }
    Ok(tags)
}

impl Ticket {
    /// Staff say which tags it has: the list stands for the whole list. Nobody is told.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::TooManyTags`].
    pub fn set_tags(
        &self,
        actor: Actor,
        tags: Vec<Tag>,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.staff_only(actor)?;
        let tags = sorted(tags)?;
        if tags == self.tags {
            return Ok(Decision::of(self.clone()));
        }
        let without = |all: &[Tag], some: &[Tag]| -> Vec<Tag> {
            let missing = all.iter().filter(|tag| !some.contains(tag));
            missing.cloned().collect()
        };
        let change = Change::Tags {
            added: without(&tags, &self.tags),
            removed: without(&self.tags, &tags),
        };
        let mut next = self.touched(moment.now);
        next.tags = tags;
        Ok(Decision {
            history: vec![Self::entry(change, actor.id, moment)],
            ..Decision::of(next)
        })
    }
}
