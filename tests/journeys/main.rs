//! Journeys: what a user does, over HTTP, against the whole deployment on this machine.
//!
//! Each test starts its own [`house::House`]: the platform with its own folder, ports and processes. There is no sleeping:
//! a test waits for the simulators' journal, for queues to be empty, or moves the queues' clock.

mod access;
mod accounts;
mod assignment;
mod attachments;
mod bad_input;
mod badges;
mod bulk;
mod certificate;
mod certificate_cli;
mod certificate_find;
mod certificate_keys;
mod certificate_lifecycle;
mod certificate_preview;
mod certificate_script;
mod doc_000_support;
mod doc_001_chat;
mod doc_003_portal;
mod doc_004_tutoring;
mod edge_sync;
mod faults;
mod find;
mod house;
mod http;
mod idempotency;
mod kill;
mod letters;
mod lifecycle;
mod limits;
mod notifications;
mod redelivery;
mod secrets;
mod sla;
mod texts;
mod this_machine;
mod ticket;
mod triage;
mod verify;
mod webhooks_out;
mod whatsapp;
mod workerd;
