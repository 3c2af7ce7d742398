//! The due index: which tickets somebody must look at, and when.
//!
//! A ticket whose clocks run is in the sixth index, at the time that its header says: the header is written anew whenever a
//! clock moves, so the index costs nothing but its own entry. `schedules` asks each shard for what is due by now, which takes
//! in what was missed while nothing ran. Nothing is taken away there: the entry moves when the ticket's worker has decided,
//! so a message that is lost comes again.

use crate::{
    StoreError, Table,
    keys::{self, Key, Place},
    table::passed_over,
};
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use jiff::Timestamp;
use registrar_domain::{id::TicketId, profile::Profile, sla::Sla, ticket::Ticket};

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
    /// Where a ticket's clocks put it in the due index: nowhere when none runs, or the profile has no service levels.
    pub(crate) fn due_place(&self, ticket: &Ticket) -> Option<Place> {
        let without = |profile: &Profile| profile.sla.is_none();
        if self.profile.as_deref().is_some_and(without) {
            return None;
        }
        let at = ticket.kept.sla.as_ref().and_then(Sla::next_at)?;
        Some(keys::ticket_due(ticket.id, at, self.shards))
    }

    /// Takes a ticket out of the due index that no clock will move any more, because the profile has no service levels now.
    pub async fn forget_due(&self, id: TicketId) -> Result<(), StoreError> {
        let Key { pk, sk } = keys::ticket(id);
        let updated = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(pk))
            .key("SK", AttributeValue::S(sk))
            .update_expression("REMOVE GSI6PK, GSI6SK")
            .condition_expression("attribute_exists(PK)")
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match updated {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(())
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
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
            .index_name("GSI6")
            .key_condition_expression("GSI6PK = :pk AND GSI6SK BETWEEN :from AND :until")
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
        for item in answer.items.unwrap_or_default() {
            let id = item.get("PK").and_then(|pk| pk.as_s().ok());
            let id = id.and_then(|pk| keys::ticket_in(pk));
            match id {
                Some(id) => tickets.push(id),
                None => passed_over("DueTicket"),
            }
        }
        let next = answer
            .last_evaluated_key
            .and_then(|mut key| key.remove("GSI6SK"))
            .and_then(|value| value.as_s().ok().map(|last| format!("{last}!")));
        Ok(DueTickets { tickets, next })
    }
}
