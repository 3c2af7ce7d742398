//! The table's stream to SQS: committed effects become messages.
//!
//! The event filter lets new outbox items through only; what else comes is passed over, because a stream may be wired
//! wider than it should be. An item's effects are sent and the item deleted; a record that comes again sends again. The
//! records of a batch are taken in order, and the first failure ends it: the stream brings the rest again.

use aws_lambda_events::event::dynamodb::EventRecord;
use registrar_store::{
    StoreError, Table,
    keys::OUTBOX,
    outbox::OutboxItem,
    queues::{QueueUrls, Queues},
};

/// What the relay works with.
#[derive(Clone, Debug)]
pub struct Relay {
    /// The table whose stream it reads.
    pub table: Table,
    /// The queues' client.
    pub queues: Queues,
    /// Where effects go.
    pub urls: QueueUrls,
}

impl Relay {
    /// Takes one record of the stream.
    #[tracing::instrument(name = "relay.record", skip_all)]
    pub async fn record(&self, record: EventRecord) -> Result<(), StoreError> {
        match outbox_item(record)? {
            Some(item) => self.queues.forward(&self.table, &self.urls, &item).await,
            None => Ok(()),
        }
    }
}

/// The outbox item that a record brings, if it brings one.
fn outbox_item(record: EventRecord) -> Result<Option<OutboxItem>, StoreError> {
    let keys: Keys = serde_dynamo::from_item(record.change.keys).map_err(StoreError::from)?;
    if record.event_name != "INSERT" || !keys.partition.starts_with(OUTBOX) {
        return Ok(None);
    }
    Ok(Some(
        serde_dynamo::from_item(record.change.new_image).map_err(StoreError::from)?,
    ))
}

#[derive(serde::Deserialize)]
struct Keys {
    #[serde(rename = "PK")]
    partition: String,
}
