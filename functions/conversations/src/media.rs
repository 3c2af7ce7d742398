//! A file that a phone sent: fetched from the provider, looked at, and stored before what takes it is committed.
//!
//! A file that is too large, of a type that the profile does not take, or not what it says is left out, and the message says
//! so in its place: what the phone wrote is heard in any case.

use crate::{Conversations, hear::Unheard};
use bytes::Bytes;
use registrar_domain::{
    attachment::{Attachment, Begin, ContentType, FileName, Received, Refusal},
    clock::Moment,
    conversation::{Content, Inbound, MediaRef},
    id::AccountId,
    ticket::Decision,
};
use registrar_providers::ProviderError;

/// A file that can be taken.
#[derive(Debug)]
pub(crate) struct Sent {
    said: Begin,
    bytes: Bytes,
}

/// What came of the file of a message.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The message has none.
    Nothing,
    /// It can be taken.
    File(Sent),
    /// It cannot, because of this.
    LeftOut(String),
}

impl Fetched {
    pub(crate) fn file(&self) -> Option<&Sent> {
        match self {
            Self::File(sent) => Some(sent),
            Self::Nothing | Self::LeftOut(_) => None,
        }
    }

    /// What was said, with a word on a file that was left out.
    pub(crate) fn said(&self, words: &str) -> String {
        match self {
            Self::Nothing | Self::File(_) => words.to_owned(),
            Self::LeftOut(why) => format!("{words}\n[the file was not taken: {why}]"),
        }
    }
}

impl Conversations {
    /// Fetches the file of a message. `last` is whether nobody will try again: then the message goes on without it.
    pub(crate) async fn fetch(
        &self,
        inbound: &Inbound,
        last: bool,
        moment: Moment<'_>,
    ) -> Result<Fetched, ProviderError> {
        let Content::Media { media, .. } = &inbound.content else {
            return Ok(Fetched::Nothing);
        };
        let Some(said) = said(media) else {
            return Ok(Fetched::LeftOut("its type is not known".to_owned()));
        };
        let policy = &self.shell.profile.attachments;
        if !policy.takes(said.content_type.as_str()) {
            return Ok(Fetched::LeftOut(
                "files of this type are not taken".to_owned(),
            ));
        }
        let most = usize::try_from(policy.max_bytes).unwrap_or(usize::MAX);
        let fetched = match self.media.fetch(media.id.as_str(), most).await {
            Ok(fetched) => fetched,
            Err(error) if error.retryable_when_idempotent() && !last => return Err(error),
            Err(error) => return Ok(Fetched::LeftOut(error.to_string())),
        };
        let sent = Sent {
            said,
            bytes: fetched.bytes,
        };
        Ok(match sent.received(self, AccountId::SYSTEM, moment) {
            Ok(_) => Fetched::File(sent),
            Err(refusal) => Fetched::LeftOut(refusal.to_string()),
        })
    }

    /// The decision with the file taken, and its bytes where they stay: to be committed next.
    pub(crate) async fn with_file(
        &self,
        decision: Decision,
        author: AccountId,
        file: Option<&Sent>,
        moment: Moment<'_>,
    ) -> Result<Decision, Unheard> {
        let Some(sent) = file else {
            return Ok(decision);
        };
        let attachment = sent.received(self, author, moment)?;
        let policy = &self.shell.profile.attachments;
        let decision = decision.attach(policy, author, vec![attachment], moment)?;
        for placed in &decision.attachments {
            let (key, content_type) = (&placed.after.object_key, &placed.after.content_type);
            self.bucket
                .put(key, content_type.as_str(), sent.bytes.clone())
                .await?;
        }
        Ok(decision)
    }

    /// Deletes what was stored for a decision that was not committed. A failure is logged: nobody is served the object.
    pub(crate) async fn forget_files(&self, decision: &Decision) {
        for placed in &decision.attachments {
            if let Err(error) = self.bucket.delete(&placed.after.object_key).await {
                tracing::warn!(%error, "a file of a message that was decided again was not deleted");
            }
        }
    }
}

impl Sent {
    fn received(
        &self,
        conversations: &Conversations,
        author: AccountId,
        moment: Moment<'_>,
    ) -> Result<Attachment, Refusal> {
        let received = Received {
            said: self.said.clone(),
            bytes: &self.bytes,
        };
        let policy = &conversations.shell.profile.attachments;
        Attachment::received(policy, author, received, moment)
    }
}

/// Name and type as the provider says; a photo has no name, and gets the kind of thing that it is.
fn said(media: &MediaRef) -> Option<Begin> {
    let essence = media.mime_type.split(';').next().unwrap_or_default().trim();
    let kind = essence.split('/').next().unwrap_or_default();
    let name = media.filename.as_deref().unwrap_or(kind);
    Some(Begin {
        file_name: FileName::sanitise(name),
        content_type: ContentType::new(essence).ok()?,
        size: 0,
    })
}
