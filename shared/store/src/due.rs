//! The due index: which tickets somebody must look at, and when.
//!
//! A ticket whose clocks run has one entry, in the transaction that set its due time and in the place of the entry before
//! it. `schedules` asks each shard for what is due by now, which takes in what was missed while nothing ran. Nothing is
//! taken away there: the entry moves when the ticket's worker has decided, so a message that is lost comes again.

use crate::{
    StoreError, Table,
    keys::{self, Place},
    transaction::{Listing, Transaction, UNLISTED},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use registrar_domain::{id::TicketId, sla::Sla, ticket::Ticket};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Entry {
    ticket_id: TicketId,
}

/// What is due in a shard, a page of it.
#[derive(Debug)]
pub struct DueTickets {
    /// The tickets, the longest due first.
    pub tickets: Vec<TicketId>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// How many entries are read at a time.
const AT_ONCE: i32 = 100;

impl Table {
    /// Moves a ticket's entry to where its clocks say, when it is elsewhere.
    pub(crate) fn put_due(
        &self,
        transaction: &mut Transaction<'_>,
        ticket: &mut Ticket,
    ) -> Result<(), StoreError> {
        let Some(next) = ticket.kept.sla.as_mut().and_then(Sla::move_entry) else {
            return Ok(());
        };
        let (key, entry) = (
            keys::due(ticket.id),
            Entry {
                ticket_id: ticket.id,
            },
        );
        match next {
            Some(at) => {
                let listing = Listing {
                    first: Some(keys::ticket_due(ticket.id, at, self.shards)),
                    second: None,
                    row: Some(&entry),
                };
                transaction.set(&key, &entry, listing)?;
            }
            // Written over and not deleted: out of the index either way, and nobody needs the right to delete of tickets.
            None => {
                transaction.set(&key, &entry, UNLISTED)?;
            }
        }
        Ok(())
    }

    /// Takes a ticket's entry away that no clock will move any more, because the profile has no service levels now.
    pub async fn forget_due(&self, ticket_id: TicketId) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.set(&keys::due(ticket_id), &Entry { ticket_id }, UNLISTED)?;
        transaction.commit().await
    }

    /// The tickets of a shard that are due by `until`; `from` is where the page before went on.
    pub async fn tickets_due(
        &self,
        shard: u16,
        until: Timestamp,
        from: Option<&str>,
    ) -> Result<DueTickets, StoreError> {
        let Place { pk, sk } = keys::due_until(shard, until);
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .index_name("GSI1")
            .key_condition_expression("GSI1PK = :pk AND GSI1SK BETWEEN :from AND :until")
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .expression_attribute_values(":from", AttributeValue::S(from.unwrap_or("!").to_owned()))
            .expression_attribute_values(":until", AttributeValue::S(sk))
            .limit(AT_ONCE)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_read(answer.consumed_capacity());
        let mut tickets = Vec::new();
        for mut item in answer.items.unwrap_or_default() {
            let row = item
                .remove("row")
                .ok_or_else(|| StoreError::Corrupt("an item in GSI1 has no row".to_owned()))?;
            let entry: Entry = serde_dynamo::from_attribute_value(row)?;
            tickets.push(entry.ticket_id);
        }
        let next = answer
            .last_evaluated_key
            .and_then(|mut key| key.remove("GSI1SK"))
            .and_then(|value| value.as_s().ok().map(|last| format!("{last}!")));
        Ok(DueTickets { tickets, next })
    }
}
