//! What the house writes to people: e-mails, `WhatsApp` messages and the words on a certificate, in English and Canadian French.
//!
//! An e-mail is a folder `emails/<name>/<locale>/{subject.txt,body.txt,body.html}`, embedded, rendered with a typed context ([`Message`]). Text of users
//! is escaped in HTML and stripped of control characters everywhere, a subject is one line whatever went into it, and
//! links are `http` or `https` or they are left out.
//!
//! Not here: whom a message goes to, and how it gets there.

mod certificate;
mod clean;
mod dates;
mod email;
mod labels;
mod message;
mod whatsapp;

pub use certificate::{
    CertificateTexts, certificate_texts, linkedin_profile_url, linkedin_share_url,
};
pub use dates::date;
pub use email::{Rendered, render};
pub use message::{
    CertificateIssued, Message, TicketCreated, TicketCreatedStaff, TicketReplied,
    TicketRepliedStaff, TicketSla, TicketStatus,
};
pub use whatsapp::{
    WhatsAppMessage, certificate_issued, chat_text, ticket_closed_text, ticket_params,
};
