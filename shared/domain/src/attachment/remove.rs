//! Deleting an attachment.

use super::{Attachment, Place, Refusal, State};
use crate::{
    actor::Actor,
    clock::Moment,
    ticket::{Change, HistoryEntry},
};

/// What deleting it led to.
#[derive(Clone, Debug)]
pub struct Removed {
    /// What is kept of it; nothing of a draft.
    pub attachment: Option<Attachment>,
    /// What staff read of it.
    pub history: Option<HistoryEntry>,
    /// The object to delete once that is committed.
    pub object_key: String,
}

impl Attachment {
    /// Deletes it: its author as long as nothing has taken it, staff always. What is deleted already stays as it is, and
    /// its object is named again, so that a deletion that was cut off can be finished.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a stranger's draft; [`Refusal::Forbidden`] for a requester's bound one.
    pub fn remove(&self, actor: Actor, moment: Moment<'_>) -> Result<Removed, Refusal> {
        let mine = actor.id == self.author_id;
        match self.place {
            Place::Draft { owner } if owner != actor.id => return Err(Refusal::NotFound),
            Place::Draft { .. } => {
                return Ok(Removed {
                    attachment: None,
                    history: None,
                    object_key: self.object_key.clone(),
                });
            }
            Place::Ticket { .. } if actor.role.is_staff() => {}
            Place::Ticket { bound: None, .. } if mine => {}
            Place::Ticket { .. } => return Err(Refusal::Forbidden),
        }
        let object_key = self.object_key.clone();
        if matches!(self.state, State::Removed { .. }) {
            return Ok(Removed {
                attachment: Some(self.clone()),
                history: None,
                object_key,
            });
        }
        let next = Self {
            state: State::Removed {
                by: actor.id,
                at: moment.now,
            },
            expires_at: None,
            version: self.version + 1,
            ..self.clone()
        };
        let change = Change::AttachmentRemoved {
            attachment_id: self.id,
            file_name: self.file_name.clone(),
        };
        Ok(Removed {
            history: self.entry(actor, change, moment),
            attachment: Some(next),
            object_key,
        })
    }
}
