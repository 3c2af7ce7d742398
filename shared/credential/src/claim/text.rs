//! A text of a claim, carried itself or as its digest.

use super::{DIGEST_FOLLOWS, PLAIN_BYTES, sha256};

/// A holder or a course, as a claim carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 1 to [`PLAIN_BYTES`] bytes.
    Plain(String),
    /// SHA-256 of a longer text.
    Digest([u8; 32]),
}

/// A claim has no empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is empty")]
pub struct EmptyText;

impl Text {
    /// The form that the text has in a claim: itself up to [`PLAIN_BYTES`] bytes, else its SHA-256.
    pub fn new(shown: &str) -> Result<Self, EmptyText> {
        match shown.len() {
            0 => Err(EmptyText),
            1..=PLAIN_BYTES => Ok(Self(Form::Plain(shown.to_owned()))),
            _ => Ok(Self(Form::Digest(sha256(shown)))),
        }
    }

    pub(super) fn from_form(form: Form) -> Self {
        Self(form)
    }

    /// The text, if the claim carries it itself.
    pub fn plain(&self) -> Option<&str> {
        match &self.0 {
            Form::Plain(text) => Some(text),
            Form::Digest(_) => None,
        }
    }

    /// The text's SHA-256, if the claim carries only that.
    pub fn digest(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Form::Plain(_) => None,
            Form::Digest(digest) => Some(digest),
        }
    }

    /// Whether the claim vouches for this text.
    pub fn vouches_for(&self, shown: &str) -> bool {
        match &self.0 {
            Form::Plain(text) => text == shown,
            Form::Digest(digest) => shown.len() > PLAIN_BYTES && sha256(shown) == *digest,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Form::Plain(text) => {
                out.push(u8::try_from(text.len()).expect("a plain text has at most 120 bytes"));
                out.extend_from_slice(text.as_bytes());
            }
            Form::Digest(digest) => {
                out.push(DIGEST_FOLLOWS);
                out.extend_from_slice(digest);
            }
        }
    }
}
