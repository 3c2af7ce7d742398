//! Chats by `WhatsApp`: where each stands, which messages were heard, and how far answers have come.
//!
//! What a message leads to commits in one transaction with the mark that it was heard, so that a message that comes again,
//! from the provider or from the queue, leads to nothing. The mark says in which ticket it was said, for whoever says it in
//! other words or takes it back.
//!
//! A chat stands under the digest of its number, or of the user id where no number is known. Where both are, the item of the
//! user id is a pointer to the number's. The first message that tells both writes it, and moves a chat that stood under the
//! id, in its own transaction.

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
use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    clock::Moment,
    conversation::{Conversation, DeliveryState, Party, WhatsappId},
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket_id: Option<TicketId>,
}

/// What stands under a contact.
#[derive(Deserialize)]
#[serde(untagged)]
enum Standing {
    Pointer(Pointer),
    Chat(Conversation),
}

/// The chat stands under another contact, which is the same person's.
#[derive(Serialize, Deserialize)]
struct Pointer {
    moved_to: AccountId,
    version: u64,
}

/// The chat of a party, as it was read.
#[derive(Debug)]
pub struct Chat {
    /// Under which contact it stands, or will.
    pub contact: AccountId,
    /// How it stands, if there is one. Its version is 0 where it stood under the user id and nothing stands under the
    /// number yet.
    pub before: Option<Conversation>,
    /// What is to be written so that the user id leads to it.
    pub link: Option<Link>,
}

/// A user id that turned out to be the same person's as a number.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    from: AccountId,
    to: AccountId,
    /// The version of what stands under the user id.
    version: Option<u64>,
}

/// What one message of a phone leads to.
#[derive(Debug)]
pub struct Hearing<'a> {
    /// The message.
    pub inbound: &'a WhatsappId,
    /// How the chat stands after it, where that changed; version 1 for a new one.
    pub chat: Option<&'a Conversation>,
    /// What makes two chats one.
    pub link: Option<Link>,
    /// The ticket in which it was said.
    pub said_in: Option<TicketId>,
    /// What is decided on tickets, each with the version that was read.
    pub tickets: &'a [(Option<u64>, &'a Decision)],
    /// What else must follow.
    pub effects: &'a [Effect],
}

impl Table {
    /// The chat of a phone, by its contact id.
    pub async fn chat(&self, contact: AccountId) -> Result<Option<Conversation>, StoreError> {
        Ok(self.chat_at(contact).await?.1)
    }

    /// The chat that stands under a contact, or where that points, and under which contact that is.
    pub async fn chat_at(
        &self,
        contact: AccountId,
    ) -> Result<(AccountId, Option<Conversation>), StoreError> {
        match self.get::<Standing>(&keys::chat(contact)).await? {
            None => Ok((contact, None)),
            Some(Standing::Chat(chat)) => Ok((contact, Some(chat))),
            Some(Standing::Pointer(Pointer { moved_to, .. })) => {
                Ok((moved_to, self.get(&keys::chat(moved_to)).await?))
            }
        }
    }

    /// The chat with a party, and what is to be linked where it is known by a number and by a user id.
    pub async fn chat_with(&self, party: &Party) -> Result<Chat, StoreError> {
        let contact = party.contact();
        let Party::Phone(_, Some(user_id)) = party else {
            let (contact, before) = self.chat_at(contact).await?;
            return Ok(Chat {
                contact,
                before,
                link: None,
            });
        };
        let of_user = Party::User(user_id.clone()).contact();
        let (of_phone, user) = (keys::chat(contact), keys::chat(of_user));
        let (before, standing) = try_join(self.get(&of_phone), self.get::<Standing>(&user)).await?;
        let link = |version| {
            Some(Link {
                from: of_user,
                to: contact,
                version,
            })
        };
        let (before, link) = match standing {
            None => (before, link(None)),
            Some(Standing::Pointer(pointer)) if pointer.moved_to == contact => (before, None),
            // Each number keeps its own chat: the id alone follows its owner.
            Some(Standing::Pointer(pointer)) => (before, link(Some(pointer.version))),
            Some(Standing::Chat(chat)) => {
                let version = chat.version;
                (
                    Some(Conversation::joined(before, chat)),
                    link(Some(version)),
                )
            }
        };
        Ok(Chat {
            contact,
            before,
            link,
        })
    }

    /// Whether a message of a phone was heard before.
    pub async fn was_heard(&self, id: &WhatsappId) -> Result<bool, StoreError> {
        let heard = self.get::<Heard>(&keys::heard(id.as_str())).await?;
        Ok(heard.is_some())
    }

    /// The ticket in which a message was said, if it was heard and a ticket took it.
    pub async fn said_in(&self, id: &WhatsappId) -> Result<Option<TicketId>, StoreError> {
        let heard = self.get::<Heard>(&keys::heard(id.as_str())).await?;
        Ok(heard.and_then(|heard| heard.ticket_id))
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
            ticket_id: hearing.said_in,
        };
        transaction.create(&keys::heard(hearing.inbound.as_str()), &heard, UNLISTED)?;
        if let Some(chat) = hearing.chat {
            put_chat(&mut transaction, contact, chat)?;
        }
        if let Some(link) = &hearing.link {
            put_link(&mut transaction, link)?;
        }
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

/// Has a user id lead to the chat of a number.
fn put_link(transaction: &mut Transaction<'_>, link: &Link) -> Result<(), StoreError> {
    let key = keys::chat(link.from);
    let pointer = Pointer {
        moved_to: link.to,
        version: link.version.map_or(1, |version| version + 1),
    };
    match link.version {
        None => transaction.create(&key, &pointer, UNLISTED)?,
        Some(version) => transaction.replace(&key, version, &pointer, UNLISTED)?,
    };
    Ok(())
}
