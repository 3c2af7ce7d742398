//! The shell around every function: what comes in from outside is settled here, so that a function holds its own rules only.
//!
//! Settings and logs ([`settings`], [`start`]); time, ids and the table ([`Shell`]); HTTP requests ([`gateway`]) with their tokens,
//! bodies and `Idempotency-Key` ([`http`], [`auth`], [`extract`], [`reply`], [`problem`]); batches of queues, streams and
//! schedules ([`worker`]). No rule of the domain stands here, and no item of the table is read or written but the
//! answers kept for `Idempotency-Key`s.
#![warn(missing_docs)]
#![deny(clippy::unwrap_used)]

pub mod auth;
pub mod extract;
pub mod gateway;
pub mod http;
mod idempotency;
pub mod limits;
pub mod problem;
pub mod reply;
pub mod secrets;
pub mod security;
pub mod settings;
mod shell;
#[cfg(feature = "signer")]
pub mod signer;
pub mod sources;
pub mod start;
pub mod webhooks;
pub mod worker;

pub use shell::Shell;
