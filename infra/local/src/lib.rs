//! The whole deployment on one machine, from the template that deploys it.
//!
//! [`Platform::start`] reads the SAM template and runs what it says: the HTTP API, each function as a process of its own,
//! queues, streams and schedules, over stand-ins for `DynamoDB`, S3, SQS and KMS that keep everything in one folder. What the
//! template lacks does not exist here; what cannot be run here is an error at the start that says where it stands.
//!
//! It is not for production: one machine, dummy credentials, no limits but those that code must know.

mod access;
mod client;
mod clients;
mod clock;
mod dynamodb;
mod error;
mod front;
mod functions;
mod gateway;
mod issuer;
mod kms;
mod lock;
mod options;
mod platform;
mod s3;
mod secrets;
pub mod seed;
mod serve;
mod signature;
mod simulators;
mod sources;
mod sqs;
mod ssm;
mod start;
pub mod template;
#[cfg(test)]
mod testing;
mod verifier;

pub use clients::clients;
pub use clock::Clock;
pub use error::{Error, Result};
pub use options::{Options, Ports};
pub use platform::{Platform, Urls};
pub use secrets::LocalSecrets;
pub use sqs::{Attribute, Attributes, Counts};
