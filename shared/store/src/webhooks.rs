//! Outgoing webhooks: the endpoints, each with the log of its deliveries, and what is due to be tried again.
//!
//! All endpoints lie in one partition: an event reads them in one query. A delivery that waits is listed in the first index by
//! when it is due; writing it anew takes it out of there.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys::{self, Key},
    table::{LAST, Range, readable, readable_row},
    transaction::{Listing, Transaction, UNLISTED},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use registrar_domain::{
    clock::Moment,
    effect::Effect,
    id::{HistoryId, MessageId, TicketId, WebhookId},
    page::{Limit, Page},
    ticket::{HistoryEntry, Note},
    webhook::{
        DEPLOYMENT, Delivery, Endpoint, EndpointUrl, Event, EventId, MOST_ENDPOINTS, New, Origin,
        Topics,
    },
};
use serde::{Deserialize, Serialize};

/// From how many due deliveries of a shard on the rest waits for the next minute.
const MOST_DUE: usize = 1000;

/// An attempt that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// To which endpoint.
    pub webhook_id: WebhookId,
    /// Of what.
    pub event: Event,
    /// Which attempt.
    pub attempt: u32,
}

impl From<Due> for Effect {
    fn from(due: Due) -> Self {
        Self::WebhookDelivery {
            webhook_id: due.webhook_id,
            event: due.event,
            attempt: due.attempt,
        }
    }
}

/// A kept answer, where the request brought a key.
pub type Kept<'a> = Option<(&'a Claim, &'a Answer)>;

fn keep(transaction: &mut Transaction<'_>, kept: Kept<'_>) {
    if let Some((claim, answer)) = kept {
        transaction.answer(Some(claim), answer);
    }
}

impl Table {
    /// Every endpoint.
    pub async fn webhooks(&self) -> Result<Vec<Endpoint>, StoreError> {
        let items = self
            .range(Range {
                pk: keys::WEBHOOKS,
                from: "0",
                to: &LAST.to_string(),
                oldest_first: true,
                limit: MOST_ENDPOINTS * 2,
            })
            .await?;
        Ok(readable(items))
    }

    /// An endpoint.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Endpoint>, StoreError> {
        self.get(&keys::webhook(id)).await
    }

    /// Writes an endpoint over the version before, or as a new one. The deployment's own is counted, whatever there is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed it meanwhile; [`StoreError::LimitReached`] when there are
    /// [`MOST_ENDPOINTS`].
    pub async fn write_webhook(
        &self,
        endpoint: &Endpoint,
        kept: Kept<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let key = keys::webhook(endpoint.id);
        if endpoint.version == 1 {
            transaction.create(&key, endpoint, UNLISTED)?;
            let most = match endpoint.origin {
                Origin::Staff { .. } => Some(MOST_ENDPOINTS),
                Origin::Deployment => None,
            };
            transaction.count_few(keys::WEBHOOKS_COUNTED, most);
        } else {
            transaction.replace(&key, endpoint.version - 1, endpoint, UNLISTED)?;
        }
        keep(&mut transaction, kept);
        transaction.commit().await
    }

    /// Takes an endpoint away that still has the version that was read; its log goes with time.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed it meanwhile or took it away.
    pub async fn delete_webhook(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .take(&keys::webhook(endpoint.id), endpoint.version)
            .count_one_less(keys::WEBHOOKS_COUNTED);
        transaction.commit().await
    }

    /// Makes the endpoint that the deployment's settings name what they say now: there for every topic, or, without an
    /// address, not there. Done again it changes nothing.
    pub async fn register_webhook(
        &self,
        url: Option<EndpointUrl>,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let id = DEPLOYMENT.parse().expect("the id is a UUID");
        let endpoint = match (self.webhook(id).await?, url) {
            (None, None) => None,
            (Some(endpoint), None) => {
                return match self.delete_webhook(&endpoint).await {
                    // Another process of this deployment was first.
                    Err(StoreError::Conflict) => Ok(()),
                    deleted => deleted,
                };
            }
            (Some(endpoint), Some(url)) => endpoint.moved(url, moment.now),
            (None, Some(url)) => Some(Endpoint::new(
                New {
                    url,
                    description: None,
                    events: Topics::all(),
                    internal_notes: false,
                    origin: Origin::Deployment,
                },
                moment,
            )),
        };
        let Some(endpoint) = endpoint else {
            return Ok(());
        };
        match self.write_webhook(&endpoint, None).await {
            // Another process of this deployment was first.
            Err(StoreError::Conflict) => Ok(()),
            written => written,
        }
    }

    /// Puts a message for one attempt onto its way, in the transaction of the request that asks for it.
    pub async fn send_webhook(
        &self,
        effect: Effect,
        moment: Moment<'_>,
        kept: Kept<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.effects(&[effect], moment)?;
        keep(&mut transaction, kept);
        transaction.commit().await
    }

    /// What is known of an event at an endpoint.
    pub async fn webhook_delivery(
        &self,
        webhook: WebhookId,
        event: &EventId,
    ) -> Result<Option<Delivery>, StoreError> {
        self.get(&keys::webhook_delivery(webhook, event)).await
    }

    /// Writes a delivery over the version before, or as a new one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another worker wrote meanwhile.
    pub async fn write_webhook_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.put_webhook_delivery(&mut transaction, delivery)?;
        transaction.commit().await
    }

    /// Writes a delivery that is asked for again, with the message that brings it about.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a worker wrote meanwhile.
    pub async fn replay_webhook_delivery(
        &self,
        delivery: &Delivery,
        moment: Moment<'_>,
        kept: Kept<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.put_webhook_delivery(&mut transaction, delivery)?;
        transaction.effects(&[due(delivery).into()], moment)?;
        keep(&mut transaction, kept);
        transaction.commit().await
    }

    fn put_webhook_delivery(
        &self,
        transaction: &mut Transaction<'_>,
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        let id = delivery.id();
        let key = keys::webhook_delivery(delivery.webhook_id, &id);
        let at = delivery.due();
        let listing = Listing {
            first: at.map(|at| keys::webhook_due(delivery.webhook_id, &id, at, self.shards)),
            second: None,
            row: at.map(|_| due(delivery)),
        };
        if delivery.version == 1 {
            transaction.create(&key, delivery, listing)?;
        } else {
            transaction.replace(&key, delivery.version - 1, delivery, listing)?;
        }
        Ok(())
    }

    /// A page of an endpoint's log, newest first.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor is not one that a page gave.
    pub async fn webhook_deliveries(
        &self,
        webhook: WebhookId,
        cursor: Option<&str>,
        now: Timestamp,
        limit: Limit,
    ) -> Result<Page<Delivery>, StoreError> {
        let before = match cursor {
            Some(cursor) => {
                let id: EventId = cursor.parse().map_err(|_| StoreError::Cursor)?;
                keys::webhook_delivery(webhook, &id).sk
            }
            None => format!("{}{LAST}", keys::DELIVERY),
        };
        let range = Range {
            pk: &keys::webhook_log(webhook),
            from: keys::DELIVERY,
            to: &before,
            oldest_first: false,
            // The cursor's own, the page, and one more that tells whether there is another page.
            limit: limit.get() + 2,
        };
        let read: Vec<Delivery> = serde_dynamo::from_items(self.range(range).await?)?;
        let mut rows: Vec<Delivery> = read
            .into_iter()
            .filter(|delivery| Some(delivery.id().as_str()) != cursor)
            .collect();
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|last| last.id().to_string());
        // What has expired may stay for days before the table takes it away.
        rows.retain(|delivery| delivery.expires_at > now.as_second());
        Ok(Page { rows, next_cursor })
    }

    /// The attempts of a shard that are due by `until`, the longest due first. One that cannot be read stays due.
    pub async fn webhooks_due(&self, shard: u16, until: Timestamp) -> Result<Vec<Due>, StoreError> {
        let Key { pk, sk } = keys::webhooks_due_until(shard, until);
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .index_name("GSI1")
                .key_condition_expression("GSI1PK = :pk AND GSI1SK <= :until")
                .expression_attribute_values(":pk", AttributeValue::S(pk.clone()))
                .expression_attribute_values(":until", AttributeValue::S(sk.clone()))
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|e| StoreError::of("DynamoDB", &e))?;
            self.count_read(answer.consumed_capacity());
            for mut item in answer.items.unwrap_or_default() {
                found.extend(readable_row::<Due>(item.remove("row")));
            }
            start = answer.last_evaluated_key;
            if start.is_none() || found.len() >= MOST_DUE {
                return Ok(found);
            }
        }
    }

    /// A history entry, for the payload that tells of it.
    pub async fn history_entry(
        &self,
        ticket: TicketId,
        id: HistoryId,
    ) -> Result<Option<HistoryEntry>, StoreError> {
        if id == ticket.to_history() {
            let ticket = self.ticket(ticket).await?;
            return Ok(ticket.map(|ticket| ticket.opened()));
        }
        self.get(&keys::history(ticket, id)).await
    }

    /// An internal note, for endpoints that opted in.
    pub async fn internal_note(
        &self,
        ticket: TicketId,
        id: MessageId,
    ) -> Result<Option<Note>, StoreError> {
        self.get(&keys::note(ticket, id)).await
    }
}

fn due(delivery: &Delivery) -> Due {
    Due {
        webhook_id: delivery.webhook_id,
        event: delivery.event.clone(),
        attempt: delivery.attempt,
    }
}
