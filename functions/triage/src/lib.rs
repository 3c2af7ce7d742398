//! A first look at new tickets.
//!
//! | message | what is done |
//! |---|---|
//! | `triage` | a suggestion is kept beside the ticket; where the policy allows, its answer goes out with it |
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
        let id = match decode(body) {
            Ok(Effect::Triage { ticket_id }) => ticket_id,
            Ok(_) => return Outcome::give_up("an effect of another queue"),
            Err(outcome) => return outcome,
        };
        tracing::Span::current().record("ticket.id", tracing::field::display(id));
        match self.look(id, attempt).await {
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
        let policy = table.triage_policy().await?;
        for _ in 0..TRIES {
            let moment = self.shell.moment();
            let triaged = ticket.triaged(&self.shell.profile, &suggestion, policy, moment);
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
