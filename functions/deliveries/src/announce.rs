//! A message for all staff becomes one a person, so that each is tried, retried and given up by itself.

use crate::Deliveries;
use registrar_domain::{
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    page::Limit,
};
use registrar_runtime::worker::Outcome;
use registrar_store::StoreError;

impl Deliveries {
    /// Done again after half of it, it sends some messages twice; their ledger entries notice.
    pub(crate) async fn announce(&self, fact: Fact) -> Outcome {
        match self.expand(&fact).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::again(error.to_string()),
        }
    }

    async fn expand(&self, fact: &Fact) -> Result<(), StoreError> {
        let mut cursor = None;
        loop {
            let page = self
                .shell
                .table
                .staff(cursor.as_deref(), Limit::default())
                .await?;
            let tell = |person| {
                Effect::Deliver(Delivery {
                    person,
                    channel: Channel::Email,
                    fact: fact.clone(),
                })
            };
            let effects: Vec<_> = page.rows.into_iter().map(tell).collect();
            self.queues.send(&self.queue_url, &effects).await?;
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}
