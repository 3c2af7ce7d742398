//! Chat by `WhatsApp`, from what a phone says to what it is answered (checklist W).

mod channel;
mod flow;
mod heard_once;
mod kinds;
mod media;
mod one_phone;
mod order;
mod phone;
mod statuses;
mod text;
mod user_id;
mod webhook;
mod window;
