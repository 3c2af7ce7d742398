//! A call of the `WhatsApp` Cloud API, as small typed messages for the queue.
//!
//! ```text
//! {"object": "whatsapp_business_account", "entry": [{"id", "changes": [{"field": "messages", "value": {
//!   "metadata": {"phone_number_id"}, "contacts": [{"wa_id"?, "user_id"?, "profile": {"name"}}],
//!   "messages": [{"id", "from"?, "from_user_id"?, "timestamp", "type", "text" | "interactive" | "image" | …}],
//!   "statuses": [{"id", "status", "timestamp", "biz_opaque_callback_data"?, "errors"?: [{"code"}]}]}}]}]}
//! ```
//!
//! The object and its list of entries must be of this form; a text in it need not be valid Unicode ([`mend`]). One part in
//! it that is not is no reason to refuse the others, which the provider would send again for seven days:
//!
//! | part | what becomes of it |
//! |---|---|
//! | a message | to the queue, whatever its kind ([`kinds`]) |
//! | a message whose sender or time cannot be read | to the queue as it came, and from there to the dead-letter queue |
//! | a message older than the provider tries to tell it | passed over and counted: a replay, whose mark may be gone |
//! | a status of a message that this product sent | to the queue |
//! | what is neither | passed over and counted |
//! | messages of other numbers, other fields | they are not ours |
//!
//! What is counted is logged as `passed over`, of which a metric and an alarm are made. What is kept is bounded by the body's
//! own size, and each text by what the provider allows.

mod kinds;
mod mend;

use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    conversation::{Content, DeliveryState, Inbound, Incoming, Party, Report, UserId, WhatsappId},
    id::AccountId,
    value::{PersonName, Phone},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// How old a message may be: the provider tries for seven days, and its clock and ours may differ. That it was heard is
/// remembered for longer, so what is younger and comes again leads to nothing.
const OLDEST: SignedDuration = SignedDuration::from_hours(8 * 24);
/// How many bytes of one phone's messages travel together, without what surrounds the texts: well below what a queue
/// takes, with every character escaped.
const TOGETHER: usize = 48 * 1024;
/// What surrounds a text, about: ids, names, times.
const AROUND: usize = 512;
/// The largest message that travels as it came, in bytes: what a queue takes.
const LARGEST_UNREAD: usize = 192 * 1024;
/// Why it does.
const UNREADABLE: &str = "a message whose sender or time cannot be read";

/// What a call tells.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) incoming: Vec<Incoming>,
    /// How many parts were not of the documented form.
    pub(crate) malformed: usize,
    /// How many messages were older than the provider tries to tell them.
    pub(crate) stale: usize,
    /// What the provider says is wrong with the number or the application, by its codes.
    pub(crate) faults: Vec<u64>,
    /// Where in `incoming` the newest messages of a phone stand, and how many bytes they have.
    places: HashMap<AccountId, (usize, usize)>,
    /// Where in `incoming` the newest messages stand that cannot be read, and how many bytes they have.
    unread: Option<(usize, usize)>,
}

#[derive(Deserialize)]
struct Call {
    object: String,
    entry: Vec<Value>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: Value,
}

#[derive(Deserialize)]
struct Contents {
    metadata: Metadata,
    contacts: Option<Vec<Value>>,
    messages: Option<Vec<Value>>,
    statuses: Option<Vec<Value>>,
    errors: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: String,
}

/// Reads the body of a call that comes at `now`; only what concerns the number `phone_number_id` is kept.
pub(crate) fn events(
    body: &[u8],
    phone_number_id: &str,
    now: Timestamp,
) -> Result<Told, &'static str> {
    let call: Call = serde_json::from_str(&mend::mended(body))
        .map_err(|_| "the body is not of the documented form: object and entry")?;
    if call.object != "whatsapp_business_account" {
        return Err("object must be whatsapp_business_account");
    }
    let mut told = Told::default();
    for mut entry in call.entry {
        match entry.get_mut("changes").map(Value::take) {
            Some(Value::Array(changes)) => {
                for change in changes {
                    told.change(change, phone_number_id, now);
                }
            }
            Some(_) => told.malformed += 1,
            None => {}
        }
    }
    Ok(told)
}

impl Told {
    /// How many parts lead to nothing that anybody sees.
    pub(crate) fn passed_over(&self) -> usize {
        self.malformed + self.stale
    }

    fn change(&mut self, change: Value, phone_number_id: &str, now: Timestamp) {
        let value = match serde_json::from_value::<Change>(change) {
            Ok(change) if change.field == "messages" => change.value,
            Ok(_) => return,
            Err(_) => {
                self.malformed += 1;
                return;
            }
        };
        match serde_json::from_value::<Contents>(value) {
            Ok(value) if value.metadata.phone_number_id == phone_number_id => self.take(value, now),
            Ok(_) => {}
            Err(_) => self.malformed += 1,
        }
    }

    fn take(&mut self, value: Contents, now: Timestamp) {
        let contacts = value.contacts.unwrap_or_default();
        let names: HashMap<String, PersonName> = contacts.iter().flat_map(names).collect();
        for message in value.messages.unwrap_or_default() {
            match inbound(&message, &names) {
                Some(inbound) if inbound.sent_at < now - OLDEST => self.stale += 1,
                Some(inbound) => self.add(inbound),
                None if is_message(&message) => self.add_unread(message),
                None => self.malformed += 1,
            }
        }
        for status in value.statuses.unwrap_or_default() {
            match report(status) {
                Status::Ours(report) => self.incoming.push(Incoming::Report(report)),
                Status::Foreign => {}
                Status::Malformed => self.malformed += 1,
            }
        }
        for fault in value.errors.unwrap_or_default() {
            self.faults.extend(fault["code"].as_u64());
        }
    }

    /// Behind the messages of the same phone, so that they are worked on in their order.
    fn add(&mut self, inbound: Inbound) {
        let (bytes, contact) = (size(&inbound), inbound.from.contact());
        let place = self.places.get_mut(&contact);
        let room = place.filter(|(_, taken)| *taken + bytes <= TOGETHER);
        if let Some((place, taken)) = room
            && let Some(Incoming::Messages { messages }) = self.incoming.get_mut(*place)
        {
            *taken += bytes;
            messages.push(inbound);
        } else {
            let place = (self.incoming.len(), bytes);
            self.places.insert(contact, place);
            self.incoming.push(Incoming::Messages {
                messages: vec![inbound],
            });
        }
    }

    /// Behind others that cannot be read.
    fn add_unread(&mut self, message: Value) {
        let bytes = message.to_string().len();
        if bytes > LARGEST_UNREAD {
            self.malformed += 1;
            return;
        }
        let room = self.unread.filter(|(_, taken)| *taken + bytes <= TOGETHER);
        if let Some((place, taken)) = room
            && let Some(Incoming::Unread { messages, .. }) = self.incoming.get_mut(place)
        {
            self.unread = Some((place, taken + bytes));
            messages.push(message);
        } else {
            self.unread = Some((self.incoming.len(), bytes));
            self.incoming.push(Incoming::Unread {
                why: UNREADABLE.to_owned(),
                messages: vec![message],
            });
        }
    }
}

/// About how many bytes a message has on the queue.
fn size(inbound: &Inbound) -> usize {
    let text = match &inbound.content {
        Content::Text { body }
        | Content::Shown { body }
        | Content::Edited { body, .. }
        | Content::System { body } => body.len(),
        Content::Media { caption, .. } => caption.as_ref().map_or(0, String::len),
        Content::Choice { .. } | Content::Revoked { .. } | Content::Reaction { .. } => 0,
    };
    text + AROUND
}

/// Whether it is a message of somebody, however little of it can be read.
fn is_message(message: &Value) -> bool {
    let said = |name: &&str| message[*name].is_string();
    ["id", "timestamp", "type"].iter().all(said)
}

/// What a contact calls themselves, by their digits and by their user id.
fn names(contact: &Value) -> Vec<(String, PersonName)> {
    let profile = &contact["profile"];
    let name = |name: &Value| PersonName::of_profile(name.as_str()?);
    let Some(name) = name(&profile["name"]).or_else(|| name(&profile["username"])) else {
        return Vec::new();
    };
    [&contact["wa_id"], &contact["user_id"]]
        .into_iter()
        .filter_map(Value::as_str)
        .map(|id| (id.to_owned(), name.clone()))
        .collect()
}

/// Who sent a message: the number, the user id, or both. One of them that is not of its form is as good as absent.
fn sender(message: &Value) -> Option<Party> {
    let digits = message["from"].as_str();
    let user_id = message["from_user_id"].as_str();
    Party::of(
        digits.and_then(|digits| Phone::new(&format!("+{digits}")).ok()),
        user_id.and_then(|id| UserId::new(id).ok()),
    )
}

fn inbound(message: &Value, names: &HashMap<String, PersonName>) -> Option<Inbound> {
    let name = |id: &Value| id.as_str().and_then(|id| names.get(id)).cloned();
    Some(Inbound {
        id: WhatsappId::new(message["id"].as_str()?)?,
        from: sender(message)?,
        name: name(&message["from"]).or_else(|| name(&message["from_user_id"])),
        sent_at: seconds(message["timestamp"].as_str()?)?,
        content: kinds::content(message["type"].as_str()?, message),
    })
}

fn seconds(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
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
    id: WhatsappId,
    status: String,
    timestamp: String,
    biz_opaque_callback_data: Option<String>,
    errors: Option<Vec<Value>>,
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
    let faults = told.errors.unwrap_or_default();
    let code = faults.first().and_then(|fault| fault["code"].as_u64());
    Status::Ours(Report {
        effect_key,
        message_id: told.id,
        state,
        at,
        error: code.map(|code| code.to_string()),
    })
}

#[cfg(test)]
mod tests;
