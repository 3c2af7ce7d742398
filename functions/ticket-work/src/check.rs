//! What a ticket's clocks say now.

use crate::TicketWork;
use jiff::Timestamp;
use registrar_domain::{
    id::TicketId,
    sla::{Due, EscalateTo},
};
use registrar_store::{StoreError, roster::Turn};

impl TicketWork {
    /// Reads the ticket again and commits what is due now, if anything is: history, whom to tell, and who has it next, in one
    /// transaction.
    #[tracing::instrument(name = "ticket_work.check", skip_all, fields(ticket.id = %id))]
    pub(crate) async fn check(&self, id: TicketId, at: Timestamp) -> Result<(), StoreError> {
        let (table, profile) = (&self.shell.table, &self.shell.profile);
        if profile.sla.is_none() {
            return table.forget_due(id).await;
        }
        let Some(ticket) = table.ticket(id).await? else {
            return Ok(());
        };
        let mut moment = self.shell.moment();
        // A clock that is behind the scheduler's must not leave for the next minute what is due in this one.
        moment.now = moment.now.max(at);
        let Some(Due {
            decision,
            assign_to,
        }) = ticket.due(profile, moment)
        else {
            return Ok(());
        };
        let version = ticket.version;
        if assign_to == EscalateTo::Unchanged {
            return table
                .commit_ticket_work(version, &decision, None, moment)
                .await;
        }
        let _one_at_a_time = self.roster.lock().await;
        let read = table.roster().await?;
        let to = read
            .roster
            .escalated(profile.assignment, assign_to, ticket.assigned_to);
        let Some(to) = to else {
            return table
                .commit_ticket_work(version, &decision, None, moment)
                .await;
        };
        let decision = decision.and_given_to(to, moment);
        table
            .commit_ticket_work(version, &decision, Some((&read, Turn::Nobodys)), moment)
            .await
    }
}
