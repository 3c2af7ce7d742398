//! The simulators over real HTTP.

mod aisensy;
mod cloudflare;
mod faults;
mod journal;
mod kit;
mod receiver;
mod sendgrid;
mod whatsapp_cloud;
