//! Beginning an upload.

use super::{Attachment, ContentType, FileName, INCOMING, KEPT, Place, Refusal, State, audience};
use crate::{actor::Actor, clock::Moment, id::AttachmentId, profile::Attachments, ticket::Ticket};

/// What somebody wants to upload.
#[derive(Clone, Debug)]
pub struct Begin {
    /// Its name.
    pub file_name: FileName,
    /// What it says it is.
    pub content_type: ContentType,
    /// Its size in bytes.
    pub size: u64,
}

impl Begin {
    /// Checks type and size.
    pub(super) fn check(&self, policy: &Attachments) -> Result<(), Refusal> {
        if !policy.takes(self.content_type.as_str()) {
            return Err(Refusal::Type {
                allowed: policy.types.iter().map(ToString::to_string).collect(),
            });
        }
        if !(1..=policy.max_bytes).contains(&self.size) {
            return Err(Refusal::Size {
                max: policy.max_bytes,
            });
        }
        Ok(())
    }
}

impl Attachment {
    /// Begins an upload to `ticket`, or for a ticket that is still to be opened.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Type`] and [`Refusal::Size`] with what is taken.
    pub fn begin(
        policy: &Attachments,
        actor: Actor,
        ticket: Option<&Ticket>,
        command: Begin,
        moment: Moment<'_>,
    ) -> Result<Self, Refusal> {
        let place = match ticket {
            None => Place::Draft { owner: actor.id },
            Some(ticket) if actor.may_see(ticket.requester.id) => Place::Ticket {
                ticket_id: ticket.id,
                audience: audience(actor, ticket),
                bound: None,
            },
            Some(_) => return Err(Refusal::NotFound),
        };
        command.check(policy)?;
        let id: AttachmentId = moment.id();
        Ok(Self {
            id,
            place,
            author_id: actor.id,
            file_name: command.file_name.fitting(&command.content_type),
            content_type: command.content_type,
            size: command.size,
            state: State::Pending,
            object_key: format!("{INCOMING}{id}"),
            created_at: moment.now,
            expires_at: Some((moment.now + KEPT).as_second()),
            version: 1,
        })
    }
}
