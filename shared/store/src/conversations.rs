//! Conversations: a ticket's messages, and what staff keep among themselves, page by page.

use crate::{
    StoreError, Table, keys,
    rows::from_stored,
    table::{Item, LAST, Range, readable, sort_key},
};
use futures_util::future::try_join;
use registrar_domain::{
    id::{MessageId, TicketId},
    page::Limit,
    ticket::{HistoryEntry, Message, Note, Ticket},
};

/// A ticket and its newest public messages, oldest of them first.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The header.
    pub ticket: Ticket,
    /// The messages.
    pub messages: Vec<Message>,
    /// Where older messages go on.
    pub next_cursor: Option<String>,
}

/// What only staff sees of a ticket, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Internals {
    /// The notes.
    pub notes: Vec<Note>,
    /// The history entries.
    pub history: Vec<HistoryEntry>,
}

impl Internals {
    /// From internal items, newest first.
    fn from_items(mut items: Vec<Item>) -> Result<Self, StoreError> {
        items.reverse();
        let (notes, history): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| sort_key(item).starts_with(keys::NOTE));
        Ok(Self {
            notes: serde_dynamo::from_items(notes)?,
            history: readable(history),
        })
    }
}

/// The least sort key of a ticket's partition that an internal item has: history comes before notes, and both before
/// messages and the header.
const INTERNAL: &str = keys::HISTORY;

/// How many internal items are read in one round.
const AT_ONCE: usize = 200;

impl Table {
    /// A ticket with a page of its public messages, the newest unless `cursor` says where older ones go on.
    pub async fn conversation(
        &self,
        id: TicketId,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Option<Conversation>, StoreError> {
        let read = self.read(id, cursor, limit, keys::FIRST_MESSAGE).await?;
        Ok(read.map(|(conversation, _)| conversation))
    }

    /// As [`Self::conversation`], with what only staff sees of the time that the page covers. A ticket whose whole
    /// partition fits the page is one query.
    pub async fn conversation_for_staff(
        &self,
        id: TicketId,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Option<(Conversation, Internals)>, StoreError> {
        let Some((conversation, rest)) = self.read(id, cursor, limit, INTERNAL).await? else {
            return Ok(None);
        };
        let mut internals = match rest {
            Some(rest) => Internals::from_items(rest)?,
            None => self.internals(&conversation, cursor).await?,
        };
        if conversation.next_cursor.is_none() {
            internals.history.insert(0, conversation.ticket.opened());
        }
        Ok(Some((conversation, internals)))
    }

    /// A conversation from the items that sort from `from` on, and the internal ones among them: `None` when there may be
    /// more of those, or when they belong to another page.
    async fn read(
        &self,
        id: TicketId,
        cursor: Option<&str>,
        limit: Limit,
        from: &str,
    ) -> Result<Option<(Conversation, Option<Vec<Item>>)>, StoreError> {
        let pk = keys::ticket_partition(id);
        let before = cursor
            .map(|cursor| message_cursor(id, cursor))
            .transpose()?;
        let header = match &before {
            // The newest page starts with the header: they are one query.
            None => None,
            Some(_) => match self.ticket(id).await? {
                Some(ticket) => Some(ticket),
                None => return Ok(None),
            },
        };
        let to = before.as_deref().unwrap_or("TICKET");
        // Older pages are read without the internal items, which may be of other times.
        let from = if before.is_some() {
            keys::FIRST_MESSAGE
        } else {
            from
        };
        // The header or the cursor's own message, the page, and one more that tells whether there is another page.
        let range = Range {
            pk: &pk,
            from,
            to,
            oldest_first: false,
            limit: limit.get() + 2,
        };
        let items = self.range(range).await?;
        let whole = items.len() < range.limit && from == INTERNAL;
        let mut items = items.into_iter().peekable();
        let ticket = match header {
            Some(ticket) => {
                items.next_if(|item| sort_key(item) == to);
                ticket
            }
            None => match items.next_if(|item| sort_key(item) == to) {
                Some(item) => from_stored(item)?,
                None => return Ok(None),
            },
        };
        let (items, internal): (Vec<Item>, Vec<Item>) =
            items.partition(|item| sort_key(item).starts_with(keys::FIRST_MESSAGE));
        let mut messages: Vec<Message> = serde_dynamo::from_items(items)?;
        let more = messages.len() > limit.get();
        messages.truncate(limit.get());
        let next_cursor = messages
            .last()
            .filter(|_| more)
            .map(|message| message.id.to_string());
        messages.reverse();
        let conversation = Conversation {
            ticket,
            messages,
            next_cursor,
        };
        Ok(Some((conversation, whole.then_some(internal))))
    }

    /// What only staff sees of a ticket, of the time that a page of its conversation covers: from its oldest message on
    /// unless it is the last page, and up to where it began unless it is the first.
    async fn internals(
        &self,
        conversation: &Conversation,
        cursor: Option<&str>,
    ) -> Result<Internals, StoreError> {
        let id = conversation.ticket.id;
        let oldest = conversation
            .messages
            .first()
            .filter(|_| conversation.next_cursor.is_some());
        let from = oldest
            .map(|message| message.id.to_string())
            .unwrap_or_default();
        let to = match cursor {
            Some(cursor) => cursor
                .parse::<MessageId>()
                .map_err(|_| StoreError::Cursor)?
                .to_string(),
            None => LAST.to_string(),
        };
        let (notes, history) = try_join(
            self.whole_range(id, keys::NOTE, &from, &to),
            self.whole_range(id, keys::HISTORY, &from, &to),
        )
        .await?;
        Ok(Internals {
            notes: serde_dynamo::from_items(notes)?,
            history: readable(history),
        })
    }

    /// Every item of a ticket whose sort key lies between `prefix` and `from`, and `prefix` and `to`; oldest first.
    async fn whole_range(
        &self,
        id: TicketId,
        prefix: &str,
        from: &str,
        to: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let (pk, to) = (keys::ticket_partition(id), format!("{prefix}{to}"));
        let mut from = format!("{prefix}{from}");
        let mut found = Vec::new();
        loop {
            let range = Range {
                pk: &pk,
                from: &from,
                to: &to,
                oldest_first: true,
                limit: AT_ONCE,
            };
            let items = self.range(range).await?;
            // The range includes its start, which the round before brought already.
            let skip = usize::from(
                !found.is_empty() && items.first().is_some_and(|item| sort_key(item) == from),
            );
            let whole = items.len() < AT_ONCE;
            found.extend(items.into_iter().skip(skip));
            match found.last() {
                Some(last) if !whole => from = sort_key(last).to_owned(),
                _ => return Ok(found),
            }
        }
    }
}

/// The sort key that a cursor of messages names.
fn message_cursor(ticket: TicketId, cursor: &str) -> Result<String, StoreError> {
    let id = cursor.parse().map_err(|_| StoreError::Cursor)?;
    Ok(keys::message(ticket, id).sk)
}
