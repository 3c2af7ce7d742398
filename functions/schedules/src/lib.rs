//! Finds what is due and enqueues it, nothing else.
//!
//! | task | every | what |
//! |---|---|---|
//! | `sweep_outbox` | minute | sends again what the stream has not brought to its queue for a minute |
//! | `refresh_status_lists` | two minutes | has every status list signed anew, so that the edge's never grows stale, and the keys looked at |
//! | `reconcile_edge` | night | begins a comparison of the edge's KV with the table |
//! | `settle_uncertain` | minute | has e-mails of unknown outcome looked at whose message may be lost |
//! | `sla` | minute | has tickets looked at of which a service level is due, also what was due while nothing ran |
//! | `send_due_webhooks` | minute | brings webhook deliveries about whose next attempt is due |
//! | `sweep_files` | day | has files deleted that no record names |
//! | `redrive_parked` | hour | puts back what was parked as unreadable and can be read now (`store::outbox`) |
//!
//! A task walks on over what fails: a shard that cannot be read, a queue that takes nothing or an item that cannot be read ends
//! no sweep. What failed is told at the end, and fails the run.
//!
//! Each task may run twice, late, or at the same time as itself: it only sends messages, whose consumers know what they
//! did.

use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    delivery::{Settlement, State},
    effect::{Effect, Queue},
    page::Limit,
};
use registrar_runtime::{Shell, worker::Task};
use registrar_store::{
    StoreError,
    queues::{QueueUrls, Queues},
};
use std::collections::BTreeSet;

/// How long the stream has before the sweep sends too.
const SWEEP_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// How long an uncertain entry's own message has: longer than a message can hide.
const SETTLE_AFTER: SignedDuration = SignedDuration::from_mins(20);

/// What schedules work with.
#[derive(Clone, Debug)]
pub struct Schedules {
    /// Table and settings.
    pub shell: Shell,
    /// The queues' client.
    pub queues: Queues,
    /// Where effects go.
    pub urls: QueueUrls,
}

/// A task that did not run to its end; the next one finds what is left.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The template names a task that this function does not have.
    #[error("there is no task '{0}'")]
    Unknown(String),
    /// Table or queue failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Schedules {
    /// Runs a task by its name and says how many messages it sent.
    #[tracing::instrument(name = "schedules.run", skip(self))]
    pub async fn run(&self, task: &Task) -> Result<usize, TaskError> {
        let now = self.shell.now();
        match task.task.as_str() {
            "sweep_outbox" => Ok(self.sweep_outbox().await?),
            "refresh_status_lists" => Ok(self.refresh_status_lists().await?),
            "reconcile_edge" => Ok(self.reconcile_edge(task.at.unwrap_or(now)).await?),
            "settle_uncertain" => Ok(self.settle_uncertain().await?),
            "sla" => Ok(self.check_service_levels(task.at.unwrap_or(now)).await?),
            "send_due_webhooks" => Ok(self.send_due_webhooks(task.at.unwrap_or(now)).await?),
            "redrive_parked" => {
                let moment = self.shell.moment();
                Ok(self.shell.table.redrive_parked(moment).await?.back)
            }
            "sweep_files" => Ok(self.sweep_files(task.at.unwrap_or(now)).await?),
            unknown => Err(TaskError::Unknown(unknown.to_owned())),
        }
    }

    async fn sweep_outbox(&self) -> Result<usize, StoreError> {
        let (table, mut swept, mut down) = (&self.shell.table, Swept::default(), BTreeSet::new());
        for shard in 0..table.shards() {
            let mut after = None;
            loop {
                let now = self.shell.now();
                let left = table.outbox_left(shard, now, SWEEP_AFTER, after.as_deref());
                let Some(left) = swept.noted(left.await) else {
                    break;
                };
                for item in &left.items {
                    let sent = self
                        .queues
                        .forward(table, &self.urls, item, &mut down, now)
                        .await;
                    swept.sent(sent, item.effects.len());
                }
                after = left.next;
                if after.is_none() {
                    break;
                }
            }
        }
        swept.end()
    }

    /// An entry stays in the due index until the ticket's worker has decided, so a message that is sent twice says nothing
    /// twice, and one that is lost is sent again a minute later.
    async fn check_service_levels(&self, at: Timestamp) -> Result<usize, StoreError> {
        let mut swept = Swept::default();
        for shard in 0..self.shell.table.shards() {
            let mut from = None;
            loop {
                let due = self.shell.table.tickets_due(shard, at, from.as_deref());
                let Some(due) = swept.noted(due.await) else {
                    break;
                };
                let check = |ticket_id| Effect::CheckServiceLevels { ticket_id, at };
                let effects: Vec<Effect> = due.tickets.into_iter().map(check).collect();
                let queue = self.urls.of(Queue::TicketWork);
                let sent = self.queues.send(queue, &effects).await;
                swept.sent(sent, effects.len());
                from = due.next;
                if from.is_none() {
                    break;
                }
            }
        }
        swept.end()
    }

    async fn refresh_status_lists(&self) -> Result<usize, StoreError> {
        let count = self.shell.table.status_list_count().await?;
        let lists = (0..count).map(|list| Effect::PublishStatusList { list });
        let effects: Vec<_> = lists.chain([Effect::PublishKeys]).collect();
        self.queues
            .send(self.urls.of(Queue::EdgeSync), &effects)
            .await?;
        Ok(effects.len())
    }

    /// The time that it is due names the run, so that a task that runs twice begins one.
    async fn reconcile_edge(&self, run: Timestamp) -> Result<usize, StoreError> {
        let effects = [Effect::ReconcileEdge { run, page: 0 }];
        self.queues
            .send(self.urls.of(Queue::EdgeSync), &effects)
            .await?;
        Ok(effects.len())
    }

    /// What is due stays listed until a worker has claimed it, so a message that is sent twice starts nothing twice.
    async fn send_due_webhooks(&self, until: Timestamp) -> Result<usize, StoreError> {
        let mut swept = Swept::default();
        for shard in 0..self.shell.table.shards() {
            let due = self.shell.table.webhooks_due(shard, until).await;
            let Some(due) = swept.noted(due) else {
                continue;
            };
            let effects: Vec<Effect> = due.into_iter().map(Effect::from).collect();
            let queue = self.urls.of(Queue::HookDeliveries);
            let sent = self.queues.send(queue, &effects).await;
            swept.sent(sent, effects.len());
        }
        swept.end()
    }

    async fn sweep_files(&self, at: Timestamp) -> Result<usize, StoreError> {
        let sweep = Effect::SweepFiles { at, after: None };
        let queue = self.urls.of(Queue::TicketWork);
        self.queues.send(queue, &[sweep]).await?;
        Ok(1)
    }

    async fn settle_uncertain(&self) -> Result<usize, StoreError> {
        let before = self.shell.now() - SETTLE_AFTER;
        let mut swept = Swept::default();
        let mut cursor = None;
        loop {
            let page = self
                .shell
                .table
                .ledger_in_state("uncertain", cursor.as_deref(), Limit::default())
                .await?;
            let due = page.rows.into_iter().filter(|entry| {
                let asks = entry.delivery.channel.settlement() == Settlement::Ask;
                asks && matches!(entry.state, State::Uncertain { since } if since <= before)
            });
            let effects: Vec<_> = due.map(|entry| Effect::Deliver(entry.delivery)).collect();
            let queue = self.urls.of(Queue::Deliveries);
            let sent = self.queues.send(queue, &effects).await;
            swept.sent(sent, effects.len());
            cursor = page.next_cursor;
            if cursor.is_none() {
                return swept.end();
            }
        }
    }
}

/// What a sweep sent, and the first thing that failed on the way.
#[derive(Default)]
struct Swept {
    sent: usize,
    failed: Option<StoreError>,
}

impl Swept {
    /// What was found, unless that failed.
    fn noted<T>(&mut self, found: Result<T, StoreError>) -> Option<T> {
        found.map_err(|error| self.fails(error)).ok()
    }

    /// Counts `count` messages as sent, unless that failed.
    fn sent(&mut self, sent: Result<(), StoreError>, count: usize) {
        match sent {
            Ok(()) => self.sent += count,
            Err(error) => self.fails(error),
        }
    }

    fn fails(&mut self, error: StoreError) {
        tracing::warn!(%error, "a part of the sweep failed");
        self.failed.get_or_insert(error);
    }

    fn end(self) -> Result<usize, StoreError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.sent),
        }
    }
}
