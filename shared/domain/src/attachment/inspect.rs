//! Looking at what was uploaded.

use super::{
    Attachment, Copy, Place, Refusal, State,
    sniff::{is_what_it_says, sniff},
};
use crate::{
    actor::Actor,
    clock::Moment,
    ticket::{Change, HistoryEntry},
};

/// An object as it was found.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// Its size in bytes.
    pub size: u64,
    /// Its `ETag`.
    pub etag: &'a str,
    /// Its first [`super::HEAD_BYTES`].
    pub head: &'a [u8],
}

/// What looking at it led to.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The next state: visible or quarantined.
    pub attachment: Attachment,
    /// What staff read of it; nothing for a draft, which has no ticket.
    pub history: Option<HistoryEntry>,
    /// The copy to make before the state is committed.
    pub copy: Option<Copy>,
    /// The object to delete afterwards.
    pub delete: Option<String>,
}

impl Attachment {
    /// Looks at an uploaded object, `None` when there is none: visible when its bytes are what it says, else quarantined.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for everybody but its author; [`Refusal::NotUploaded`]. What is no longer pending is left as
    /// it is: ask [`Attachment::state`] first.
    pub fn inspect(
        &self,
        actor: Actor,
        stored: Option<Stored<'_>>,
        moment: Moment<'_>,
    ) -> Result<Inspected, Refusal> {
        if actor.id != self.author_id {
            return Err(Refusal::NotFound);
        }
        let stored = stored.ok_or(Refusal::NotUploaded)?;
        let found = sniff(stored.head, stored.size);
        let whole = stored.size == self.size;
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        let (attachment_id, file_name) = (self.id, self.file_name.clone());
        if whole && is_what_it_says(&self.content_type, found) {
            next.state = State::Visible {
                etag: stored.etag.to_owned(),
                at: moment.now,
            };
            let copy = match self.place {
                Place::Draft { .. } => None,
                Place::Ticket { ticket_id, .. } => {
                    next.expires_at = None;
                    next.object_key = self.final_key(ticket_id);
                    Some(Copy {
                        from: self.object_key.clone(),
                        to: next.object_key.clone(),
                        etag: stored.etag.to_owned(),
                    })
                }
            };
            let change = Change::AttachmentAdded {
                attachment_id,
                file_name,
            };
            return Ok(Inspected {
                history: self.entry(actor, change, moment),
                attachment: next,
                delete: copy.as_ref().map(|copy| copy.from.clone()),
                copy,
            });
        }
        let found = if whole {
            found.to_owned()
        } else {
            format!("{} bytes of {found}", stored.size)
        };
        next.state = State::Quarantined {
            found: found.clone(),
            at: moment.now,
        };
        if self.ticket_id().is_some() {
            next.expires_at = None;
        }
        let change = Change::AttachmentQuarantined {
            attachment_id,
            file_name,
            declared: self.content_type.clone(),
            found,
        };
        Ok(Inspected {
            history: self.entry(actor, change, moment),
            delete: Some(self.object_key.clone()),
            attachment: next,
            copy: None,
        })
    }

    /// A history entry, where there is a ticket to have it.
    pub(super) fn entry(
        &self,
        actor: Actor,
        change: Change,
        moment: Moment<'_>,
    ) -> Option<HistoryEntry> {
        self.ticket_id().map(|_| HistoryEntry {
            id: moment.id(),
            at: moment.now,
            by: actor.id,
            change,
        })
    }
}
