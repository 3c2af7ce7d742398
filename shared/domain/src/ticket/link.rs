//! Tickets that belong together.

use super::{Change, Decision, Refusal, Ticket};
use crate::{actor::Actor, clock::Moment, id::TicketId};
use serde::{Deserialize, Serialize};

/// Another ticket that a ticket belongs with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// How.
    pub kind: LinkKind,
    /// Which.
    pub ticket_id: TicketId,
    /// The number that people say.
    pub ticket_number: String,
}

/// How two tickets belong together, as the one sees the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// They are about related matters.
    Related,
    /// It goes on from that one, which was done.
    Continues,
    /// That one goes on from it.
    ContinuedBy,
    /// It went into that one.
    MergedInto,
    /// That one went into it.
    MergedFrom,
    /// It was split out of that one.
    SplitFrom,
    /// That one was split out of it.
    SplitInto,
}

impl LinkKind {
    /// The same link as the other ticket sees it.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Related => Self::Related,
            Self::Continues => Self::ContinuedBy,
            Self::ContinuedBy => Self::Continues,
            Self::MergedInto => Self::MergedFrom,
            Self::MergedFrom => Self::MergedInto,
            Self::SplitFrom => Self::SplitInto,
            Self::SplitInto => Self::SplitFrom,
        }
    }
}

impl Ticket {
    /// The most tickets that a ticket is linked with.
    pub const MOST_LINKS: usize = 50;

    /// The ticket that this one went into.
    pub fn merged_into(&self) -> Option<TicketId> {
        let merged = |link: &&Link| link.kind == LinkKind::MergedInto;
        self.links.iter().find(merged).map(|link| link.ticket_id)
    }

    fn relation(&self, other: TicketId) -> Option<usize> {
        let related = |link: &Link| link.kind == LinkKind::Related && link.ticket_id == other;
        self.links.iter().position(related)
    }

    /// Staff say that two tickets are about related matters. That they are already changes nothing. The decisions are on
    /// this ticket and on `other`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::Itself`], [`Refusal::TooManyLinks`].
    pub fn relate(
        &self,
        other: &Self,
        actor: Actor,
        moment: Moment<'_>,
    ) -> Result<(Decision, Decision), Refusal> {
        self.staff_only(actor)?;
        if self.id == other.id {
            return Err(Refusal::Itself);
        }
        if self.relation(other.id).is_some() {
            return Ok((Decision::of(self.clone()), Decision::of(other.clone())));
        }
        let mut here = Decision::of(self.touched(moment.now));
        let mut there = Decision::of(other.touched(moment.now));
        self.link_both(&mut here, &mut there, LinkKind::Related)?;
        self.linked(&mut here, &mut there, LinkKind::Related, actor, moment);
        Ok((here, there))
    }

    /// Staff take a relation away. Where there is none, nothing changes.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub fn unrelate(
        &self,
        other: &Self,
        actor: Actor,
        moment: Moment<'_>,
    ) -> Result<(Decision, Decision), Refusal> {
        self.staff_only(actor)?;
        let without = |one: &Self, two: &Self| {
            let Some(at) = one.relation(two.id) else {
                return Decision::of(one.clone());
            };
            let mut decision = Decision::of(one.touched(moment.now));
            decision.ticket.links.remove(at);
            let change = Change::Unlinked {
                kind: LinkKind::Related,
                ticket_id: two.id,
            };
            decision.history.push(Self::entry(change, actor.id, moment));
            decision
        };
        Ok((without(self, other), without(other, self)))
    }

    /// Lets two decisions, on this ticket and on another, say that they belong together: `kind` as this one sees it.
    pub(super) fn link_both(
        &self,
        here: &mut Decision,
        there: &mut Decision,
        kind: LinkKind,
    ) -> Result<(), Refusal> {
        let most = Self::MOST_LINKS;
        if here.ticket.links.len() >= most || there.ticket.links.len() >= most {
            return Err(Refusal::TooManyLinks { most });
        }
        let link = |kind, other: &Self| Link {
            kind,
            ticket_id: other.id,
            ticket_number: other.number.clone(),
        };
        here.ticket.links.push(link(kind, &there.ticket));
        there.ticket.links.push(link(kind.mirrored(), self));
        Ok(())
    }

    /// Remembers a link in both histories.
    pub(super) fn linked(
        &self,
        here: &mut Decision,
        there: &mut Decision,
        kind: LinkKind,
        actor: Actor,
        moment: Moment<'_>,
    ) {
        let entry =
            |kind, ticket_id| Self::entry(Change::Linked { kind, ticket_id }, actor.id, moment);
        here.history.push(entry(kind, there.ticket.id));
        there.history.push(entry(kind.mirrored(), self.id));
    }
}
