//! How far a ticket's message has come on its way to a phone.

use crate::Conversations;
use registrar_domain::{
    conversation::Report,
    id::{MessageId, TicketId},
};
use registrar_runtime::worker::Outcome;

impl Conversations {
    pub(crate) async fn report(&self, report: &Report) -> Outcome {
        // What is not a ticket's message has nobody who waits to see it arrive.
        let Some((ticket, message)) = ticket_message(&report.effect_key) else {
            return Outcome::Done;
        };
        let error = report.error.as_deref();
        let noted = self
            .shell
            .table
            .outgoing_is(ticket, message, report.state, report.at, error)
            .await;
        match noted {
            Ok(news) => {
                tracing::info!(ticket.id = %ticket, state = report.state.code(), news, "report");
                Outcome::Done
            }
            Err(error) => Outcome::again(error.to_string()),
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
