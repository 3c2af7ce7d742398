//! The file behind the simulators.
//!
//! | table | columns |
//! |---|---|
//! | `journal` | `seq` (order of acceptance), `at` (RFC 3339), `provider`, `kind`, `recipient`, `message_id`, `details` (JSON object) |
//! | `arguments` | `seq`, `name`, `value`: what a client tagged an entry with (`SendGrid` custom args, `AiSensy` tags), to find it by |
//! | `kv` | `account`, `namespace`, `key`, `value`, `metadata` (JSON), `expires_at` (Unix seconds) |
//!
//! Calls are made on the async threads: each takes microseconds and the file is local.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::StartError;

/// A vendor that is stood in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    Sendgrid,
    Aisensy,
    Anthropic,
    #[serde(rename = "whatsapp_cloud")]
    WhatsappCloud,
    Cloudflare,
    Receiver,
}

impl Provider {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sendgrid => "sendgrid",
            Self::Aisensy => "aisensy",
            Self::Anthropic => "anthropic",
            Self::WhatsappCloud => "whatsapp_cloud",
            Self::Cloudflare => "cloudflare",
            Self::Receiver => "receiver",
        }
    }

    /// The vendor that a path of this listener belongs to.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        [
            Self::Sendgrid,
            Self::Aisensy,
            Self::Anthropic,
            Self::WhatsappCloud,
            Self::Cloudflare,
            Self::Receiver,
        ]
        .into_iter()
        .find(|provider| {
            path.strip_prefix('/')
                .and_then(|rest| rest.split('/').next())
                == Some(provider.name())
        })
    }
}

/// Something a vendor accepted, as it enters the journal.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) provider: Provider,
    pub(crate) kind: &'static str,
    pub(crate) to: String,
    pub(crate) message_id: String,
    pub(crate) arguments: Vec<(String, String)>,
    pub(crate) details: Map<String, Value>,
}

pub(crate) struct Store {
    connection: Mutex<Connection>,
    /// Rises with every change of the journal, so that readers can wait for one.
    changes: watch::Sender<u64>,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, provider TEXT NOT NULL, kind TEXT NOT NULL,
        recipient TEXT NOT NULL, message_id TEXT NOT NULL, details TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS journal_recipient ON journal (provider, recipient);
    CREATE TABLE IF NOT EXISTS arguments (seq INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS arguments_value ON arguments (name, value, seq);
    CREATE TABLE IF NOT EXISTS kv (
        account TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
        metadata TEXT, expires_at INTEGER, PRIMARY KEY (account, namespace, key)) WITHOUT ROWID;";

impl Store {
    pub(crate) fn open(data: Option<&Path>) -> Result<Self, StartError> {
        let connection = match data {
            None => Connection::open_in_memory()?,
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                let connection = Connection::open(folder.join("simulators.sqlite"))?;
                connection.pragma_update(None, "journal_mode", "WAL")?;
                // A killed process loses nothing that reached the write-ahead log; only a lost machine would.
                connection.pragma_update(None, "synchronous", "NORMAL")?;
                connection
            }
        };
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection: Mutex::new(connection),
            changes: watch::Sender::new(0),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held rolled its transaction back, so the connection is as good as before.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Writes `entries` and whatever `also` writes, all or nothing.
    pub(crate) fn accept(
        &self,
        entries: &[Accepted],
        also: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let at = jiff::Timestamp::now().to_string();
        for entry in entries {
            transaction.execute(
                "INSERT INTO journal (at, provider, kind, recipient, message_id, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    at,
                    entry.provider.name(),
                    entry.kind,
                    entry.to,
                    entry.message_id,
                    Value::Object(entry.details.clone()).to_string()
                ],
            )?;
            let seq = transaction.last_insert_rowid();
            for (name, value) in &entry.arguments {
                transaction.execute(
                    "INSERT INTO arguments VALUES (?1, ?2, ?3)",
                    params![seq, name, value],
                )?;
            }
        }
        also(&transaction)?;
        transaction.commit()?;
        drop(connection);
        self.changes.send_modify(|version| *version += 1);
        Ok(())
    }

    /// Empties the journal; KV values stay.
    pub(crate) fn clear_journal(&self) -> rusqlite::Result<()> {
        self.lock()
            .execute_batch("BEGIN; DELETE FROM journal; DELETE FROM arguments; COMMIT;")?;
        self.changes.send_modify(|version| *version += 1);
        Ok(())
    }
}

/// `bytes` random bytes as unpadded base64url, the form of `SendGrid` message ids.
pub(crate) fn random_id<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    data_encoding::BASE64URL_NOPAD.encode(&bytes)
}

/// Random hexadecimal digits, two a byte.
pub(crate) fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    data_encoding::HEXLOWER.encode(&bytes)
}
