//! A call of the `WhatsApp` Cloud API, as small typed messages for the queue.
//!
//! ```text
//! {"object": "whatsapp_business_account", "entry": [{"id", "changes": [{"field": "messages", "value": {
//!   "metadata": {"phone_number_id"}, "contacts": [{"wa_id", "profile": {"name"}}],
//!   "messages": [{"id", "from", "timestamp", "type", "text" | "interactive" | "button" | "image" | "document" | …}],
//!   "statuses": [{"id", "status", "timestamp", "biz_opaque_callback_data"?, "errors"?: [{"code"}]}]}}]}]}
//! ```
//!
//! The frame must be of this form. One message in it that is not is passed over and counted: the provider would send the
//! whole call again for seven days, and the others in it are good. What is kept is bounded by the body's own size, and each
//! text by what the provider allows.

use jiff::Timestamp;
use registrar_domain::{
    conversation::{
        Choice, Content, DeliveryState, Inbound, Incoming, MediaRef, Report, WhatsappId,
    },
    text,
    value::{PersonName, Phone},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// The longest text of a message, in characters: the provider's own limit.
const LONGEST_TEXT: usize = 4096;
/// How many bytes of one phone's messages travel together, without what surrounds the texts: well below what a queue
/// takes, with every character escaped.
const TOGETHER: usize = 48 * 1024;
/// What surrounds a text, about: ids, names, times.
const AROUND: usize = 512;

/// What a call tells.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) incoming: Vec<Incoming>,
    /// How many messages and statuses were not of the documented form.
    pub(crate) skipped: usize,
    /// Where in `incoming` the newest messages of a phone stand, and how many bytes they have.
    places: HashMap<Phone, (usize, usize)>,
}

#[derive(Deserialize)]
struct Call {
    object: String,
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: Value,
}

#[derive(Deserialize)]
struct Contents {
    metadata: Metadata,
    #[serde(default)]
    contacts: Vec<Value>,
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    statuses: Vec<Value>,
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: String,
}

/// Reads a call's body; only what concerns the number `phone_number_id` is kept.
pub(crate) fn events(body: &[u8], phone_number_id: &str) -> Result<Told, &'static str> {
    let call: Call = serde_json::from_slice(body)
        .map_err(|_| "the body is not of the documented form: object and entry")?;
    if call.object != "whatsapp_business_account" {
        return Err("object must be whatsapp_business_account");
    }
    let mut told = Told::default();
    for change in call.entry.into_iter().flat_map(|entry| entry.changes) {
        if change.field != "messages" {
            continue;
        }
        match serde_json::from_value::<Contents>(change.value) {
            Ok(value) if value.metadata.phone_number_id == phone_number_id => told.take(value),
            Ok(_) => {}
            Err(_) => told.skipped += 1,
        }
    }
    Ok(told)
}

impl Told {
    fn take(&mut self, value: Contents) {
        let names: HashMap<String, PersonName> =
            value.contacts.iter().filter_map(contact).collect();
        for message in value.messages {
            match inbound(message, &names) {
                Some(inbound) => self.add(inbound),
                None => self.skipped += 1,
            }
        }
        for status in value.statuses {
            match report(status) {
                Status::Ours(report) => self.incoming.push(Incoming::Report(report)),
                Status::Foreign => {}
                Status::Malformed => self.skipped += 1,
            }
        }
    }

    /// Behind the messages of the same phone, so that they are worked on in their order.
    fn add(&mut self, inbound: Inbound) {
        let bytes = size(&inbound);
        let place = self.places.get_mut(&inbound.from);
        let room = place.filter(|(_, taken)| *taken + bytes <= TOGETHER);
        if let Some((place, taken)) = room
            && let Some(Incoming::Messages { messages }) = self.incoming.get_mut(*place)
        {
            *taken += bytes;
            messages.push(inbound);
        } else {
            let place = (self.incoming.len(), bytes);
            self.places.insert(inbound.from.clone(), place);
            self.incoming.push(Incoming::Messages {
                messages: vec![inbound],
            });
        }
    }
}

/// About how many bytes a message has on the queue.
fn size(inbound: &Inbound) -> usize {
    let text = match &inbound.content {
        Content::Text { body } => body.len(),
        Content::Media { caption, .. } => caption.as_ref().map_or(0, String::len),
        Content::Choice { .. } | Content::Unsupported => 0,
    };
    text + AROUND
}

/// A phone's digits and what its owner calls themselves.
fn contact(contact: &Value) -> Option<(String, PersonName)> {
    let digits = contact.get("wa_id")?.as_str()?.to_owned();
    let name = contact.pointer("/profile/name")?.as_str()?;
    Some((digits, PersonName::of_profile(name)?))
}

#[derive(Deserialize)]
struct Message {
    id: WhatsappId,
    from: String,
    timestamp: String,
    r#type: String,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

fn inbound(message: Value, names: &HashMap<String, PersonName>) -> Option<Inbound> {
    let message: Message = serde_json::from_value(message).ok()?;
    Some(Inbound {
        from: Phone::new(&format!("+{}", message.from)).ok()?,
        name: names.get(&message.from).cloned(),
        sent_at: seconds(&message.timestamp)?,
        content: content(&message.r#type, &message.rest),
        id: message.id,
    })
}

fn seconds(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// What a message says; a kind that is not known says nothing.
fn content(kind: &str, rest: &HashMap<String, Value>) -> Content {
    let own = rest.get(kind).unwrap_or(&Value::Null);
    let said = match kind {
        "text" => text(&own["body"]).map(|body| Content::Text { body }),
        "button" => chosen(&own["payload"], &own["text"]),
        "interactive" => {
            let reply = own.get("list_reply").or_else(|| own.get("button_reply"));
            reply.and_then(|reply| chosen(&reply["id"], &reply["title"]))
        }
        "image" | "document" | "audio" | "video" => media(own),
        _ => None,
    };
    said.unwrap_or(Content::Unsupported)
}

/// A choice of our menu; a button of another menu is as good as its words.
fn chosen(id: &Value, title: &Value) -> Option<Content> {
    match id.as_str().and_then(Choice::of_code) {
        Some(choice) => Some(Content::Choice { choice }),
        None => text(title).map(|body| Content::Text { body }),
    }
}

fn media(own: &Value) -> Option<Content> {
    let line = |value: &Value| text(value).map(|text| text.replace(['\n', '\r', '\t'], " "));
    Some(Content::Media {
        media: MediaRef {
            id: WhatsappId::new(own["id"].as_str()?)?,
            mime_type: line(&own["mime_type"])?,
            filename: line(&own["filename"]),
        },
        caption: text(&own["caption"]),
    })
}

/// A text made fit to be shown, cut to what the provider allows; nothing where nothing of it shows.
fn text(value: &Value) -> Option<String> {
    let kept = text::fit_lines(value.as_str()?, LONGEST_TEXT);
    text::is_visible(&kept).then_some(kept)
}

/// What a status is about.
enum Status {
    /// A message that this product sent.
    Ours(Report),
    /// Something else: another program's message, or a state that nobody waits for.
    Foreign,
    /// It is not of the documented form.
    Malformed,
}

#[derive(Deserialize)]
struct Reported {
    status: String,
    timestamp: String,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: u32,
}

fn report(status: Value) -> Status {
    let Ok(told) = serde_json::from_value::<Reported>(status) else {
        return Status::Malformed;
    };
    let state = match told.status.as_str() {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        _ => return Status::Foreign,
    };
    let Some(effect_key) = told.biz_opaque_callback_data else {
        return Status::Foreign;
    };
    let Some(at) = seconds(&told.timestamp).filter(|_| effect_key.len() <= 512) else {
        return Status::Malformed;
    };
    let error = told.errors.first().map(|fault| fault.code.to_string());
    Status::Ours(Report {
        effect_key,
        state,
        at,
        error,
    })
}

#[cfg(test)]
mod tests;
