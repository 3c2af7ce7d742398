//! What Registrar decides, and nothing of how it is stored, sent or shown.
//!
//! Every aggregate takes a command and the time, and answers with a decision: the next state, the history entry that
//! explains it, and the [`effect::Effect`]s that must follow. There is no I/O, clock, randomness or async in this crate;
//! time and ids come in through [`clock`].
#![warn(missing_docs)]
#![deny(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

pub mod account;
pub mod actor;
pub mod assignment;
pub mod attachment;
pub mod bulk;
pub mod certificate;
pub mod clock;
pub mod conversation;
pub mod delivery;
pub mod effect;
pub mod id;
pub mod notification;
pub mod page;
pub mod profile;
pub mod reconciliation;
pub mod secret;
pub mod signed_call;
pub mod sla;
pub mod text;
pub mod ticket;
pub mod triage;
pub mod value;
pub mod visibility;
pub mod webhook;

pub use registrar_credential as credential;
