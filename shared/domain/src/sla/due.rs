//! What is due now: warnings, breaches and what the profile makes follow from them.

use super::{EscalateTo, Level, Rules, Signal, Sla};
use crate::{
    assignment::Mode,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::AccountId,
    profile::Profile,
    ticket::{Change, Decision, HistoryEntry, Priority, Ticket},
};
use jiff::Timestamp;

/// What a look at a ticket decided.
#[derive(Clone, Debug)]
pub struct Due {
    /// The next state, history and who is told.
    pub decision: Decision,
    /// Who shall have the ticket from now on; whoever assigns adds it to the decision.
    pub assign_to: EscalateTo,
}

impl Ticket {
    /// Decides what is due by now; `None` when nothing is, because it is too early, the ticket moved on, or it was said
    /// before. A requester cannot tell that something was said: only what they may see of an escalation changes `updated_at`.
    pub fn due(&self, profile: &Profile, moment: Moment<'_>) -> Option<Due> {
        let rules = profile.sla.as_ref()?;
        let mut sla = self.kept.sla.clone()?;
        let mut history: Vec<_> = missed(&mut sla, rules, self, moment);
        let said = sla.say(moment.now);
        if sla == *self.kept.sla.as_ref()? {
            return None;
        }
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        let mut effects = Vec::with_capacity(said.len());
        let mut raise = false;
        let mut assign_to = EscalateTo::Unchanged;
        for (level, signal) in said {
            history.push(entry(&sla, level, signal, moment));
            let fact = Fact::TicketSla {
                ticket_id: self.id,
                level,
                signal,
            };
            effects.push(self.tell_staff(fact));
            let escalation = rules.escalation(signal);
            raise |= escalation.raise_priority;
            if escalation.assign_to != EscalateTo::Unchanged {
                assign_to = escalation.assign_to;
            }
        }
        if let Some(to) = self.priority.raised().filter(|_| raise) {
            let from = self.priority;
            history.push(HistoryEntry {
                id: moment.id(),
                at: moment.now,
                by: AccountId::SYSTEM,
                change: Change::Priority { from, to },
            });
            next.priority = to;
            next.updated_at = moment.now;
            sla.keep_targets(to);
        }
        next.kept.sla = Some(sla);
        Some(Due {
            decision: Decision {
                history,
                effects,
                ..Decision::of(next)
            },
            assign_to,
        })
    }

    /// Telling whoever works on it, or every member of staff when nobody does.
    fn tell_staff(&self, fact: Fact) -> Effect {
        match self.assigned_to {
            Some(person) => Effect::Deliver(Delivery {
                person,
                channel: Channel::Email,
                fact,
            }),
            None => Effect::DeliverToStaff { fact },
        }
    }
}

impl Decision {
    /// What the profile adds to every decision on a ticket: the clocks agree with the ticket that was decided, what that
    /// shows to have been missed is remembered, and a new ticket (`opened`) gets its clocks and finds somebody to work on
    /// it. Doing it again changes nothing.
    #[must_use]
    pub fn following(mut self, profile: &Profile, opened: bool, moment: Moment<'_>) -> Self {
        let ticket = &mut self.ticket;
        if let Some(rules) = &profile.sla {
            if opened && ticket.kept.sla.is_none() {
                let clocks = Sla::start(rules, ticket.priority, ticket.created_at);
                ticket.kept.sla = Some(clocks);
            }
            if let Some(mut sla) = ticket.kept.sla.take() {
                let missed = missed(&mut sla, rules, ticket, moment);
                self.history.extend(missed);
                ticket.kept.sla = Some(sla);
            }
        }
        let effect = Effect::AssignTicket {
            ticket_id: ticket.id,
        };
        let wanted = opened && profile.assignment != Mode::Off && ticket.assigned_to.is_none();
        if wanted && !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
        self
    }
}

/// Makes clocks agree with a ticket; the history of what turns out to have been missed.
fn missed(sla: &mut Sla, rules: &Rules, ticket: &Ticket, moment: Moment<'_>) -> Vec<HistoryEntry> {
    let missed = sla.follow(rules, ticket, moment.now);
    missed
        .into_iter()
        .map(|level| entry(sla, level, Signal::Breach, moment))
        .collect()
}

fn entry(sla: &Sla, level: Level, signal: Signal, moment: Moment<'_>) -> HistoryEntry {
    let due_at = sla.clock(level).due_at;
    HistoryEntry {
        id: moment.id(),
        at: moment.now,
        by: AccountId::SYSTEM,
        change: Change::Sla {
            level,
            signal,
            due_at,
        },
    }
}

impl Sla {
    /// Says what is due by now and marks it as said. A breach makes the warning before it needless.
    fn say(&mut self, now: Timestamp) -> Vec<(Level, Signal)> {
        let mut said = Vec::new();
        if self.paused_since.is_some() {
            return said;
        }
        for level in Level::ALL {
            let clock = self.clock_mut(level);
            if !clock.is_open() {
                continue;
            }
            if clock.due_at <= now {
                clock.breached_at = Some(clock.due_at);
                said.push((level, Signal::Breach));
            } else if clock.warned_at.is_none() && clock.warn_at <= now {
                clock.warned_at = Some(now);
                said.push((level, Signal::Warning));
            }
        }
        said
    }

    /// Whether a clock has said something that is still to be heeded: what staff need not be told of once it is done.
    pub fn stands(&self, level: Level, signal: Signal) -> bool {
        let clock = self.clock(level);
        clock.satisfied_at.is_none()
            && match signal {
                Signal::Warning => clock.warned_at.is_some() && clock.breached_at.is_none(),
                Signal::Breach => clock.breached_at.is_some(),
            }
    }
}

impl Priority {
    /// The next higher one, unless it is the highest.
    pub fn raised(self) -> Option<Self> {
        match self {
            Self::Low => Some(Self::Medium),
            Self::Medium => Some(Self::High),
            Self::High => Some(Self::Urgent),
            Self::Urgent => None,
        }
    }
}
