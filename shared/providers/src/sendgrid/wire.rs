//! The vendor's JSON.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::email::{Address, Attachment, Email};
use crate::transport::tidy;

#[derive(Serialize)]
pub(super) struct Mail<'a> {
    personalizations: [Personalization<'a>; 1],
    from: Person<'a>,
    reply_to: Person<'a>,
    subject: &'a str,
    content: [Content<'a>; 2],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<File<'a>>,
    tracking_settings: Tracking,
}

#[derive(Serialize)]
struct Personalization<'a> {
    to: [Person<'a>; 1],
    custom_args: CustomArgs<'a>,
}

#[derive(Serialize)]
struct CustomArgs<'a> {
    effect_key: &'a str,
}

#[derive(Serialize)]
struct Person<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct File<'a> {
    content: String,
    filename: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    disposition: &'static str,
}

/// Links stay as written: a rewritten one hides where it leads, and opening a mail is nobody's business.
#[derive(Serialize)]
struct Tracking {
    click_tracking: Switch,
    open_tracking: Switch,
}

#[derive(Serialize)]
struct Switch {
    enable: bool,
}

impl<'a> Mail<'a> {
    pub(super) fn new(
        email: &'a Email,
        from: &'a Address,
        reply_to: &'a Address,
        effect_key: &'a str,
    ) -> Self {
        let person = |address: &'a Address| Person {
            email: &address.email,
            name: address.name.as_deref(),
        };
        let file = |file: &'a Attachment| File {
            content: BASE64.encode(&file.content),
            filename: &file.filename,
            kind: &file.content_type,
            disposition: "attachment",
        };
        Self {
            personalizations: [Personalization {
                to: [person(&email.to)],
                custom_args: CustomArgs { effect_key },
            }],
            from: person(from),
            reply_to: person(reply_to),
            subject: &email.subject,
            content: [
                Content {
                    kind: "text/plain",
                    value: &email.text,
                },
                Content {
                    kind: "text/html",
                    value: &email.html,
                },
            ],
            attachments: email.attachments.iter().map(file).collect(),
            tracking_settings: Tracking {
                click_tracking: Switch { enable: false },
                open_tracking: Switch { enable: false },
            },
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Feed {
    pub(super) messages: Vec<FeedMessage>,
}

#[derive(Deserialize)]
pub(super) struct FeedMessage {
    pub(super) msg_id: String,
}

#[derive(Deserialize)]
struct Refusal {
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    field: Option<String>,
}

/// The fields that a refusal names.
pub(super) fn fields(body: &[u8]) -> Option<String> {
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    tidy(refusal.errors.into_iter().filter_map(|fault| fault.field))
}
