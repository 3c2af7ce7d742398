//! Taking attachments into a ticket, a message or a note.

use super::{Attachment, AttachmentRef, Audience, Bound, Place, Refusal, State};
use crate::{
    clock::Moment,
    id::{AccountId, TicketId},
    profile::Attachments,
    ticket::{Change, Decision, HistoryEntry},
};

/// An object to copy, if it is still the one that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its key.
    pub from: String,
    /// The key of the copy.
    pub to: String,
    /// The `ETag` that it must still have.
    pub etag: String,
}

/// An attachment that a decision takes.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Where its record lies now, and its version; `None` for what was never stored.
    pub before: Option<(Place, u64)>,
    /// The record as it shall be.
    pub after: Attachment,
    /// The copy to make before the decision is committed.
    pub copy: Option<Copy>,
}

impl Decision {
    /// Lets what this decision adds take `attachments`: its message, else its note, else the ticket that it opens. Only
    /// `author` uploaded them. Every [`struct@Copy`] is made before the decision is committed; a file that
    /// [`Attachment::received`] took is stored at its `object_key` first.
    ///
    /// # Errors
    /// [`Refusal::TooMany`]; [`Refusal::Unusable`] with the first one that cannot be taken, and why.
    pub fn attach(
        mut self,
        policy: &Attachments,
        author: AccountId,
        attachments: Vec<Attachment>,
        moment: Moment<'_>,
    ) -> Result<Self, Refusal> {
        if attachments.len() > policy.max_per_message {
            return Err(Refusal::TooMany {
                max: policy.max_per_message,
            });
        }
        let bound = match (&self.message, &self.note) {
            (Some(message), _) => Bound::Message {
                message_id: message.id,
            },
            (None, Some(note)) => Bound::Note {
                message_id: note.id,
            },
            (None, None) => Bound::Ticket,
        };
        let mut refs: Vec<AttachmentRef> = Vec::with_capacity(attachments.len());
        for (index, attachment) in attachments.into_iter().enumerate() {
            let unusable = |why| Refusal::Unusable {
                index,
                why: Box::new(why),
            };
            if refs.iter().any(|taken| taken.id == attachment.id) {
                return Err(unusable(Refusal::Taken));
            }
            let fresh = attachment.ticket_id() != Some(self.ticket.id);
            let placed = attachment
                .bind(author, self.ticket.id, bound)
                .map_err(unusable)?;
            if fresh {
                self.history.push(HistoryEntry {
                    id: moment.id(),
                    at: moment.now,
                    by: author,
                    change: Change::AttachmentAdded {
                        attachment_id: placed.after.id,
                        file_name: placed.after.file_name.clone(),
                    },
                });
            }
            refs.push(AttachmentRef::from(&placed.after));
            self.attachments.push(placed);
        }
        match (&mut self.message, &mut self.note) {
            (Some(message), _) => message.attachments = refs,
            (None, Some(note)) => note.attachments = refs,
            (None, None) => self.ticket.attachments = refs,
        }
        Ok(self)
    }
}

impl Attachment {
    fn bind(self, author: AccountId, ticket: TicketId, bound: Bound) -> Result<Placed, Refusal> {
        if self.author_id != author {
            return Err(Refusal::NotFound);
        }
        let etag = match &self.state {
            State::Visible { etag, .. } => etag.clone(),
            State::Pending => return Err(Refusal::Pending),
            State::Quarantined { .. } => return Err(Refusal::Quarantined),
            State::Removed { .. } => return Err(Refusal::NotFound),
        };
        // A reply to a ticket that is done may open another one: what was uploaded for it goes along.
        let moves = match self.place {
            Place::Draft { .. } => true,
            Place::Ticket { bound: Some(_), .. } => return Err(Refusal::Taken),
            Place::Ticket { ticket_id, .. } => ticket_id != ticket,
        };
        let before = (self.version > 0).then_some((self.place, self.version));
        let from = self.object_key.clone();
        let to = if moves {
            self.final_key(ticket)
        } else {
            from.clone()
        };
        let audience = match bound {
            Bound::Ticket | Bound::Message { .. } => Audience::Everyone,
            Bound::Note { .. } => Audience::Staff,
        };
        let after = Self {
            place: Place::Ticket {
                ticket_id: ticket,
                audience,
                bound: Some(bound),
            },
            object_key: to.clone(),
            expires_at: None,
            version: self.version + 1,
            ..self
        };
        let copy = (moves && before.is_some()).then_some(Copy { from, to, etag });
        Ok(Placed {
            before,
            after,
            copy,
        })
    }
}
