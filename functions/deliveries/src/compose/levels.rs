//! What staff is told of a service level.

use super::{Composed, Reader, Unsaid, side};
use crate::Deliveries;
use registrar_domain::{
    account::Account,
    id::TicketId,
    sla::{Level, Signal},
};
use registrar_store::StoreError;
use registrar_templates::{Message, TicketSla};

impl Deliveries {
    /// Nothing when the ticket was answered or done meanwhile, or when a breach came after the warning.
    pub(super) async fn ticket_sla(
        &self,
        id: TicketId,
        level: Level,
        signal: Signal,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        Ok(self.ticket(id).await?.and_then(|ticket| {
            let url = self.ticket_url(&ticket);
            if !matches!(side(&ticket, person)?, Reader::Staff) {
                return Err(Unsaid::Never("service levels are for staff"));
            }
            let sla = ticket.kept.sla.as_ref();
            let sla = sla.filter(|sla| sla.stands(level, signal));
            let sla = sla.ok_or(Unsaid::Never("the ticket moved on"))?;
            Ok(Message::TicketSla(TicketSla {
                due: sla.clock(level).shows_due(),
                number: ticket.number,
                subject: ticket.subject.to_string(),
                requester: ticket.requester.name.to_string(),
                priority: ticket.priority,
                level,
                signal,
                url,
            }))
        }))
    }
}
