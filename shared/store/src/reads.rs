//! What a list shows besides its rows: until when somebody has read a ticket, and who is who.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    table::{item, readable},
};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use jiff::Timestamp;
use registrar_domain::{
    id::{AccountId, TicketId},
    value::PersonName,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

#[derive(Serialize, Deserialize)]
struct Mark {
    ticket_id: TicketId,
    read_at: Timestamp,
}

impl Table {
    /// Notes that `person` has read a ticket until `now`.
    pub async fn mark_read(
        &self,
        person: AccountId,
        ticket_id: TicketId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mark = Mark {
            ticket_id,
            read_at: now,
        };
        let item = item(&keys::read_mark(person, ticket_id), &mark)?;
        let answer = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    /// Until when `person` has read each of these tickets; those never read are left out.
    pub async fn read_marks(
        &self,
        person: AccountId,
        tickets: impl Iterator<Item = TicketId>,
    ) -> Result<HashMap<TicketId, Timestamp>, StoreError> {
        let keys: Vec<Key> = tickets.map(|id| keys::read_mark(person, id)).collect();
        let marks: Vec<Mark> = readable(self.get_many(&keys, &[]).await?);
        Ok(marks
            .into_iter()
            .map(|mark| (mark.ticket_id, mark.read_at))
            .collect())
    }

    /// The names of accounts; those that are gone are left out.
    pub async fn names_of(
        &self,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<HashMap<AccountId, PersonName>, StoreError> {
        #[derive(Deserialize)]
        struct Named {
            id: AccountId,
            name: PersonName,
        }
        let keys: Vec<Key> = accounts.iter().map(|id| keys::account(*id)).collect();
        let items = self.get_many(&keys, &["id", "name"]).await?;
        let named: Vec<Named> = readable(items);
        Ok(named
            .into_iter()
            .map(|named| (named.id, named.name))
            .collect())
    }
}
