//! Values that carry their rules: each has one fallible door, and serde goes through it.
//!
//! What people see is text as [`crate::text`] takes it. Lengths are counted in Unicode scalar values of that (checklist
//! T-15); towards the least length, only those count that show.

mod phone;

use crate::text::{self, Fault};
use serde::{Deserialize, Serialize};

/// Why a text is not the value it was offered as. The text itself is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Nothing that shows.
    #[error("must have a character that can be seen")]
    Blank,
    /// Fewer characters than allowed.
    #[error("must have at least {min} characters, has {has}")]
    TooShort {
        /// The least allowed.
        min: usize,
        /// What was given.
        has: usize,
    },
    /// More characters than allowed.
    #[error("must have at most {max} characters, has {has}")]
    TooLong {
        /// The most allowed.
        max: usize,
        /// What was given.
        has: usize,
    },
    /// A control character, or a line break where there is one line only.
    #[error("must not contain control characters{}", if *.one_line { " or line breaks" } else { "" })]
    Control {
        /// Whether line breaks are refused as well.
        one_line: bool,
    },
    /// A character that turns the direction of what follows, so that a text reads as another one.
    #[error(
        "must not contain characters that turn the direction of writing (U+202A to U+202E, U+2066 to U+2069)"
    )]
    Direction,
    /// Not of the form that the value has.
    #[error("must be {0}")]
    Form(&'static str),
}

/// What a text may be.
pub(crate) struct Rule {
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) one_line: bool,
}

impl Rule {
    pub(crate) fn check(&self, text: &str) -> Result<String, ValueError> {
        if text.trim().is_empty() {
            return Err(ValueError::Empty);
        }
        let take = if self.one_line {
            text::line
        } else {
            text::lines
        };
        let text = take(text).map_err(|fault| match fault {
            Fault::Blank => ValueError::Blank,
            Fault::Control => ValueError::Control {
                one_line: self.one_line,
            },
            Fault::Direction => ValueError::Direction,
        })?;
        let shown = text.chars().filter(|c| text::counts(*c)).count();
        if shown < self.min {
            let (min, has) = (self.min, shown);
            return Err(ValueError::TooShort { min, has });
        }
        let has = text.chars().count();
        if has > self.max {
            return Err(ValueError::TooLong { max: self.max, has });
        }
        Ok(text)
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($check:expr))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and takes `text`.
            pub fn new(text: &str) -> Result<Self, ValueError> {
                let check: fn(&str) -> Result<String, ValueError> = $check;
                check(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;
            fn try_from(text: String) -> Result<Self, ValueError> { Self::new(&text) }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self { value.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
    )*};
}

texts! {
    /// A ticket's subject: one line of 5–200 characters.
    Subject(|text| Rule { min: 5, max: 200, one_line: true }.check(text))
    /// A ticket's description: 10–5000 characters.
    Description(|text| Rule { min: 10, max: 5000, one_line: false }.check(text))
    /// A reply or an internal note: 1–5000 characters.
    MessageBody(|text| Rule { min: 1, max: 5000, one_line: false }.check(text))
    /// Why something was done: one line of 1–500 characters.
    Reason(|text| Rule { min: 1, max: 500, one_line: true }.check(text))
    /// A person's name in any script: one line of 1–200 characters.
    PersonName(|text| Rule { min: 1, max: 200, one_line: true }.check(text))
    /// A course's name: one line of 1–200 characters.
    CourseName(|text| Rule { min: 1, max: 200, one_line: true }.check(text))
    /// A grade as it stands on the certificate: one line of 1–20 characters.
    Grade(|text| Rule { min: 1, max: 20, one_line: true }.check(text))
    /// A ticket's tag: one line of 1–40 characters, in lower case.
    Tag(|text| Rule { min: 1, max: 40, one_line: true }.check(&text.to_lowercase()))
    /// What a requester says with their rating: 1–2000 characters.
    RatingComment(|text| Rule { min: 1, max: 2000, one_line: false }.check(text))
    /// A reply template's name: one line of 1–100 characters.
    TemplateName(|text| Rule { min: 1, max: 100, one_line: true }.check(text))
    /// In whose name letters are written and certificates issued: one line of 1–200 characters.
    OrganizationName(|text| Rule { min: 1, max: 200, one_line: true }.check(text))
    /// A phone number in E.164 form, the only form any provider receives: `+` and 8–15 digits, the first not 0.
    Phone(phone::e164)
    /// An e-mail address (RFC 5321 addr-spec, at most 254 characters), its domain in lower case.
    Email(email)
}

fn email(text: &str) -> Result<String, ValueError> {
    const FORM: ValueError = ValueError::Form("an e-mail address");
    let text = Rule {
        min: 3,
        max: 254,
        one_line: true,
    }
    .check(text)?;
    let options = email_address::Options::default()
        .without_display_text()
        .without_domain_literal()
        .with_required_tld();
    let parsed =
        email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| FORM)?;
    Ok(format!(
        "{}@{}",
        parsed.local_part(),
        parsed.domain().to_lowercase()
    ))
}

impl Subject {
    /// The first line of what was said in a chat, at most 80 characters of it.
    pub fn of_message(body: &MessageBody) -> Self {
        const SHOWN: usize = 80;
        let line = body.as_str().lines().next().unwrap_or_default();
        let line = text::fit_line(line);
        let short: String = if line.chars().count() > SHOWN {
            line.chars().take(SHOWN - 1).chain(['…']).collect()
        } else {
            line
        };
        Self::new(&short)
            .or_else(|_| Self::new(&format!("Chat: {short}")))
            .unwrap_or_else(|_| Self("Chat: …".to_owned()))
    }
}

impl Description {
    /// What was said in a chat, where a first message may be shorter than what is typed into a form.
    pub fn of_message(body: &MessageBody) -> Self {
        let said = body.as_str();
        // "Message: " and one character are the ten that a description has at least.
        Self::new(said)
            .or_else(|_| Self::new(&format!("Message: {said}")))
            .unwrap_or_else(|_| Self("Message: …".to_owned()))
    }
}

impl PersonName {
    /// What somebody calls themselves where nobody can ask them for another name: cut to what a name may have. Nothing where
    /// nothing of it shows.
    pub fn of_profile(text: &str) -> Option<Self> {
        const LONGEST: usize = 200;
        let name: String = text::fit_line(text).chars().take(LONGEST).collect();
        Self::new(&name).ok()
    }
}

impl Email {
    /// The form by which an account is found: all in lower case, because no provider in use tells cases apart.
    pub fn lookup_form(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subject_is_counted_in_unicode_scalar_values() {
        assert!(Subject::new("ありがとう").is_ok());
        assert_eq!(
            Subject::new("  abcd "),
            Err(ValueError::TooShort { min: 5, has: 4 })
        );
        assert_eq!(
            Subject::new(&"é".repeat(201)),
            Err(ValueError::TooLong { max: 200, has: 201 })
        );
        assert_eq!(Subject::new(" \n "), Err(ValueError::Empty));
        assert_eq!(Subject::new(&"\u{200b}".repeat(5)), Err(ValueError::Blank));
        assert_eq!(
            Subject::new("abcd\u{3164}\u{3164}"),
            Err(ValueError::TooShort { min: 5, has: 4 })
        );
        assert_eq!(
            Subject::new("hello\nworld"),
            Err(ValueError::Control { one_line: true })
        );
    }

    #[test]
    fn a_description_keeps_its_line_breaks_and_nothing_else_that_controls() {
        assert!(Description::new("first line\nsecond").is_ok());
        assert!(Description::new("first line\u{0}second").is_err());
    }

    #[test]
    fn any_message_of_a_chat_makes_a_subject_and_a_description() {
        for said in [
            "hi",
            "x",
            "…",
            "Can't submit homework",
            "a\nb",
            "\t.",
            &"é".repeat(5000),
        ] {
            let body = MessageBody::new(said).unwrap();
            assert!(
                Subject::new(Subject::of_message(&body).as_str()).is_ok(),
                "{said}"
            );
            assert!(
                Description::new(Description::of_message(&body).as_str()).is_ok(),
                "{said}"
            );
        }
        let body = MessageBody::new("Can't submit homework\nIt says 500").unwrap();
        assert_eq!(Subject::of_message(&body).as_str(), "Can't submit homework");
    }

    #[test]
    fn an_address_needs_a_domain_and_no_display_name() {
        assert_eq!(
            Email::new("Asha@Example.ORG").unwrap().as_str(),
            "Asha@example.org"
        );
        for bad in [
            "asha",
            "asha@localhost",
            "Asha <asha@example.org>",
            "a@b@c.org",
            "asha@example.org\r\nBcc: x@y.org",
        ] {
            assert!(Email::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tag_is_as_long_in_lower_case_as_it_may_be() {
        assert!(Tag::new(&"é".repeat(40)).is_ok());
        // Its small letter is two characters.
        assert!(Tag::new(&"\u{130}".repeat(40)).is_err());
    }

    #[test]
    fn a_profiles_name_is_made_fit_or_is_none() {
        let name = |text: &str| PersonName::of_profile(text).map(String::from);
        assert_eq!(name("Jo\u{202e}hn\nDoe\u{0}").as_deref(), Some("John Doe"));
        assert_eq!(name("\u{3164}\u{200b}"), None);
        assert_eq!(
            name(&"é".repeat(300)).map(|name| name.chars().count()),
            Some(200)
        );
    }

    proptest! {
        #[test]
        fn a_value_read_back_is_the_value_written(text in "\\PC{10,60}") {
            if let Ok(value) = Description::new(&text) {
                let json = serde_json::to_string(&value).unwrap();
                prop_assert_eq!(serde_json::from_str::<Description>(&json).unwrap(), value);
            }
        }
    }
}
