//! Chat by `WhatsApp`, from what a phone says to what it is answered (checklist W).

mod channel;
mod flow;
mod heard_once;
mod media;
mod order;
mod phone;
mod statuses;
mod webhook;
mod window;
