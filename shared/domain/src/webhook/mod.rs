//! Outgoing webhooks (checklist H-01, H-02), by the Standard Webhooks specification.
//!
//! | module | what |
//! |---|---|
//! | `endpoint` | where events go: address, topics, secrets, whether it is on |
//! | `event` | what happened, with ids only; derived from what a decision holds, so that no command can forget it |
//! | `delivery` | what became of one event at one endpoint: the log, and who may send next |
//! | `schedule` | when a failed delivery is tried again, and what an answer means |
//! | `signature` | secrets and `v1` signatures |
//!
//! A receiver gets an event at least once, always under the same `webhook-id`, by which it can tell a repetition: no call
//! over HTTP can promise exactly once, and the specification asks receivers to look. The log counts an attempt once.

mod delivery;
mod endpoint;
mod event;
mod schedule;
mod signature;

pub use delivery::{Attempt, Busy, Cancelled, Delivery, Next, State};
pub use endpoint::{
    Change, DEPLOYMENT, Disabled, Endpoint, EndpointUrl, MOST_ENDPOINTS, New, Note, Origin,
    Refusal, Topics,
};
pub use event::{Event, EventId, Topic, What, with_events};
pub use schedule::{Answered, DELAYS, Verdict, delay_after};
pub use signature::{LiveSecret, Secret, signature_header};
