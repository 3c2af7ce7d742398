//! The table's stream to SQS: committed effects become messages.
//!
//! The event filter lets new outbox items through only; what else comes is passed over, because a stream may be wired
//! wider than it should be. An item's effects are sent and the item deleted; a record that comes again sends again. What
//! cannot be read is parked (`store::outbox`), and holds up nothing. The records of a batch are taken in order, and the first
//! that fails because a service does ends it: the stream brings the rest again.

use aws_lambda_events::event::dynamodb::EventRecord;
use jiff::Timestamp;
use registrar_store::{
    StoreError, Table,
    keys::OUTBOX,
    outbox::Left,
    queues::{QueueUrls, Queues},
};
use std::collections::BTreeSet;

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
    pub async fn record(&self, record: EventRecord, now: Timestamp) -> Result<(), StoreError> {
        let Some(left) = outbox_item(record) else {
            return Ok(());
        };
        let mut down = BTreeSet::new();
        self.queues
            .forward(&self.table, &self.urls, &left, &mut down, now)
            .await
    }
}

/// The outbox item that a record brings, if it brings one.
fn outbox_item(record: EventRecord) -> Option<Left> {
    let keys: Result<Keys, _> = serde_dynamo::from_item(record.change.keys);
    let is_outbox = keys.is_ok_and(|keys| keys.partition.starts_with(OUTBOX));
    (is_outbox && record.event_name == "INSERT").then(|| Left::of(record.change.new_image))
}

#[derive(serde::Deserialize)]
struct Keys {
    #[serde(rename = "PK")]
    partition: String,
}
