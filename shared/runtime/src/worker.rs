//! Batches: of a queue, of the table's stream, and what a schedule sends.
//!
//! Each has a pure half, from event to answer, and a `serve_…` that runs it on Lambda.

mod queue;
mod schedule;
mod stream;

pub use queue::{
    Attempt, Channel, Outcome, Pause, QueueShell, Worker, decode, serve_queue, work_batch,
};
pub use schedule::{Task, serve_schedule};
pub use stream::{serve_stream, take_records};
