//! Bulk issues of certificates, a row at a time.
//!
//! | message | what is done |
//! |---|---|
//! | `issue_bulk` | the rows behind the cursor become certificates or errors, [`CHUNK`] at a time, for [`SLICE`] at most; then another message goes on |
//!
//! A function of its own, with a queue of its own: a bulk issue has work for minutes, in which no PDF shall wait for it, and
//! the ten thousand PDFs that follow must not stand between two of its messages. It links no PDF engine, so that no name can
//! bring it down with one. PDF, letter, edge and webhooks are what follows any issue, by the same outbox item.
//!
//! Per row there is one transaction, that of any issue, and nothing else is written. What makes it happen once:
//!
//! * The certificate's number comes from bulk issue and row (`registrar_domain::bulk::ids`), and its item is created. A
//!   worker begins with asking which certificates of its first rows are there: those were issued by one that died, and count.
//! * Student, course and date are a fact that one certificate stands for; a second row for it meets that item and is an error.
//! * Cursor, counters and errors of some rows commit together, conditional on the version that was read. Of two workers on
//!   one bulk issue the later one meets that condition and leaves it to the other.
//!
//! | what happens | outcome |
//! |---|---|
//! | the bulk issue is over, or another worker is at it | done |
//! | no such bulk issue, or an item that cannot be read | given up, with the reason; redriving goes on at the cursor |
//! | table or bucket cannot be reached or is throttled | again from the cursor, after a pause; never an error of a row |
//! | the bulk issue comes to its end | its file is deleted |
//! | the file is gone, or who began it is no longer staff | the bulk issue is `failed`, and says why |
//! | killed anywhere | the message shows again when its time-out is over; at most [`CHUNK`] rows are looked at twice |

mod chunk;
mod file;
mod issue;
mod people;

use file::Window;
use issue::Slice;
use jiff::SignedDuration;
use registrar_domain::{
    account::Account,
    actor::Actor,
    bulk::{Bulk, Progress, Status, Stop},
    credential::SigningKeys,
    effect::Effect,
    id::BulkId,
};
use registrar_runtime::{
    Shell,
    worker::{Attempt, Outcome, Pause, Worker},
};
use registrar_store::{StoreError, blobs::Bucket};
use std::sync::Arc;

/// How many rows are counted together. Their errors, the bulk issue and the outbox item fit one transaction (100 items), and
/// what counting costs, some 5 write units, is a hundredth of what the rows' certificates do.
pub const CHUNK: usize = 32;
/// For how long one message has rows worked on: well below the function's time-out.
pub const SLICE: SignedDuration = SignedDuration::from_secs(20);

/// The worker.
#[derive(Clone, Debug)]
pub struct BulkWork {
    /// Table and settings.
    pub shell: Shell,
    /// Where files are.
    pub bucket: Bucket,
    /// What signs claims.
    pub keys: Arc<SigningKeys>,
}

/// Why a message did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no bulk issue {0}")]
    Unknown(BulkId),
    #[error("no certificate key is valid now")]
    NoSigningKey,
}

impl Worker for BulkWork {
    #[tracing::instrument(name = "bulk.work", skip_all, fields(bulk.id))]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        let id = match serde_json::from_str(body) {
            Ok(Effect::IssueBulk { bulk_id }) => bulk_id,
            Ok(_) => return Outcome::give_up("an effect of another queue"),
            Err(error) => return Outcome::give_up(format!("not an effect: {error}")),
        };
        tracing::Span::current().record("bulk.id", tracing::field::display(id));
        // What passes uses up no attempt: rows wait for as long as it takes, and are never errors for it.
        let again = |reason: String| Outcome::Again {
            pause: Pause::BackOff,
            reason,
            counts: false,
        };
        match self.work_off(id).await {
            Ok(()) => Outcome::Done,
            Err(Failure::Store(error)) if error.retryable() => again(error.to_string()),
            Err(failure @ Failure::NoSigningKey) => again(failure.to_string()),
            Err(failure) => Outcome::give_up(failure.to_string()),
        }
    }
}

/// Whether a decision is committed.
enum Committed {
    Yes(Box<Bulk>),
    /// Another worker moved the cursor: it goes on.
    Overtaken,
}

impl BulkWork {
    /// Goes on with a bulk issue; the file of one that is over is taken away, because it says who was issued what.
    async fn work_off(&self, id: BulkId) -> Result<(), Failure> {
        self.go_on(id).await?;
        if self.load(id).await?.status.is_over() {
            for file in [Bulk::kept_key(id), Bulk::incoming_key(id)] {
                self.bucket.delete(&file).await?;
            }
        }
        Ok(())
    }

    async fn go_on(&self, id: BulkId) -> Result<(), Failure> {
        let began = self.shell.now();
        let mut bulk = self.load(id).await?;
        let mut window = Window::default();
        // Only the first rows can have been begun by somebody else.
        let mut resumed = true;
        let Some(actor) = self.staff(&bulk).await? else {
            return self.stop(&bulk, Stop::NotStaff).await;
        };
        let slice = Slice::new(actor);
        while !bulk.status.is_over() {
            let Some(rows) = window.rows(&self.bucket, &bulk, CHUNK).await? else {
                return self.stop(&bulk, Stop::FileGone).await;
            };
            let before = self.shell.table.consumed();
            let progress = if bulk.status == Status::Cancelling {
                self.found(&bulk, &rows).await?
            } else {
                self.chunk(&bulk, &slice, rows, resumed).await?
            };
            resumed = false;
            let (row, issued) = (progress.cursor.row, progress.issued);
            let failed = progress.errors.len();
            let yields = self.shell.now().duration_since(began) >= SLICE;
            match self.commit(bulk, progress, yields).await? {
                Committed::Yes(next) => bulk = *next,
                Committed::Overtaken => return Ok(()),
            }
            let after = self.shell.table.consumed();
            tracing::info!(
                row,
                issued,
                failed,
                read_units = after.read - before.read,
                write_units = after.write - before.write,
                "rows"
            );
            if yields {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn load(&self, id: BulkId) -> Result<Bulk, Failure> {
        let bulk = self.shell.table.bulk(id).await?;
        bulk.ok_or(Failure::Unknown(id))
    }

    /// Who began it, as they are now.
    async fn staff(&self, bulk: &Bulk) -> Result<Option<Actor>, Failure> {
        let account = self.shell.table.account(bulk.started_by).await?;
        Ok(account.filter(Account::is_staff).map(|a| a.actor()))
    }

    /// Counts rows. When somebody cancelled meanwhile, they are counted all the same.
    async fn commit(
        &self,
        mut bulk: Bulk,
        progress: Progress,
        yields: bool,
    ) -> Result<Committed, Failure> {
        loop {
            let moment = self.shell.moment();
            let Some(decision) = bulk.advance(progress.clone(), yields, moment.now) else {
                return Ok(Committed::Overtaken);
            };
            match self.shell.table.commit_bulk(&decision, moment, None).await {
                Ok(()) => return Ok(Committed::Yes(Box::new(decision.bulk))),
                Err(StoreError::Conflict) => {
                    let now = self.load(bulk.id).await?;
                    if now.cursor != bulk.cursor {
                        return Ok(Committed::Overtaken);
                    }
                    bulk = now;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn stop(&self, bulk: &Bulk, reason: Stop) -> Result<(), Failure> {
        let moment = self.shell.moment();
        let Some(decision) = bulk.stop(reason, moment.now) else {
            return Ok(());
        };
        tracing::error!(reason = reason.code(), "a bulk issue cannot go on");
        let committed = self.shell.table.commit_bulk(&decision, moment, None).await;
        Ok(committed?)
    }
}
