//! First looks at tickets: the suggestion beside the ticket, and the policy of answers.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    transaction::UNLISTED,
};
use registrar_domain::{
    clock::Moment,
    id::TicketId,
    ticket::Triaged,
    triage::{Policy, Suggestion},
};

impl Table {
    /// What a first look at a ticket said; for staff.
    pub async fn suggestion(&self, ticket: TicketId) -> Result<Option<Suggestion>, StoreError> {
        self.get(&keys::suggestion(ticket)).await
    }

    /// Keeps a suggestion, once a ticket, with all that follows from it; `version` is the one that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the ticket changed meanwhile or has a suggestion.
    pub async fn commit_triage(
        &self,
        version: u64,
        triaged: &Triaged,
        suggestion: &Suggestion,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let ticket = &triaged.decision.ticket;
        let mut transaction = self.transaction();
        transaction.create(&keys::suggestion(ticket.id), suggestion, UNLISTED)?;
        self.put_ticket(&mut transaction, Some(version), &triaged.decision, moment)?;
        transaction.commit().await
    }

    /// When answers may go out by themselves; the default until staff have said something else.
    pub async fn triage_policy(&self) -> Result<Policy, StoreError> {
        Ok(self.get(&keys::triage_policy()).await?.unwrap_or_default())
    }

    /// Sets that.
    pub async fn set_triage_policy(
        &self,
        policy: Policy,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .set(&keys::triage_policy(), &policy, UNLISTED)?
            .answer(claim, answer);
        transaction.commit().await
    }
}
