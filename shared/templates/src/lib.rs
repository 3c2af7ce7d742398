//! What the house writes to people: e-mails, `WhatsApp` messages, notifications and the words on a certificate, in English and Canadian French.
//!
//! An e-mail is a folder `emails/<name>/<locale>/{subject.txt,body.txt,body.html}`, embedded, rendered with a typed context ([`Message`]). Text of users
//! is escaped in HTML and stripped of control characters everywhere, a subject is one line whatever went into it, and
//! links are `http` or `https` or they are left out.
//!
//! Whatever a sentence of ours takes in, it takes in isolated: see [`isolated`].
//!
//! Not here: whom a message goes to, and how it gets there.

mod apart;
mod badge;
mod certificate;
mod clean;
mod dates;
mod email;
mod labels;
mod message;
mod notice;
mod whatsapp;

pub use apart::isolated;
pub use badge::{BadgeTexts, badge_texts};
pub use certificate::{CertificateTexts, certificate_texts};
pub use dates::date;
pub use email::{Letterhead, Rendered, render};
pub use message::{
    AccountInvited, BulkFinished, CertificateIssued, Message, TicketCreated, TicketCreatedStaff,
    TicketReplied, TicketRepliedStaff, TicketSla, TicketStatus,
};
pub use notice::{Notice, NoticeText, notice};
pub use whatsapp::{
    WhatsAppMessage, certificate_issued, chat_text, ticket_closed_text, ticket_params,
};
