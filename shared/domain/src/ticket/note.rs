//! Internal notes.

use super::{Author, Decision, Note, Refusal, Ticket};
use crate::{clock::Moment, value::MessageBody};

impl Ticket {
    /// Adds an internal note. Nobody is told, and nothing that a requester can see changes: neither `updated_at` nor the
    /// version, which is the `ETag`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Forbidden`] for the requester's own.
    pub fn note(
        &self,
        author: &Author,
        body: MessageBody,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        let actor = author.actor();
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden("internal notes are for staff"));
        }
        let note = Note {
            id: moment.id(),
            author_id: author.id,
            author_name: author.name.clone(),
            body,
            attachments: Vec::new(),
            created_at: moment.now,
        };
        Ok(Decision {
            note: Some(note),
            ..Decision::of(self.clone())
        })
    }
}
