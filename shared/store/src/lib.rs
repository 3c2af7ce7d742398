//! Where Registrar's state lives: one DynamoDB table, S3 blobs and SQS queues, over the real AWS SDK.
//!
//! Every change goes through [`transaction::Transaction`]: state, history, effects and the answer kept for an
//! `Idempotency-Key` commit together or not at all. [`keys`] is the table of access patterns.
#![warn(missing_docs)]

pub mod accounts;
pub mod answers;
pub mod attachments;
pub mod aws;
mod badges;
mod belongings;
#[cfg(feature = "s3")]
pub mod blobs;
pub mod bulk;
pub mod certificates;
pub mod chats;
mod conversations;
pub mod counters;
pub mod due;
mod error;
pub mod find;
pub mod keys;
#[cfg(feature = "kms")]
pub mod kms;
pub mod ledger;
pub mod limits;
pub mod lists;
pub mod notifications;
pub mod outbox;
pub mod queues;
pub mod reads;
pub mod reconciliations;
mod reply_templates;
pub mod roster;
mod rows;
pub mod search;
pub mod statistics;
pub mod status_lists;
pub mod table;
pub mod tickets;
pub mod transaction;
mod triage;
pub mod webhooks;

pub use error::StoreError;
pub use table::Table;
