//! What Mail Send refuses, with the vendor's field paths and messages.

use std::collections::BTreeSet;

use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::Problem;

const HELP: &str = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.";
/// Recipients and personalization blocks of one request.
const MOST_RECIPIENTS: usize = 1000;
/// All custom arguments of one message, in bytes.
const LARGEST_CUSTOM_ARGS: usize = 10_000;

/// Everything that is wrong with a Mail Send body; empty when it is accepted.
pub(super) fn check(body: &Value) -> Vec<Problem> {
    let mut check = Check {
        problems: Vec::new(),
    };
    let Some(mail) = check.object(body, "") else {
        return check.problems;
    };
    check.personalizations(mail);
    check.from(mail);
    check.subject(mail);
    check.content(mail);
    check.attachments(mail);
    check.categories(mail);
    check.custom_args(mail.get("custom_args"), "custom_args");
    if let Some(reply_to) = mail.get("reply_to") {
        check.person(reply_to, "reply_to");
    }
    check.problems
}

struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn say(&mut self, field: &str, message: impl Into<String>) {
        // The documents' anchors are field paths without array positions.
        let anchor: Vec<&str> = field
            .split('.')
            .filter(|part| part.parse::<usize>().is_err())
            .collect();
        let help = format!("{HELP}{}", anchor.join("."));
        self.problems.push(Problem {
            message: message.into(),
            field: Some(field.to_owned()),
            help: Some(help),
        });
    }

    fn wrong_type(&mut self, field: &str, expected: &str, given: &Value) {
        let given = match given {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        self.say(
            field,
            format!("Invalid type. Expected: {expected}, given: {given}."),
        );
    }

    fn object<'a>(&mut self, value: &'a Value, field: &str) -> Option<&'a Map<String, Value>> {
        if value.as_object().is_none() {
            self.wrong_type(field, "object", value);
        }
        value.as_object()
    }

    fn array<'a>(&mut self, value: &'a Value, field: &str) -> Option<&'a [Value]> {
        if value.as_array().is_none() {
            self.wrong_type(field, "array", value);
        }
        value.as_array().map(Vec::as_slice)
    }

    fn text<'a>(&mut self, value: &'a Value, field: &str) -> Option<&'a str> {
        if value.as_str().is_none() {
            self.wrong_type(field, "string", value);
        }
        value.as_str()
    }

    fn person<'a>(&mut self, value: &'a Value, field: &str) -> Option<&'a str> {
        let person = self.object(value, field)?;
        if let Some(name) = person.get("name") {
            self.text(name, &format!("{field}.name"));
        }
        let email_field = format!("{field}.email");
        match person.get("email") {
            None => self.say(&email_field, "Does not contain a valid address."),
            Some(email) => {
                let email = self.text(email, &email_field)?;
                if is_address(email) {
                    return Some(email);
                }
                self.say(&email_field, "Does not contain a valid address.");
            }
        }
        None
    }

    fn personalizations(&mut self, mail: &Map<String, Value>) {
        let Some(value) = mail.get("personalizations") else {
            return self.say("personalizations", "The personalizations field is required and must have at least one personalization.");
        };
        let Some(blocks) = self.array(value, "personalizations") else {
            return;
        };
        if blocks.is_empty() {
            self.say(
                "personalizations",
                "You must have at least one personalization.",
            );
        }
        if blocks.len() > MOST_RECIPIENTS {
            self.say(
                "personalizations",
                format!("The personalization block is limited to 1000 personalizations per API request. You have provided {} personalizations. Please consider splitting this into multiple requests and resending your request.", blocks.len()),
            );
        }
        let mut total = 0;
        for (index, block) in blocks.iter().enumerate() {
            let field = format!("personalizations.{index}");
            if let Some(block) = self.object(block, &field) {
                total += self.recipients(block, &field);
                self.custom_args(block.get("custom_args"), &format!("{field}.custom_args"));
                if let Some(subject) = block.get("subject") {
                    self.text(subject, &format!("{field}.subject"));
                }
            }
        }
        if total > MOST_RECIPIENTS {
            self.say(
                "personalizations",
                "There is a limit of 1000 total recipients (to + cc + bcc) per request.",
            );
        }
    }

    fn recipients(&mut self, block: &Map<String, Value>, field: &str) -> usize {
        let mut seen = BTreeSet::new();
        let mut total = 0;
        if block
            .get("to")
            .and_then(Value::as_array)
            .is_none_or(Vec::is_empty)
        {
            self.say(
                &format!("{field}.to"),
                "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
            );
        }
        for role in ["to", "cc", "bcc"] {
            let Some(people) = block.get(role) else {
                continue;
            };
            let role_field = format!("{field}.{role}");
            for (index, person) in self
                .array(people, &role_field)
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                total += 1;
                let Some(email) = self.person(person, &format!("{role_field}.{index}")) else {
                    continue;
                };
                if !seen.insert(email.to_ascii_lowercase()) {
                    self.say(
                        field,
                        format!("Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [{email}] in the {role_field} field."),
                    );
                }
            }
        }
        total
    }

    fn from(&mut self, mail: &Map<String, Value>) {
        match mail.get("from") {
            Some(from) => {
                self.person(from, "from");
            }
            None => self.say(
                "from",
                "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {\"email\" : \"example@example.com\"}  or {\"email\" : \"example@example.com\", \"name\" : \"Example Recipient\"}.",
            ),
        }
    }

    fn subject(&mut self, mail: &Map<String, Value>) {
        let everywhere = mail
            .get("personalizations")
            .and_then(Value::as_array)
            .is_some_and(|blocks| {
                !blocks.is_empty()
                    && blocks.iter().all(|block| {
                        block["subject"]
                            .as_str()
                            .is_some_and(|subject| !subject.is_empty())
                    })
            });
        match mail.get("subject") {
            None | Some(Value::Null) if everywhere || mail.contains_key("template_id") => {}
            Some(Value::String(subject)) if !subject.is_empty() || everywhere => {}
            Some(other) if !other.is_string() && !other.is_null() => self.wrong_type("subject", "string", other),
            None | Some(_) => self.say(
                "subject",
                "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
            ),
        }
    }

    fn content(&mut self, mail: &Map<String, Value>) {
        let blocks = match mail.get("content") {
            None if mail.contains_key("template_id") => return,
            None => &[],
            Some(content) => match self.array(content, "content") {
                Some(blocks) => blocks,
                None => return,
            },
        };
        if blocks.is_empty() {
            return self.say(
                "content",
                "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.",
            );
        }
        let mut ranks = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let field = format!("content.{index}");
            let Some(block) = self.object(block, &field) else {
                continue;
            };
            match block.get("type").and_then(Value::as_str) {
                Some("text/plain") => ranks.push(0),
                Some("text/html") => ranks.push(1),
                Some(kind) if kind.contains('/') && !kind.contains([';', '\r', '\n']) => {
                    ranks.push(2);
                }
                None | Some(_) => self.say(
                    &format!("{field}.type"),
                    "The content type must be a valid MIME type without ';' or CRLF characters.",
                ),
            }
            if block
                .get("value")
                .and_then(Value::as_str)
                .is_none_or(str::is_empty)
            {
                self.say(
                    &format!("{field}.value"),
                    "The content value must be a string at least one character in length.",
                );
            }
        }
        if !ranks.is_sorted() {
            self.say("content", "If present, text/plain must be first, followed by text/html, followed by any other content.");
        }
        if [0, 1]
            .iter()
            .any(|rank| ranks.iter().filter(|other| *other == rank).count() > 1)
        {
            self.say(
                "content",
                "If present, text/plain and text/html may only be provided once.",
            );
        }
    }

    fn attachments(&mut self, mail: &Map<String, Value>) {
        let Some(value) = mail.get("attachments") else {
            return;
        };
        for (index, attachment) in self
            .array(value, "attachments")
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let field = format!("attachments.{index}");
            let Some(attachment) = self.object(attachment, &field) else {
                continue;
            };
            let content = attachment
                .get("content")
                .and_then(Value::as_str)
                .filter(|content| !content.is_empty());
            match content {
                None => self.say(
                    &format!("{field}.content"),
                    "The attachment content is required.",
                ),
                Some(content) if BASE64.decode(content.as_bytes()).is_err() => {
                    self.say(
                        &format!("{field}.content"),
                        "The attachment content must be base64 encoded.",
                    );
                }
                Some(_) => {}
            }
            let name = attachment
                .get("filename")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if name.is_empty() || name.contains(['\r', '\n']) {
                self.say(
                    &format!("{field}.filename"),
                    "The attachment filename is required and must not contain CRLF characters.",
                );
            }
        }
    }

    fn categories(&mut self, mail: &Map<String, Value>) {
        let Some(value) = mail.get("categories") else {
            return;
        };
        let categories = self.array(value, "categories").unwrap_or_default();
        if categories.len() > 10 {
            self.say(
                "categories",
                "You cannot have more than 10 categories per request.",
            );
        }
        let mut seen = BTreeSet::new();
        for (index, category) in categories.iter().enumerate() {
            let field = format!("categories.{index}");
            let Some(category) = self.text(category, &field) else {
                continue;
            };
            if category.chars().count() > 255 {
                self.say(&field, "A category cannot have more than 255 characters.");
            }
            if !seen.insert(category) {
                self.say(
                    &field,
                    "Each category must be unique within the categories array.",
                );
            }
        }
    }

    fn custom_args(&mut self, value: Option<&Value>, field: &str) {
        let Some(value) = value else { return };
        let Some(arguments) = self.object(value, field) else {
            return;
        };
        for (name, argument) in arguments {
            self.text(argument, &format!("{field}.{name}"));
        }
        if value.to_string().len() > LARGEST_CUSTOM_ARGS {
            self.say(
                field,
                "The combined size of custom arguments cannot exceed 10,000 bytes.",
            );
        }
    }
}

/// The shape that Mail Send wants of an address: ASCII, one `@`, a host with a dot.
fn is_address(email: &str) -> bool {
    let Some((local, host)) = email.rsplit_once('@') else {
        return false;
    };
    let local_is_right = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !br#"@,;:<>()[]\""#.contains(&byte))
        && !local.starts_with('.')
        && !local.ends_with('.');
    let labels: Vec<&str> = host.split('.').collect();
    local_is_right
        && host.len() <= 255
        && labels.len() > 1
        && labels.iter().all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}
