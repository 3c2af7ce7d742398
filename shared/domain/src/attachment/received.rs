//! Files that come by a messenger and not by an upload.

use super::{
    Attachment, Begin, HEAD_BYTES, Place, Refusal, State,
    sniff::{is_what_it_says, sniff},
};
use crate::{clock::Moment, id::AccountId, profile::Attachments};

/// A file as it came.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// Name, type and size, as the messenger says.
    pub said: Begin,
    /// All its bytes.
    pub bytes: &'a [u8],
}

impl Attachment {
    /// Takes a file that `author` sent: visible at once, and never stored so far. [`crate::ticket::Decision::attach`] gives
    /// it its `object_key`; the bytes are put there before that decision is committed.
    ///
    /// # Errors
    /// [`Refusal::Type`], [`Refusal::Size`], [`Refusal::NotWhatItSays`]: such a file is left out, and nothing of it is kept.
    pub fn received(
        policy: &Attachments,
        author: AccountId,
        received: Received<'_>,
        moment: Moment<'_>,
    ) -> Result<Self, Refusal> {
        let Received { said, bytes } = received;
        let said = Begin {
            size: bytes.len() as u64,
            ..said
        };
        said.check(policy)?;
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        let found = sniff(head, said.size);
        if !is_what_it_says(&said.content_type, found) {
            return Err(Refusal::NotWhatItSays {
                declared: said.content_type,
                found: found.to_owned(),
            });
        }
        Ok(Self {
            id: moment.id(),
            place: Place::Draft { owner: author },
            author_id: author,
            file_name: said.file_name.fitting(&said.content_type),
            content_type: said.content_type,
            size: said.size,
            state: State::Visible {
                etag: String::new(),
                at: moment.now,
            },
            object_key: String::new(),
            created_at: moment.now,
            expires_at: None,
            version: 0,
        })
    }
}
