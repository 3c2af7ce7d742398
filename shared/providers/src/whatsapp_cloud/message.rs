//! A message as the product says it, and as the vendor wants it.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ProviderError;

/// The longest free text, in characters.
const LONGEST: usize = 4096;

/// A message to one phone.
#[derive(Clone, PartialEq, Eq)]
pub struct WhatsAppMessage {
    /// Who gets it.
    pub destination: Destination,
    /// What it says.
    pub content: Content,
}

/// Who gets a message.
#[derive(Clone, PartialEq, Eq)]
pub enum Destination {
    /// Whoever has a phone number in E.164 form, as `+919812345678`.
    Phone(String),
    /// Whoever has a business-scoped user id, as `NG.1234567890123456`.
    User(String),
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(_) => f.write_str("Phone(…)"),
            Self::User(_) => f.write_str("User(…)"),
        }
    }
}

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A free text of 1–4096 characters: within 24 hours of the recipient's last message only.
    Text(String),
    /// An approved template.
    Template {
        /// Its name.
        name: String,
        /// Its language, as `en` or `fr_CA`.
        language: String,
        /// The parameters of its body, one line each, none empty.
        params: Vec<String>,
    },
}

impl fmt::Debug for WhatsAppMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhatsAppMessage").finish_non_exhaustive()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Template { name, .. } => f.debug_tuple("Template").field(name).finish(),
        }
    }
}

/// A phone number's digits with its country code, if that is what `text` is.
pub(super) fn digits(text: &str) -> Option<&str> {
    let right = (8..=15).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then_some(text)
}

/// Whether a text has the form of a business-scoped user id: a country's two letters, a dot, and up to 133 characters.
fn is_user_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(country, id)| {
        country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (1..=133).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

impl WhatsAppMessage {
    /// What the vendor would refuse is not sent.
    pub(super) fn check(&self) -> Result<(), ProviderError> {
        let unsendable = |field| Err(ProviderError::Unsendable { field });
        let reachable = match &self.destination {
            Destination::Phone(number) => number.strip_prefix('+').and_then(digits).is_some(),
            Destination::User(id) => is_user_id(id),
        };
        if !reachable {
            return unsendable("destination");
        }
        let line = |text: &str| {
            !text.trim().is_empty() && !text.contains(char::is_control) && !text.contains("     ")
        };
        match &self.content {
            Content::Text(text) if text.trim().is_empty() || text.chars().count() > LONGEST => {
                unsendable("text")
            }
            Content::Template { name, language, .. } if !line(name) || !line(language) => {
                unsendable("template")
            }
            Content::Template { params, .. } if !params.iter().all(|param| line(param)) => {
                unsendable("params")
            }
            Content::Text(_) | Content::Template { .. } => Ok(()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Request<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    /// A phone number's digits; a user id has a member of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    biz_opaque_callback_data: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<Value>,
}

impl<'a> Request<'a> {
    pub(super) fn of(message: &'a WhatsAppMessage, effect_key: &'a str) -> Self {
        let (kind, text, template) = match &message.content {
            Content::Text(body) => (
                "text",
                Some(json!({ "preview_url": false, "body": body })),
                None,
            ),
            Content::Template {
                name,
                language,
                params,
            } => {
                let params: Vec<Value> = params
                    .iter()
                    .map(|text| json!({ "type": "text", "text": text }))
                    .collect();
                let components = if params.is_empty() {
                    json!([])
                } else {
                    json!([{ "type": "body", "parameters": params }])
                };
                let template = json!({ "name": name, "language": { "code": language }, "components": components });
                ("template", None, Some(template))
            }
        };
        let (to, recipient) = match &message.destination {
            Destination::Phone(number) => (Some(number.trim_start_matches('+')), None),
            Destination::User(id) => (None, Some(id.as_str())),
        };
        Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to,
            recipient,
            biz_opaque_callback_data: effect_key,
            r#type: kind,
            text,
            template,
        }
    }
}
