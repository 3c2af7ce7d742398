//! Clients of the outside providers: what leaves the house, and what is known when it did not arrive.
//!
//! Each client is a base address, a secret, a time-out and private wire structs. The same code talks to a vendor and to its
//! simulator; only settings differ, and contradictory settings refuse to start ([`SettingError`]). No client retries: every error says by
//! [`ProviderError::settlement`] what may be done next, and the delivery ledger does it.
//!
//! Not here: what a message says (templates), when it is sent and how often (the functions).

pub mod aisensy;
pub mod anthropic;
pub mod cloudflare;
mod error;
pub mod sendgrid;
mod settings;
#[cfg(test)]
mod stub;
mod transport;
mod value;
pub mod webhook;
pub mod whatsapp_cloud;

pub use error::{Cause, ProviderError, Settlement};
pub use settings::{ProviderMode, SettingError};
pub use value::{MessageId, Secret};
