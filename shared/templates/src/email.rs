//! Rendering: three templates of one folder, within a layout.
//!
//! The templates are parsed with the first message, so a process that writes none pays nothing.

use std::sync::LazyLock;

use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, context,
    escape_formatter,
};

use crate::apart::turns;
use crate::clean::{cut, line, link};
use crate::{Message, isolated};
use registrar_domain::account::Locale;

/// The longest subject in characters: beyond it, mail programs show nothing and header lines grow without need.
const LONGEST_SUBJECT: usize = 200;

/// An e-mail as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line, 200 characters at most.
    pub subject: String,
    /// The plain text, complete in itself.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

/// The name of a template and its source.
type Template = (&'static str, &'static str);

/// The files of one folder.
macro_rules! message {
    ($name:literal, $locale:literal) => {
        [
            (
                concat!($name, "/", $locale, "/subject.txt"),
                include_str!(concat!("../emails/", $name, "/", $locale, "/subject.txt")),
            ),
            (
                concat!($name, "/", $locale, "/body.txt"),
                include_str!(concat!("../emails/", $name, "/", $locale, "/body.txt")),
            ),
            (
                concat!($name, "/", $locale, "/body.html"),
                include_str!(concat!("../emails/", $name, "/", $locale, "/body.html")),
            ),
        ]
    };
}

const SHARED: [Template; 2] = [
    ("layout.html", include_str!("../emails/layout.html")),
    ("parts.html", include_str!("../emails/parts.html")),
];

const MESSAGES: [[Template; 3]; 18] = [
    message!("ticket_created", "en"),
    message!("ticket_created", "fr-CA"),
    message!("ticket_created_staff", "en"),
    message!("ticket_created_staff", "fr-CA"),
    message!("ticket_replied", "en"),
    message!("ticket_replied", "fr-CA"),
    message!("ticket_replied_staff", "en"),
    message!("ticket_replied_staff", "fr-CA"),
    message!("ticket_status", "en"),
    message!("ticket_status", "fr-CA"),
    message!("ticket_sla", "en"),
    message!("ticket_sla", "fr-CA"),
    message!("bulk_finished", "en"),
    message!("bulk_finished", "fr-CA"),
    message!("certificate_issued", "en"),
    message!("certificate_issued", "fr-CA"),
    message!("account_invited", "en"),
    message!("account_invited", "fr-CA"),
];

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name
            .rsplit_once('.')
            .is_some_and(|(_, kind)| kind == "html")
        {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.set_formatter(write);
    environment.add_filter("whole", whole);
    for (name, source) in SHARED.iter().chain(MESSAGES.as_flattened()) {
        environment
            .add_template(name, source)
            .expect("the test renders every template, so each one parses");
    }
    environment
});

/// Writes a value into a sentence of ours: in HTML escaped, and set apart from the words around it where it reads from right to
/// left. An address stands in an attribute, and reads from left to right.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let html = matches!(state.auto_escape(), AutoEscape::Html);
    match value.as_str() {
        Some(text) if !value.is_safe() => {
            let apart =
                turns(text) && !text.starts_with("https://") && !text.starts_with("http://");
            let written = match (html, apart) {
                (true, true) => format!("<bdi>{}</bdi>", escaped(text)),
                (true, false) => escaped(text),
                (false, true) => isolated(text).into_owned(),
                (false, false) => text.to_owned(),
            };
            out.write_str(&written).map_err(Error::from)
        }
        Some(_) | None => escape_formatter(out, state, value),
    }
}

/// A text that is a paragraph of its own: there is nothing beside it to be set apart from.
fn whole(state: &State<'_, '_>, text: &str) -> Value {
    Value::from_safe_string(match state.auto_escape() {
        AutoEscape::Html => escaped(text),
        _ => text.to_owned(),
    })
}

/// The five characters that matter in HTML, and not the slash, so that links stay readable to programs that look for them in the
/// source.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// What stands at the head of every e-mail.
#[derive(Clone, Copy, Debug)]
pub struct Letterhead<'a> {
    /// In whose name it is written.
    pub organization: &'a str,
    /// Where its logo is, a picture 32 pixels high or a multiple of it; without one its initial stands there.
    pub logo_url: Option<&'a str>,
}

/// Writes `message` in `locale`, under `letterhead`.
///
/// # Panics
/// Never: a template renders from its typed context, and the test renders every one.
pub fn render(message: &Message, locale: Locale, letterhead: &Letterhead<'_>) -> Rendered {
    let organization = line(letterhead.organization);
    let logo_url = letterhead.logo_url.map(link).unwrap_or_default();
    let initial: String = organization
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .collect();
    let own = message.context(locale, &organization);
    let render = |file: &str, context: Value| {
        TEMPLATES
            .get_template(&format!("{}/{}/{file}", message.name(), locale.tag()))
            .and_then(|template| template.render(context))
            .expect("the test renders every template with its typed context")
    };
    let common =
        context! { lang => locale.tag(), organization => organization, logo_url, initial, ..own };
    let subject = render("subject.txt", common.clone());
    let words: Vec<_> = subject.split_whitespace().collect();
    let subject = cut(&words.join(" "), LONGEST_SUBJECT);
    let text = render("body.txt", common.clone());
    let html = render(
        "body.html",
        context! { subject => subject.as_str(), ..common },
    );
    Rendered {
        subject,
        text,
        html,
    }
}
