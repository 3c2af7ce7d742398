//! Statistics of tickets: counters that every change moves in its own transaction, read at a cost that does not depend on
//! how many tickets there are.
//!
//! Those of all tickets are spread over as many items as lists have shards; a change moves the item of the ticket's own
//! shard, or of the next one when another transaction holds it. A requester's own are one item.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    limits::{OPENED, OPENED_IN},
    table::Item,
};
use registrar_domain::{id::AccountId, ticket::Statistics};

impl Table {
    /// The statistics of all tickets.
    pub async fn statistics(&self) -> Result<Statistics, StoreError> {
        let keys: Vec<Key> = (0..self.shards).map(keys::statistics).collect();
        let mut statistics = Statistics::default();
        for item in self.get_many(&keys, &[]).await? {
            add(&mut statistics, &item);
        }
        Ok(statistics)
    }

    /// The statistics of a requester's own tickets.
    pub async fn statistics_of(&self, requester: AccountId) -> Result<Statistics, StoreError> {
        let mut statistics = Statistics::default();
        let keys = [keys::statistics_of(requester)];
        for item in self.get_many(&keys, &[]).await? {
            add(&mut statistics, &item);
        }
        Ok(statistics)
    }
}

fn add(statistics: &mut Statistics, item: &Item) {
    let counters = item
        .iter()
        .filter(|(name, _)| ![OPENED, OPENED_IN].contains(&name.as_str()));
    for (counter, value) in counters {
        // The key's own attributes are texts.
        if let Some(value) = value.as_n().ok().and_then(|number| number.parse().ok()) {
            statistics.add(counter, value);
        }
    }
}
