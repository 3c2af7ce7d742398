//! What phones said, and what became of what was said to them.
//!
//! | module | what |
//! |---|---|
//! | `hear` | a message of a phone: the chat's next state, the ticket that it opens or adds to, what is answered |
//! | `tickets` | what it does to tickets, by the domain's own commands |
//! | `media` | the file that came with it |
//! | `report` | how far a ticket's message has come on its way to a phone |
//!
//! Both may run twice, late and out of order: a message is heard once, by the provider's id of it, and a report never takes
//! a message back.

mod hear;
mod media;
mod report;
mod tickets;

use registrar_domain::conversation::Incoming;
use registrar_providers::whatsapp_cloud;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    worker::{Attempt, Outcome, Worker, decode},
};
use registrar_store::blobs::Bucket;

/// The worker.
#[derive(Debug)]
pub struct Conversations {
    shell: Shell,
    media: whatsapp_cloud::Client,
    bucket: Bucket,
}

impl Conversations {
    /// Reads the provider's settings and `ATTACHMENTS_BUCKET`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let media = whatsapp_cloud::Settings::read(|name| settings.optional(name))
            .map_err(|e| SettingsError::refused(e.setting, e.problem))?;
        Ok(Self {
            media: whatsapp_cloud::Client::new(media),
            bucket: Bucket::new(shell.aws(), &settings.need("ATTACHMENTS_BUCKET")?),
            shell,
        })
    }
}

impl Worker for Conversations {
    #[tracing::instrument(name = "conversations.work", skip_all)]
    async fn work(&self, body: &str, attempt: Attempt) -> Outcome {
        match decode(body) {
            Ok(Incoming::Messages { messages }) => self.hear_all(&messages, attempt).await,
            Ok(Incoming::Report(report)) => self.report(&report).await,
            // For people: they lie in the dead-letter queue, and are read anew once that is possible.
            Ok(Incoming::Unread { why, .. }) => Outcome::give_up(why),
            Err(outcome) => outcome,
        }
    }
}
