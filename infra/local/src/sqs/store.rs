//! Queues and positions in one `SQLite` file, durable across a killed process.
//!
//! `messages`: one row a message; `visible_at` (ms) hides it, `receipt` is that of the last receive, `held` says that
//! it waits on purpose (delay, changed visibility, a failed batch) and not because somebody works on it.
//! `positions`: how far a stream was read, when a schedule last fired.

use super::digest::Attributes;
use crate::clock::{Clock, Pulse, millis};
use crate::error::{Error, Result};
use crate::template::Queue;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Result of one statement or transaction.
pub(crate) type Stored<T> = rusqlite::Result<T>;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS messages (
        row INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
        attributes TEXT NOT NULL, sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, receipt TEXT,
        held INTEGER NOT NULL DEFAULT 0, source TEXT);
    CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visible_at);
    CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, value TEXT NOT NULL);";

/// A message on its way in.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewMessage {
    pub(crate) body: String,
    pub(crate) attributes: Attributes,
    /// Overrides the queue's own delay.
    pub(crate) delay: Option<Duration>,
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) receipt: String,
    pub(crate) body: String,
    pub(crate) attributes: Attributes,
    pub(crate) sent_at: i64,
    pub(crate) first_received_at: i64,
    pub(crate) receives: u64,
    /// Queue that a dead letter came from.
    pub(crate) source: Option<String>,
}

/// How many messages a queue has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ready to be received.
    pub visible: u64,
    /// Received and hidden.
    pub in_flight: u64,
    /// Never received and hidden.
    pub delayed: u64,
    /// Of those hidden: being worked on, not waiting on purpose.
    pub busy: u64,
}

/// All queues of the deployment.
#[derive(Debug)]
pub(crate) struct Store {
    connection: Mutex<Connection>,
    queues: BTreeMap<String, Queue>,
    clock: Arc<Clock>,
    changed: Pulse,
}

impl Store {
    /// Opens the file and releases messages that a killed process held: nobody works on them any more.
    pub(crate) fn open(
        path: &Path,
        queues: impl IntoIterator<Item = Queue>,
        clock: Arc<Clock>,
    ) -> Result<Self> {
        let failed = |e: rusqlite::Error| Error::store("sqs", format!("{}: {e}", path.display()));
        let connection = Connection::open(path).map_err(failed)?;
        connection.execute_batch(SCHEMA).map_err(failed)?;
        let now = clock.now_ms();
        connection
            .execute(
                "UPDATE messages SET visible_at = ?1 WHERE held = 0 AND visible_at > ?1",
                params![now],
            )
            .map_err(failed)?;
        let queues = queues
            .into_iter()
            .map(|queue| (queue.name.clone(), queue))
            .collect();
        Ok(Self {
            connection: Mutex::new(connection),
            queues,
            clock,
            changed: Pulse::default(),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name)
    }

    pub(crate) fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.changed.listen()
    }

    /// The clock moved: hidden messages may be visible now.
    pub(crate) fn wake(&self) {
        self.changed.beat();
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Stores all messages or none; the ids are in their order.
    pub(crate) fn send(&self, queue: &Queue, messages: &[NewMessage]) -> Stored<Vec<String>> {
        let now = self.clock.now_ms();
        let mut ids = Vec::with_capacity(messages.len());
        {
            let mut connection = self.connection();
            let transaction = connection.transaction()?;
            for message in messages {
                let delay = message.delay.unwrap_or(queue.delay);
                let id = uuid::Uuid::new_v4().to_string();
                transaction
                    .prepare_cached(
                        "INSERT INTO messages (queue, id, body, attributes, sent_at, visible_at, held)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        queue.name,
                        id,
                        message.body,
                        serde_json::to_string(&message.attributes).unwrap_or_default(),
                        now,
                        now.saturating_add(millis(delay)),
                        !delay.is_zero(),
                    ])?;
                ids.push(id);
            }
            transaction.commit()?;
        }
        self.changed.beat();
        Ok(ids)
    }

    /// Up to `limit` visible messages, oldest first, hidden for `visibility`. Messages received too often go to the
    /// dead-letter queue instead, messages kept too long disappear.
    pub(crate) fn receive(
        &self,
        queue: &Queue,
        limit: usize,
        visibility: Duration,
    ) -> Stored<Vec<Received>> {
        let now = self.clock.now_ms();
        let mut out = Vec::new();
        let mut moved = false;
        {
            let mut connection = self.connection();
            let expired = now.saturating_sub(millis(queue.retention));
            let transaction = connection.transaction()?;
            transaction
                .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND sent_at < ?2")?
                .execute(params![queue.name, expired])?;
            if let Some(redrive) = &queue.redrive {
                moved = transaction
                    .prepare_cached(
                        "UPDATE messages SET queue = ?1, source = ?2, receives = 0, first_received_at = NULL,
                                receipt = NULL, held = 0
                         WHERE queue = ?2 AND visible_at <= ?3 AND receives >= ?4",
                    )?
                    .execute(params![redrive.queue, queue.name, now, redrive.max_receives])?
                    > 0;
            }
            let rows: Vec<(i64, Received)> = transaction
                .prepare_cached(
                    "SELECT row, id, body, attributes, sent_at, COALESCE(first_received_at, ?2), receives + 1, source
                     FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY row LIMIT ?3",
                )?
                .query_map(params![queue.name, now, limit], read_row)?
                .collect::<Stored<_>>()?;
            let until = now.saturating_add(millis(visibility));
            for (row, mut message) in rows {
                message.receipt = format!("{row}.{}", uuid::Uuid::new_v4().simple());
                transaction
                    .prepare_cached(
                        "UPDATE messages SET visible_at = ?2, receives = receives + 1, receipt = ?3, held = 0,
                                first_received_at = ?4 WHERE row = ?1",
                    )?
                    .execute(params![row, until, message.receipt, message.first_received_at])?;
                out.push(message);
            }
            transaction.commit()?;
        }
        if moved {
            self.changed.beat();
        }
        Ok(out)
    }

    /// Deletes by receipt; an old receipt deletes nothing, as a late delete on SQS may.
    pub(crate) fn delete(&self, queue: &Queue, receipt: &str) -> Stored<bool> {
        let deleted = self
            .connection()
            .prepare_cached("DELETE FROM messages WHERE row = ?1 AND queue = ?2 AND receipt = ?3")?
            .execute(params![row_of(receipt), queue.name, receipt])?;
        self.changed.beat();
        Ok(deleted > 0)
    }

    /// Hides a received message for `visibility` from now; `false` when the receipt is not the last one.
    pub(crate) fn hide(&self, queue: &Queue, receipt: &str, visibility: Duration) -> Stored<bool> {
        let until = self.clock.now_ms().saturating_add(millis(visibility));
        let changed = self
            .connection()
            .prepare_cached(
                "UPDATE messages SET visible_at = ?4, held = 1 WHERE row = ?1 AND queue = ?2 AND receipt = ?3",
            )?
            .execute(params![row_of(receipt), queue.name, receipt, until])?;
        self.changed.beat();
        Ok(changed > 0)
    }

    /// The batch of these messages failed: they stay hidden as long as they are, and nobody works on them.
    pub(crate) fn give_back(&self, queue: &Queue, receipts: &[&str]) -> Stored<()> {
        {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(
                "UPDATE messages SET held = 1 WHERE row = ?1 AND queue = ?2 AND receipt = ?3",
            )?;
            for receipt in receipts {
                statement.execute(params![row_of(receipt), queue.name, receipt])?;
            }
        }
        self.changed.beat();
        Ok(())
    }

    /// Deletes every message of a queue.
    pub(crate) fn purge(&self, queue: &Queue) -> Stored<()> {
        self.connection()
            .execute("DELETE FROM messages WHERE queue = ?1", params![queue.name])?;
        self.changed.beat();
        Ok(())
    }

    pub(crate) fn counts(&self, queue: &Queue) -> Stored<Counts> {
        let now = self.clock.now_ms();
        self.connection()
            .prepare_cached(
                "SELECT COALESCE(SUM(visible_at <= ?2), 0), COALESCE(SUM(visible_at > ?2 AND receives > 0), 0),
                        COALESCE(SUM(visible_at > ?2 AND receives = 0), 0), COALESCE(SUM(visible_at > ?2 AND held = 0), 0)
                 FROM messages WHERE queue = ?1",
            )?
            .query_row(params![queue.name, now], |row| {
                Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)?, busy: row.get(3)? })
            })
    }

    /// When the next hidden message of a queue appears.
    pub(crate) fn next_visible_at(&self, queue: &Queue) -> Stored<Option<i64>> {
        self.connection()
            .prepare_cached("SELECT MIN(visible_at) FROM messages WHERE queue = ?1")?
            .query_row(params![queue.name], |row| row.get(0))
    }

    /// Moves dead letters to `destination`, or back to where they came from, as new messages.
    /// Returns how many moved and how many had no known source.
    pub(crate) fn move_back(
        &self,
        from: &Queue,
        destination: Option<&Queue>,
    ) -> Stored<(u64, u64)> {
        let now = self.clock.now_ms();
        let connection = self.connection();
        let moved = connection.execute(
            "UPDATE messages SET queue = COALESCE(?2, source), source = NULL, sent_at = ?3, visible_at = ?3, receives = 0,
                    first_received_at = NULL, receipt = NULL, held = 0
             WHERE queue = ?1 AND visible_at <= ?3 AND COALESCE(?2, source) IS NOT NULL",
            params![from.name, destination.map(|queue| &queue.name), now],
        )?;
        let left = connection.query_row(
            "SELECT COUNT(*) FROM messages WHERE queue = ?1 AND visible_at <= ?2",
            params![from.name, now],
            |row| row.get(0),
        )?;
        drop(connection);
        self.changed.beat();
        Ok((moved as u64, left))
    }

    /// A kept position.
    pub(crate) fn position(&self, name: &str) -> Stored<Option<String>> {
        self.connection()
            .prepare_cached("SELECT value FROM positions WHERE name = ?1")?
            .query_row(params![name], |row| row.get(0))
            .optional()
    }

    /// Keeps a position.
    pub(crate) fn set_position(&self, name: &str, value: &str) -> Stored<()> {
        self.connection()
            .prepare_cached(
                "INSERT INTO positions VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            )?
            .execute(params![name, value])?;
        Ok(())
    }
}

fn row_of(receipt: &str) -> i64 {
    receipt
        .split_once('.')
        .and_then(|(row, _)| row.parse().ok())
        .unwrap_or(-1)
}

fn read_row(row: &rusqlite::Row<'_>) -> Stored<(i64, Received)> {
    let attributes: String = row.get(3)?;
    Ok((
        row.get(0)?,
        Received {
            id: row.get(1)?,
            receipt: String::new(),
            body: row.get(2)?,
            attributes: serde_json::from_str(&attributes).unwrap_or_default(),
            sent_at: row.get(4)?,
            first_received_at: row.get(5)?,
            receives: row.get(6)?,
            source: row.get(7)?,
        },
    ))
}
