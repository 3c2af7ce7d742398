//! Internal notes.

use super::{Author, Decision, Note, Refusal, Ticket};
use crate::{
    clock::Moment,
    id::AccountId,
    value::{MessageBody, PersonName},
};

/// Under which name the product notes what happens in a chat.
const CHAT: &str = "WhatsApp";

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
        Ok(self.noted(author.id, author.name.clone(), body, moment))
    }

    /// The product notes for staff what the requester did in their chat without saying anything. Nothing else changes.
    pub fn chat_note(&self, body: MessageBody, moment: Moment<'_>) -> Decision {
        let name = PersonName::new(CHAT).expect("a word is a name");
        self.noted(AccountId::SYSTEM, name, body, moment)
    }

    fn noted(
        &self,
        author_id: AccountId,
        author_name: PersonName,
        body: MessageBody,
        moment: Moment<'_>,
    ) -> Decision {
        let note = Note {
            id: moment.id(),
            author_id,
            author_name,
            body,
            attachments: Vec::new(),
            created_at: moment.now,
        };
        Decision {
            note: Some(note),
            ..Decision::of(self.clone())
        }
    }
}
