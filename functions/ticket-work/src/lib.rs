//! What happens to tickets by itself.
//!
//! | message | what is done |
//! |---|---|
//! | `check_service_levels` | the ticket is read again; what its clocks say now is warned of, marked as missed and escalated |
//! | `index_ticket`, `index_certificate` | the postings by which it is found are brought to what it says |
//! | `sweep_files` | files that no record names are deleted, a part of the bucket a message |
//! | `assign_ticket` | a new ticket goes to a member of staff, as the profile says |
//!
//! A function of its own: it writes tickets, which the workers that call providers must not be able to, and calls no
//! provider, so that a slow one holds up no clock. Nothing is decided from a message, which only names a ticket: late,
//! repeated and lost messages change nothing, and each commit is conditional on the ticket that was read.

mod assign;
mod check;
mod sweep;

use registrar_domain::effect::Effect;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::{StoreError, blobs::Bucket, queues::Queues};
use tokio::sync::Mutex;

/// How often a decision is made anew because another writer came first.
const TRIES: u32 = 20;

/// The worker.
#[derive(Debug)]
pub struct TicketWork {
    shell: Shell,
    /// Where files are.
    files: Bucket,
    queues: Queues,
    /// Its own.
    queue_url: String,
    /// Held from reading the roster to committing on it. The roster's cursor is what keeps assignments apart; this spares
    /// the messages of one batch from finding that out one try after the other.
    roster: Mutex<()>,
}

impl TicketWork {
    /// A worker on the shell's table, by the shell's profile. Reads `ATTACHMENTS_BUCKET` and `TICKET_WORK_QUEUE_URL`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        Ok(Self {
            files: Bucket::new(shell.aws(), &settings.need("ATTACHMENTS_BUCKET")?),
            queues: Queues::new(shell.aws()),
            queue_url: settings.need("TICKET_WORK_QUEUE_URL")?,
            shell,
            roster: Mutex::new(()),
        })
    }
}

impl Worker for TicketWork {
    #[tracing::instrument(name = "ticket_work.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        let effect = match serde_json::from_str(body) {
            Ok(effect) => effect,
            Err(error) => return Outcome::give_up(format!("not an effect: {error}")),
        };
        for _ in 0..TRIES {
            let done = match &effect {
                Effect::AssignTicket { ticket_id } => self.assign(*ticket_id).await,
                Effect::IndexTicket { ticket_id } => {
                    self.shell.table.index_ticket(*ticket_id).await
                }
                Effect::IndexCertificate { certificate_id } => {
                    self.shell.table.index_certificate(certificate_id).await
                }
                Effect::SweepFiles { at, after } => self.sweep(*at, *after).await,
                Effect::CheckServiceLevels { ticket_id, at } => self.check(*ticket_id, *at).await,
                _ => return Outcome::give_up("an effect of another queue"),
            };
            match done {
                Ok(()) => return Outcome::Done,
                // Another writer came first: what is true now decides.
                Err(StoreError::Conflict) => {}
                Err(error) if error.retryable() => return Outcome::again(error.to_string()),
                Err(error) => return Outcome::give_up(error.to_string()),
            }
        }
        Outcome::back_off(1, "other writers are at the same ticket or roster")
    }
}
