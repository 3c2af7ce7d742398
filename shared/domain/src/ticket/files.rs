//! Files that a ticket shows beside its own.
//!
//! A file's record stays with the ticket that it was uploaded for, also when what has it is merged into another ticket or
//! split out into one. The other ticket names where it is, so that the file is in both lists and found by both paths.

use super::{Said, Ticket};
use crate::{
    attachment::AttachmentRef,
    id::{AttachmentId, TicketId},
};
use serde::{Deserialize, Serialize};

/// Files of another ticket of the same requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilesOf {
    /// Whose.
    pub ticket_id: TicketId,
    /// Which; all if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<AttachmentId>,
}

impl Ticket {
    /// Shows the files of a ticket that is merged into this one: what it has itself, and what it showed of others.
    pub(super) fn shows_files_of(&mut self, from: &Self, said: &Said) {
        let messages = said.messages.iter().flat_map(|said| &said.attachments);
        let notes = said.notes.iter().flat_map(|said| &said.attachments);
        let mut refs = from.attachments.iter().chain(messages).chain(notes);
        let own = refs.any(|file| file.ticket_id == from.id);
        let all = own.then(|| FilesOf {
            ticket_id: from.id,
            only: Vec::new(),
        });
        for files in all.into_iter().chain(from.files_of.iter().cloned()) {
            if files.ticket_id != self.id && !self.files_of.contains(&files) {
                self.files_of.push(files);
            }
        }
    }

    /// Shows files of other tickets, and of them no others.
    pub(super) fn shows_files(&mut self, refs: &[AttachmentRef]) {
        for file in refs.iter().filter(|file| file.ticket_id != self.id) {
            let of_same = |files: &&mut FilesOf| files.ticket_id == file.ticket_id;
            match self.files_of.iter_mut().find(of_same) {
                Some(files) => files.only.push(file.id),
                None => self.files_of.push(FilesOf {
                    ticket_id: file.ticket_id,
                    only: vec![file.id],
                }),
            }
        }
    }
}
