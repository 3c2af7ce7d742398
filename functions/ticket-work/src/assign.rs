//! A new ticket finds whoever works on it.

use crate::TicketWork;
use registrar_domain::{id::TicketId, ticket::Ticket};
use registrar_store::{StoreError, roster::Turn};

impl TicketWork {
    /// Gives a ticket that nobody has to whoever's turn it is. Somebody may have it meanwhile, or it is done: then there
    /// is nothing to do. Without anybody on duty it stays nobody's, and shows as such.
    #[tracing::instrument(name = "ticket_work.assign", skip_all, fields(ticket.id = %id))]
    pub(crate) async fn assign(&self, id: TicketId) -> Result<(), StoreError> {
        let table = &self.shell.table;
        let _one_at_a_time = self.roster.lock().await;
        let read = table.roster().await?;
        let Some(ticket) = table.ticket(id).await?.filter(Ticket::wants_somebody) else {
            return Ok(());
        };
        let Some(to) = read.roster.next(self.shell.profile.assignment) else {
            tracing::warn!("nobody is on duty: the ticket stays unassigned");
            return Ok(());
        };
        let moment = self.shell.moment();
        let decision = ticket.given_to(to, moment);
        table
            .commit_ticket_work(
                ticket.version,
                &decision,
                Some((&read, Turn::Of(to))),
                moment,
            )
            .await
    }
}
