//! What phones said, and what became of what was said to them.
//!
//! | module | what |
//! |---|---|
//! | `hear` | a message of a phone: the chat's next state, the ticket that it opens or adds to, what is answered |
//! | `report` | how far a ticket's message has come on its way to a phone |
//!
//! Both may run twice, late and out of order: a message is heard once, by the provider's id of it, and a report never takes
//! a message back.

mod hear;
mod report;

use registrar_domain::conversation::Incoming;
use registrar_runtime::{
    Shell,
    worker::{Attempt, Outcome, Worker, decode},
};

/// The worker.
#[derive(Debug)]
pub struct Conversations {
    shell: Shell,
}

impl Conversations {
    /// A worker on the shell's table, by the shell's profile.
    pub fn new(shell: Shell) -> Self {
        Self { shell }
    }
}

impl Worker for Conversations {
    #[tracing::instrument(name = "conversations.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        match decode(body) {
            Ok(Incoming::Messages { messages }) => self.hear_all(&messages).await,
            Ok(Incoming::Report(report)) => self.report(&report).await,
            Err(outcome) => outcome,
        }
    }
}
