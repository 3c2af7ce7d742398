//! What a message says, by its kind. A kind that is not known is a message all the same: staff read that there is one.
//!
//! | kind | what stands for it |
//! |---|---|
//! | `text`, `button`, `interactive` (a list or a button) | the words; of our own menu, the choice |
//! | `interactive` (`nfm_reply`) | each field of the form and what was answered |
//! | `image`, `document`, `audio`, `video`, `sticker` | the file |
//! | `location` | the place's name and address, and a link to a map |
//! | `contacts` | names, numbers, addresses |
//! | `order` | what was said, and each product with its quantity and price |
//! | `edit`, `revoke` | other words for a message, and one that is taken back |
//! | `reaction`, `system` | an event: nobody said anything |
//! | `unsupported`, anything else | a line that says so |

use registrar_domain::{
    conversation::{Choice, Content, LONGEST_TEXT, MediaRef, WhatsappId},
    text,
};
use serde_json::{Map, Value};

/// The longest line that is made of one member, in characters.
const LONGEST_LINE: usize = 400;

/// What a message says.
pub(super) fn content(kind: &str, message: &Value) -> Content {
    let own = &message[kind];
    let said = match kind {
        "text" => text(&own["body"]).map(|body| Content::Text { body }),
        "button" => chosen(&own["payload"], &own["text"]),
        "interactive" => interactive(own),
        "image" | "document" | "audio" | "video" => media(own, None),
        "sticker" => media(own, Some("[sticker]")),
        "location" => shown(&location(own)),
        "contacts" => shown(&contacts(own)),
        "order" => shown(&order(own)),
        "edit" => edited(own),
        "revoke" => id(&own["original_message_id"]).map(|original| Content::Revoked { original }),
        "reaction" => Some(Content::Reaction {
            emoji: line(&own["emoji"]),
        }),
        "system" => Some(Content::System {
            body: line(&own["body"])
                .or_else(|| line(&own["type"]))
                .unwrap_or_else(|| "something about the requester changed".to_owned()),
        }),
        _ => None,
    };
    said.unwrap_or_else(|| unknown(kind, message))
}

/// The line for what cannot be shown, with the provider's reason where it gives one.
fn unknown(kind: &str, message: &Value) -> Content {
    let kind = line(&message["unsupported"]["type"])
        .or_else(|| line(&Value::from(kind)))
        .unwrap_or_default();
    let fault = &message["errors"][0];
    let reason = line(&fault["error_data"]["details"]).or_else(|| line(&fault["title"]));
    let reason = reason.map(|reason| format!(": {reason}"));
    let body = format!(
        "[a WhatsApp message of the kind “{kind}” that cannot be shown here{}]",
        reason.unwrap_or_default()
    );
    Content::Shown { body }
}

/// A choice of our menu; a button of another menu is as good as its words.
fn chosen(id: &Value, title: &Value) -> Option<Content> {
    match id.as_str().and_then(Choice::of_code) {
        Some(choice) => Some(Content::Choice { choice }),
        None => text(title).map(|body| Content::Text { body }),
    }
}

fn interactive(own: &Value) -> Option<Content> {
    if let Some(form) = own.get("nfm_reply") {
        return shown(&answers(form));
    }
    let reply = own.get("list_reply").or_else(|| own.get("button_reply"))?;
    chosen(&reply["id"], &reply["title"])
}

/// What was answered in a form, a line a field. The token that ties it to a conversation says nothing to people.
fn answers(form: &Value) -> String {
    let json = form["response_json"].as_str().unwrap_or_default();
    let fields: Result<Map<String, Value>, _> =
        serde_json::from_str(&super::mend::mended(json.as_bytes()));
    let mut body = match line(&form["name"]) {
        Some(name) => format!("📋 [answers of the form “{name}”]"),
        None => "📋 [answers of a form]".to_owned(),
    };
    let Ok(fields) = fields else {
        add(&mut body, json);
        return body;
    };
    for (field, value) in fields {
        if field == "flow_token" {
            continue;
        }
        let answer = match value {
            Value::String(answer) => answer,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => value.to_string(),
        };
        let said = [field, answer].map(|text| line(&Value::from(text)).unwrap_or_default());
        add(&mut body, &said.join(": "));
    }
    body
}

fn media(own: &Value, words: Option<&str>) -> Option<Content> {
    Some(Content::Media {
        media: MediaRef {
            id: id(&own["id"])?,
            mime_type: line(&own["mime_type"])?,
            filename: line(&own["filename"]),
        },
        caption: text(&own["caption"]).or_else(|| words.map(str::to_owned)),
    })
}

fn location(own: &Value) -> String {
    let place = joined([line(&own["name"]), line(&own["address"])], ", ");
    let place = place.unwrap_or_else(|| "[a place]".to_owned());
    let mut body = format!("📍 {place}");
    let (latitude, longitude) = (degrees(&own["latitude"]), degrees(&own["longitude"]));
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        let map = format!("https://maps.google.com/?q={latitude},{longitude}");
        add(&mut body, &map);
    }
    body
}

fn degrees(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    number.filter(|number| (-360.0..=360.0).contains(number))
}

fn contacts(own: &Value) -> String {
    let mut body = String::new();
    for contact in own.as_array().into_iter().flatten() {
        let name = &contact["name"];
        let parts = || joined([line(&name["first_name"]), line(&name["last_name"])], " ");
        let name = line(&name["formatted_name"]).or_else(parts);
        let name = name.unwrap_or_else(|| "[a contact]".to_owned());
        add(&mut body, &format!("👤 {name}"));
        let company = line(&contact["org"]["company"]);
        for detail in company.into_iter().chain(details(contact)) {
            add(&mut body, &detail);
        }
    }
    if body.is_empty() {
        body.push_str("👤 [a contact]");
    }
    body
}

/// Numbers, addresses and links of a contact.
fn details(contact: &Value) -> Vec<String> {
    let all = |list: &str, members: &[&str]| {
        let list = contact[list].as_array().into_iter().flatten();
        let first = |one: &Value| members.iter().find_map(|member| line(&one[*member]));
        list.filter_map(first).collect::<Vec<_>>()
    };
    [
        all("phones", &["phone", "wa_id"]),
        all("emails", &["email"]),
        all("urls", &["url"]),
    ]
    .concat()
}

fn order(own: &Value) -> String {
    let said = text(&own["text"]);
    let title = Some("🛒 [order]".to_owned());
    let mut body = joined([title, said], " ").unwrap_or_default();
    for item in own["product_items"].as_array().into_iter().flatten() {
        let figure = |name: &str| match &item[name] {
            Value::Number(number) => Some(number.to_string()),
            other => line(other),
        };
        let known = |name: &str| figure(name).unwrap_or_else(|| "?".to_owned());
        let price = joined([figure("item_price"), figure("currency")], " ");
        let price = price.map(|price| format!(", {price} each"));
        let (quantity, product) = (known("quantity"), known("product_retailer_id"));
        let price = price.unwrap_or_default();
        add(&mut body, &format!("{quantity} × {product}{price}"));
    }
    body
}

/// Other words for a message, or for what stands with its file.
fn edited(own: &Value) -> Option<Content> {
    let message = &own["message"];
    let inner = &message[message["type"].as_str().unwrap_or("text")];
    let body = text(&inner["body"])
        .or_else(|| text(&inner["caption"]))
        .unwrap_or_else(|| "[without words]".to_owned());
    id(&own["original_message_id"]).map(|original| Content::Edited { original, body })
}

fn id(value: &Value) -> Option<WhatsappId> {
    WhatsappId::new(value.as_str()?)
}

/// Those parts that are there; nothing where none is.
fn joined(parts: [Option<String>; 2], between: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// Words that stand for something, cut where the reader sees it.
fn shown(body: &str) -> Option<Content> {
    let mut kept: String = body.chars().take(LONGEST_TEXT).collect();
    if kept.len() < body.len() {
        kept.pop();
        kept.push('…');
    }
    text(&Value::from(kept)).map(|body| Content::Shown { body })
}

/// Adds a line, unless the text is far longer than it may be already.
fn add(body: &mut String, line: &str) {
    if body.len() > 4 * LONGEST_TEXT {
        return;
    }
    if !body.is_empty() {
        body.push('\n');
    }
    body.push_str(line);
}

/// A text made fit to be shown, cut to what the provider allows; nothing where nothing of it shows.
fn text(value: &Value) -> Option<String> {
    let kept = text::fit_lines(value.as_str()?, LONGEST_TEXT);
    text::is_visible(&kept).then_some(kept)
}

/// A text in one line.
fn line(value: &Value) -> Option<String> {
    let cut: String = value.as_str()?.chars().take(LONGEST_LINE).collect();
    let kept = text::fit_line(&cut);
    text::is_visible(&kept).then_some(kept)
}

#[cfg(test)]
mod tests;
