//! A first look at new tickets.
//!
//! | message | what is done |
//! |---|---|
//! | `triage` | a suggestion is kept beside the ticket; where the policy allows, its answer goes out with it |
//! | `settle_triage` | what staff decided on a ticket that is done is noted beside the suggestion and counted |
//!
//! The ticket is read, the model is asked, and what it says commits in one transaction on condition that the ticket has no
//! suggestion yet and is still of the version that was read. A second worker, or the same message again, finds the
//! suggestion and does nothing. When a person wrote meanwhile, the ticket is read again and decided again with the same
//! suggestion: the model is not asked twice for that. What the model cannot do, the rules do: see
//! [`registrar_domain::triage`].

mod question;

use question::question;
use registrar_domain::{
    effect::Effect,
    id::TicketId,
    ticket::Ticket,
    triage::{self, Answer, Suggestion},
};
use registrar_providers::anthropic::Client;
use registrar_runtime::{
    Shell,
    worker::{Attempt, Outcome, Worker, decode},
};
use registrar_store::StoreError;

/// How often a decision is made anew because another writer came first.
const TRIES: u32 = 8;

/// How often the model is asked before the rules serve: beyond this, staff have read the ticket themselves.
const PATIENCE: u32 = 4;

/// Who looks.
#[derive(Debug)]
pub enum Classifier {
    /// The list of words.
    Rules,
    /// A model.
    Model(Client),
}

/// The worker.
#[derive(Debug)]
pub struct Triage {
    /// Table and settings.
    pub shell: Shell,
    /// Who looks.
    pub classifier: Classifier,
}

/// Why there is no suggestion yet.
enum Unlooked {
    /// The model may answer later.
    Later(String),
}

impl Worker for Triage {
    #[tracing::instrument(name = "triage.work", skip_all, fields(ticket.id))]
    async fn work(&self, body: &str, attempt: Attempt) -> Outcome {
        let effect = match decode(body) {
            Ok(effect) => effect,
            Err(outcome) => return outcome,
        };
        let span = tracing::Span::current();
        let done = match effect {
            Effect::Triage { ticket_id } => {
                span.record("ticket.id", tracing::field::display(ticket_id));
                self.look(ticket_id, attempt).await
            }
            Effect::SettleTriage { ticket_id } => {
                span.record("ticket.id", tracing::field::display(ticket_id));
                self.settle(ticket_id).await
            }
            _ => return Outcome::give_up("an effect of another queue"),
        };
        match done {
            Ok(outcome) => outcome,
            Err(error) if error.retryable() => Outcome::again(error.to_string()),
            Err(error) => Outcome::give_up(error.to_string()),
        }
    }
}

impl Triage {
    async fn look(&self, id: TicketId, attempt: Attempt) -> Result<Outcome, StoreError> {
        let table = &self.shell.table;
        let Some(mut ticket) = table.ticket(id).await? else {
            return Ok(Outcome::give_up("there is no such ticket"));
        };
        if table.suggestion(id).await?.is_some() {
            return Ok(Outcome::Done);
        }
        let suggestion = match self.suggest(&ticket, attempt).await {
            Ok(suggestion) => suggestion,
            Err(Unlooked::Later(reason)) => return Ok(Outcome::again(reason)),
        };
        let known = table.calibration(&suggestion.model).await?;
        let policy = table.triage_policy().await?.calibrated(&known);
        for _ in 0..TRIES {
            let (moment, profile) = (self.shell.moment(), &self.shell.profile);
            let marks = table.marks(id).await?;
            let triaged = ticket.triaged(profile, &suggestion, policy, &marks, moment);
            match table
                .commit_triage(ticket.version, &triaged, &suggestion, moment)
                .await
            {
                Ok(()) => {
                    tracing::info!(
                        triage.model = suggestion.model,
                        triage.answered = triaged.answered,
                        "looked at"
                    );
                    return Ok(Outcome::Done);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
            if table.suggestion(id).await?.is_some() {
                return Ok(Outcome::Done);
            }
            match table.ticket(id).await? {
                Some(now) => ticket = now,
                None => return Ok(Outcome::give_up("there is no such ticket")),
            }
        }
        Ok(Outcome::back_off(1, "others write to the same ticket"))
    }

    /// Nothing for a ticket that is open again, or that nobody looked at; noted once, it stays so until something else is
    /// decided.
    async fn settle(&self, id: TicketId) -> Result<Outcome, StoreError> {
        let table = &self.shell.table;
        for _ in 0..TRIES {
            let Some(ticket) = table.ticket(id).await? else {
                return Ok(Outcome::give_up("there is no such ticket"));
            };
            let suggestion = match table.suggestion(id).await? {
                Some(suggestion) if !ticket.status.is_active() => suggestion,
                Some(_) | None => return Ok(Outcome::Done),
            };
            let decided = triage::Outcome {
                category: ticket.category,
                priority: ticket.priority,
                at: self.shell.now(),
            };
            let same = |before: &triage::Outcome| {
                before.category == decided.category && before.priority == decided.priority
            };
            if suggestion.outcome.as_ref().is_some_and(same) {
                return Ok(Outcome::Done);
            }
            match table.settle_triage(id, &suggestion, &decided).await {
                Ok(()) => return Ok(Outcome::Done),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Outcome::back_off(1, "others write to the same counters"))
    }

    async fn suggest(&self, ticket: &Ticket, attempt: Attempt) -> Result<Suggestion, Unlooked> {
        let Classifier::Model(model) = &self.classifier else {
            return Ok(self.by_rules(ticket, None));
        };
        let profile = &self.shell.profile;
        let answer = match model.ask(&question(profile, ticket)).await {
            Ok(answer) => answer,
            Err(error)
                if error.retryable_when_idempotent()
                    && attempt.number < PATIENCE
                    && !attempt.last =>
            {
                return Err(Unlooked::Later(error.to_string()));
            }
            Err(error) => return Ok(self.by_rules(ticket, Some(&error.to_string()))),
        };
        let now = self.shell.now();
        let read = serde_json::from_value::<Answer>(answer)
            .map_err(|_| "the model's answer has another form".to_owned())
            .and_then(|answer| {
                Suggestion::from_answer(profile, answer, model.model(), now)
                    .map_err(|unusable| unusable.to_string())
            });
        Ok(read.unwrap_or_else(|why| self.by_rules(ticket, Some(&why))))
    }

    /// By the rules; `instead` says why no model was heard.
    fn by_rules(&self, ticket: &Ticket, instead: Option<&str>) -> Suggestion {
        let mut suggestion = triage::classify(&self.shell.profile, ticket, self.shell.now());
        if let Some(why) = instead {
            tracing::warn!(why, "the rules look in the model's place");
            suggestion.notes = format!("{} No model was heard: {why}.", suggestion.notes);
            suggestion.needs_human_review = true;
        }
        suggestion
    }
}
