//! How far a message has come on its way to a phone: shown on a ticket's message, and of every message noted in the ledger
//! that the provider gave it up, or has it although its answer was lost.

use crate::Conversations;
use registrar_domain::{
    conversation::{DeliveryState, Report},
    delivery::State,
    id::{MessageId, TicketId},
};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

impl Conversations {
    pub(crate) async fn report(&self, report: &Report) -> Outcome {
        let told = match self.show(report).await {
            Ok(()) => self.settle(report).await,
            Err(error) => Err(error),
        };
        match told {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::again("whoever sent it has not recorded that yet"),
            Err(error) => Outcome::again(error.to_string()),
        }
    }

    /// Shows it on the ticket's message, where it is of one.
    async fn show(&self, report: &Report) -> Result<(), StoreError> {
        let Some((ticket, message)) = ticket_message(&report.effect_key) else {
            return Ok(());
        };
        let (state, error) = (report.state, report.error.as_deref());
        let table = &self.shell.table;
        let news = table
            .outgoing_is(ticket, message, state, report.at, error)
            .await?;
        tracing::info!(ticket.id = %ticket, state = state.code(), news, "report");
        Ok(())
    }

    /// Takes note of it in the ledger, whatever the message was about; `false` while somebody holds the entry.
    async fn settle(&self, report: &Report) -> Result<bool, StoreError> {
        let table = &self.shell.table;
        let Some(entry) = table.ledger_entry_of(&report.effect_key).await? else {
            return Ok(true);
        };
        let (id, error) = (report.message_id.as_str(), report.error.as_deref());
        let gave_up = report.state == DeliveryState::Failed;
        match entry.reported(report.state, id, error, self.shell.now()) {
            Some(entry) => {
                table.write_ledger(&entry).await?;
                tracing::warn!(
                    ledger.state = entry.state.code(),
                    ledger.channel = entry.delivery.channel.code(),
                    "the provider told more of a delivery"
                );
                Ok(true)
            }
            None => Ok(!(gave_up && matches!(entry.state, State::Claimed { .. }))),
        }
    }
}

/// The ticket and message that an effect key names: `whatsapp/<person>/ticket/<ticket>/message/<message>`.
fn ticket_message(effect_key: &str) -> Option<(TicketId, MessageId)> {
    let parts: Vec<&str> = effect_key.split('/').collect();
    match parts.as_slice() {
        ["whatsapp", _, "ticket", ticket, "message", message] => {
            Some((ticket.parse().ok()?, message.parse().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::{
        delivery::{Channel, Delivery},
        effect::Fact,
        id::AccountId,
    };

    #[test]
    fn the_key_of_a_reply_names_its_ticket_and_message_and_no_other_key_does() {
        let id = "0193a5e0-0000-7000-8000-000000000001";
        let ticket_id: TicketId = id.parse().unwrap();
        let message_id: MessageId = id.parse().unwrap();
        let person: AccountId = id.parse().unwrap();
        let of = |channel, fact| {
            Delivery {
                person,
                channel,
                fact,
            }
            .effect_key()
        };
        let replied = Fact::TicketReplied {
            ticket_id,
            message_id,
        };
        let key = of(Channel::Whatsapp, replied.clone());
        assert_eq!(ticket_message(&key), Some((ticket_id, message_id)));
        assert_eq!(ticket_message(&of(Channel::Email, replied)), None);
        let created = of(Channel::Whatsapp, Fact::TicketCreated { ticket_id });
        for key in [
            created.as_str(),
            "",
            "whatsapp/x/ticket/y/message/z",
            "chat/x",
        ] {
            assert_eq!(ticket_message(key), None, "{key}");
        }
    }
}
