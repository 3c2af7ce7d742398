//! Chats by `WhatsApp`: where each stands, which messages were heard, and how far answers have come.
//!
//! What a message leads to commits in one transaction with the mark that it was heard, so that a message that comes again,
//! from the provider or from the queue, leads to nothing.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    transaction::{Transaction, UNLISTED},
};
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    clock::Moment,
    conversation::{Conversation, DeliveryState, WhatsappId},
    effect::Effect,
    id::{AccountId, MessageId, TicketId},
    ticket::Decision,
};
use serde::{Deserialize, Serialize};

/// How long it is remembered that a message was heard: longer than the provider tries to tell it (7 days).
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Serialize, Deserialize)]
struct Heard {
    at: Timestamp,
    expires_at: i64,
}

/// What one message of a phone leads to.
#[derive(Debug)]
pub struct Hearing<'a> {
    /// The message.
    pub inbound: &'a WhatsappId,
    /// How the chat stands after it; version 1 for a new one.
    pub chat: &'a Conversation,
    /// What is decided on tickets, each with the version that was read.
    pub tickets: &'a [(Option<u64>, &'a Decision)],
    /// What else must follow.
    pub effects: &'a [Effect],
}

impl Table {
    /// The chat of a phone, by its contact id.
    pub async fn chat(&self, contact: AccountId) -> Result<Option<Conversation>, StoreError> {
        self.get(&keys::chat(contact)).await
    }

    /// Whether a message of a phone was heard before.
    pub async fn was_heard(&self, id: &WhatsappId) -> Result<bool, StoreError> {
        let heard = self.get::<Heard>(&keys::heard(id.as_str())).await?;
        Ok(heard.is_some())
    }

    /// Commits what a message leads to.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was heard before, or when the chat or a ticket changed since it was read.
    pub async fn hear(
        &self,
        contact: AccountId,
        hearing: &Hearing<'_>,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let heard = Heard {
            at: moment.now,
            expires_at: (moment.now + REMEMBERED).as_second(),
        };
        transaction.create(&keys::heard(hearing.inbound.as_str()), &heard, UNLISTED)?;
        put_chat(&mut transaction, contact, hearing.chat)?;
        for (version, decision) in hearing.tickets {
            self.put_ticket(&mut transaction, *version, decision, moment)?;
        }
        transaction.effects(hearing.effects, moment)?;
        transaction.commit().await
    }

    /// Commits decisions on tickets by which a ticket becomes what a phone's chat goes on with.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the chat or a ticket changed since it was read.
    pub async fn commit_chat_tickets(
        &self,
        (contact, chat): (AccountId, &Conversation),
        parts: &[(Option<u64>, &Decision)],
        moment: Moment<'_>,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        put_chat(&mut transaction, contact, chat)?;
        for (version, decision) in parts {
            self.put_ticket(&mut transaction, *version, decision, moment)?;
        }
        transaction.answer(claim, answer);
        transaction.commit().await
    }

    /// Takes note of how far a ticket's message has come on its way to a phone; `false` when that was known, or more, or
    /// when the message does not go to a phone. Told twice and in any order, it comes to the same.
    pub async fn outgoing_is(
        &self,
        ticket: TicketId,
        message: MessageId,
        state: DeliveryState,
        at: Timestamp,
        error: Option<&str>,
    ) -> Result<bool, StoreError> {
        let key = keys::message(ticket, message);
        let earlier: Vec<_> = state
            .earlier()
            .map(|state| (format!(":{}", state.code()), state.code()))
            .collect();
        if earlier.is_empty() {
            return Ok(false);
        }
        let names: Vec<_> = earlier.iter().map(|(name, _)| name.as_str()).collect();
        let text = |value: &str| AttributeValue::S(value.to_owned());
        let mut update = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression(
                "SET whatsapp.#state = :state, whatsapp.#at = :at, whatsapp.#error = :error",
            )
            .condition_expression(format!(
                "attribute_exists(whatsapp) AND whatsapp.#state IN ({})",
                names.join(", ")
            ))
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#error", "error")
            .expression_attribute_values(":state", text(state.code()))
            .expression_attribute_values(":at", text(&at.to_string()))
            .expression_attribute_values(":error", error.map_or(AttributeValue::Null(true), text))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        for (name, code) in &earlier {
            update = update.expression_attribute_values(name, text(code));
        }
        match update.send().await {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(true)
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }
}

/// Adds how a chat stands; version 1 for a new one.
fn put_chat(
    transaction: &mut Transaction<'_>,
    contact: AccountId,
    chat: &Conversation,
) -> Result<(), StoreError> {
    let key = keys::chat(contact);
    if chat.version == 1 {
        transaction.create(&key, chat, UNLISTED)?;
    } else {
        transaction.replace(&key, chat.version - 1, chat, UNLISTED)?;
    }
    Ok(())
}
