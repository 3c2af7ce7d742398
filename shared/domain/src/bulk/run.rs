//! What happens to a bulk issue: see the table of [`super`].

use super::{Bulk, RowError, Status, Stop, row::Defaults, sheet::Cursor, sheet::Survey};
use crate::{
    actor::Actor,
    attachment::FileName,
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::BulkId,
};
use jiff::Timestamp;

/// What was decided: all of it is committed, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The next state.
    pub bulk: Bulk,
    /// Rows that are errors.
    pub errors: Vec<RowError>,
    /// What must follow.
    pub effects: Vec<Effect>,
}

/// What the rows behind the cursor came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where the next row begins.
    pub cursor: Cursor,
    /// How many of them are certificates.
    pub issued: u32,
    /// Those that are none.
    pub errors: Vec<RowError>,
    /// Status lists that the edge must learn of, because their first certificate may never come.
    pub lists: Vec<u32>,
}

/// Why a command is refused. Knows nothing of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor's role does not do this.
    #[error("certificates are issued by staff")]
    Forbidden,
    /// Nothing more comes of it, or it was cancelled before.
    #[error("the bulk issue is {} and cannot be cancelled", .0.code())]
    NotCancellable(Status),
}

impl Bulk {
    /// Begins a bulk issue of a file that was looked through.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub fn begin(
        id: BulkId,
        actor: Actor,
        file_name: Option<FileName>,
        survey: Survey,
        defaults: Defaults,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden);
        }
        let bulk = Self {
            id,
            started_by: actor.id,
            file_name,
            layout: survey.layout,
            defaults,
            total: survey.rows,
            cursor: Cursor::default(),
            issued: 0,
            failed: 0,
            status: Status::Waiting,
            created_at: moment.now,
            started_at: None,
            updated_at: moment.now,
            finished_at: None,
            version: 1,
        };
        Ok(bulk.decided(vec![Effect::IssueBulk { bulk_id: id }]))
    }

    /// Counts what the rows behind the cursor came to; `None` when nothing more comes of this bulk issue. When the worker
    /// `yields`, another message has it gone on with.
    pub fn advance(&self, progress: Progress, yields: bool, now: Timestamp) -> Option<Decision> {
        let mut next = Self {
            cursor: progress.cursor,
            issued: self.issued + progress.issued,
            failed: self.failed + u32::try_from(progress.errors.len()).unwrap_or(u32::MAX),
            started_at: self.started_at.or(Some(now)),
            ..self.changed(now)
        };
        match self.status {
            Status::Waiting | Status::Running if next.cursor.row >= self.total => {
                next = next.over(Status::Finished, now);
            }
            Status::Waiting | Status::Running => next.status = Status::Running,
            Status::Cancelling => next = next.over(Status::Cancelled, now),
            Status::Cancelled | Status::Finished | Status::Failed { .. } => return None,
        }
        let mut effects = match next.status {
            Status::Finished => vec![next.tells()],
            Status::Running if yields => vec![Effect::IssueBulk { bulk_id: self.id }],
            Status::Waiting
            | Status::Running
            | Status::Cancelling
            | Status::Cancelled
            | Status::Failed { .. } => Vec::new(),
        };
        let published = |list| Effect::PublishStatusList { list };
        effects.extend(progress.lists.into_iter().map(published));
        Some(Decision {
            bulk: next,
            errors: progress.errors,
            effects,
        })
    }

    /// Ends a bulk issue that cannot go on; `None` when it is over.
    pub fn stop(&self, reason: Stop, now: Timestamp) -> Option<Decision> {
        if self.status.is_over() {
            return None;
        }
        let next = self.changed(now).over(Status::Failed { reason }, now);
        let tells = next.tells();
        Some(next.decided(vec![tells]))
    }

    /// Cancels it: what is issued stays, and nothing more is issued once the rows that a worker has begun are counted.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], [`Refusal::NotCancellable`].
    pub fn cancel(&self, actor: Actor, now: Timestamp) -> Result<Decision, Refusal> {
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden);
        }
        match self.status {
            Status::Waiting | Status::Running => {
                let next = Self {
                    status: Status::Cancelling,
                    ..self.changed(now)
                };
                // Its own message is still under way: whoever works on it sees to the rest.
                Ok(next.decided(Vec::new()))
            }
            Status::Cancelling | Status::Cancelled | Status::Finished | Status::Failed { .. } => {
                Err(Refusal::NotCancellable(self.status))
            }
        }
    }

    fn changed(&self, now: Timestamp) -> Self {
        Self {
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    fn over(self, status: Status, now: Timestamp) -> Self {
        Self {
            status,
            finished_at: Some(now),
            ..self
        }
    }

    fn tells(&self) -> Effect {
        Effect::Deliver(Delivery {
            person: self.started_by,
            channel: Channel::Email,
            fact: Fact::BulkFinished { bulk_id: self.id },
        })
    }

    fn decided(self, effects: Vec<Effect>) -> Decision {
        Decision {
            bulk: self,
            errors: Vec::new(),
            effects,
        }
    }
}
