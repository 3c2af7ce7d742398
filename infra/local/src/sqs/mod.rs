//! SQS over `SQLite`: standard queues, with delay, visibility, long poll, batches, dead-letter queues and redrive.

mod actions;
mod digest;
mod protocol;
mod receive;
mod store;
mod tasks;

pub use digest::{Attribute, Attributes};
pub use store::Counts;

pub(crate) use digest::{of_attributes, of_body};
pub(crate) use protocol::{Server, router};
pub(crate) use receive::{system, wait_for};
pub(crate) use store::{NewMessage, Received, Store};
pub(crate) use tasks::Tasks;

#[cfg(test)]
mod tests;
