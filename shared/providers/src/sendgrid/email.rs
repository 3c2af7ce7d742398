//! A mail as the house hands it over.

use crate::error::ProviderError;

/// The most that all attachments of a mail may hold together, in bytes: the vendor takes 30 MB a mail, encoded.
pub(super) const LARGEST_ATTACHMENTS: usize = 20 * 1024 * 1024;

/// An e-mail address with the name shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `local@host`.
    pub email: String,
    /// The person or office, one line.
    pub name: Option<String>,
}

impl Address {
    /// Reads `local@host` or `Name <local@host>`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, email) = match text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
            Some((name, email)) => (name.trim().trim_matches('"').trim(), email.trim()),
            None => ("", text),
        };
        let (local, host) = email.split_once('@')?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.contains(|letter: char| {
                    letter.is_whitespace() || letter.is_control() || "<>@,;".contains(letter)
                })
        };
        if !plain(local) || !plain(host) || !host.contains('.') || name.contains(char::is_control) {
            return None;
        }
        Some(Self {
            email: email.to_owned(),
            name: (!name.is_empty()).then(|| name.to_owned()),
        })
    }
}

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, one line.
    pub filename: String,
    /// Its media type, as `application/pdf`.
    pub content_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The recipient.
    pub to: Address,
    /// One line, not empty.
    pub subject: String,
    /// The plain text, complete in itself.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Files, 20 MB together at most.
    pub attachments: Vec<Attachment>,
}

impl Email {
    pub(super) fn check(&self) -> Result<(), ProviderError> {
        let unsendable = |field| Err(ProviderError::Unsendable { field });
        let line = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
        if !line(&self.to.email)
            || self
                .to
                .name
                .as_ref()
                .is_some_and(|name| name.contains(char::is_control))
        {
            return unsendable("recipient");
        }
        if !line(&self.subject) {
            return unsendable("subject");
        }
        if self.text.is_empty() || self.html.is_empty() {
            return unsendable("content");
        }
        let size: usize = self.attachments.iter().map(|file| file.content.len()).sum();
        if size > LARGEST_ATTACHMENTS
            || self
                .attachments
                .iter()
                .any(|file| !line(&file.filename) || file.content.is_empty())
        {
            return unsendable("attachments");
        }
        Ok(())
    }
}
