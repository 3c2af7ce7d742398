//! A text of a claim, carried itself or as its beginning and a digest.
//!
//! ```text
//! kind u8 = 0x80 shortened | 0x40 windowed | length in 6 bits
//! | that many bytes: the text or its beginning | shortened: first 16 bytes of the whole text's SHA-256
//! ```
//!
//! Windowed is `window u16`, then a byte a character: below 0x80 ASCII, else character 0x80 × window + (byte − 0x80). It is
//! taken where it is shorter than UTF-8: where all that is not ASCII lies in one block of 128 characters, as in most
//! alphabets, it takes a third of the place.

use sha2::{Digest as _, Sha256};

use super::{TEXT_BYTES, TokenError};

/// What either text may take whatever the other one takes.
const HALF: usize = TEXT_BYTES / 2;
const DIGEST_BYTES: usize = 16;
const SHORTENED: u8 = 0x80;
const WINDOWED: u8 = 0x40;
const LENGTH: u8 = 0x3f;
/// Characters of a window.
const WINDOW: u32 = 0x80;

/// A holder or a course, as a claim carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Plain(String),
    Shortened {
        beginning: String,
        digest: [u8; DIGEST_BYTES],
    },
}

/// A claim has no empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is empty")]
pub struct EmptyText;

impl Text {
    /// A text that takes half of the place at most.
    pub fn new(shown: &str) -> Result<Self, EmptyText> {
        Self::within(shown, HALF)
    }

    /// Holder and course. Either may take what the other leaves, and half of the place in any case.
    pub fn pair(holder: &str, course: &str) -> Result<(Self, Self), EmptyText> {
        let left_by = |other: &str| TEXT_BYTES.saturating_sub(packed(other).1.len()).max(HALF);
        Ok((
            Self::within(holder, left_by(course))?,
            Self::within(course, left_by(holder))?,
        ))
    }

    fn within(shown: &str, room: usize) -> Result<Self, EmptyText> {
        if shown.is_empty() {
            return Err(EmptyText);
        }
        Ok(Self(if packed(shown).1.len() <= room {
            Form::Plain(shown.to_owned())
        } else {
            Form::Shortened {
                beginning: beginning(shown, room - DIGEST_BYTES).to_owned(),
                digest: digest(shown),
            }
        }))
    }

    /// The text, if the claim carries all of it.
    pub fn plain(&self) -> Option<&str> {
        match &self.0 {
            Form::Plain(text) => Some(text),
            Form::Shortened { .. } => None,
        }
    }

    /// What can be shown without knowing more: the text, or its beginning with an ellipsis.
    pub fn shown(&self) -> String {
        match &self.0 {
            Form::Plain(text) => text.clone(),
            Form::Shortened { beginning, .. } => format!("{beginning}…"),
        }
    }

    /// Whether the claim vouches for this text.
    pub fn vouches_for(&self, shown: &str) -> bool {
        match &self.0 {
            Form::Plain(text) => text == shown,
            Form::Shortened {
                beginning,
                digest: known,
            } => shown.starts_with(beginning.as_str()) && digest(shown) == *known,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let (carried, shortened) = match &self.0 {
            Form::Plain(text) => (text, 0),
            Form::Shortened { beginning, .. } => (beginning, SHORTENED),
        };
        let (windowed, bytes) = packed(carried);
        let length = u8::try_from(bytes.len()).expect("a text takes less than 64 bytes");
        out.push(shortened | windowed | length);
        out.extend_from_slice(&bytes);
        if let Form::Shortened { digest, .. } = &self.0 {
            out.extend_from_slice(digest);
        }
    }

    /// Reads what [`Self::write`] wrote; `take` gives the next bytes.
    pub(super) fn read<'a>(
        mut take: impl FnMut(usize) -> Result<&'a [u8], TokenError>,
    ) -> Result<Self, TokenError> {
        let kind = take(1)?.first().copied().unwrap_or(0);
        let bytes = take(usize::from(kind & LENGTH))?;
        let carried = if kind & WINDOWED == 0 {
            let text = std::str::from_utf8(bytes).map_err(|_| TokenError::Utf8)?;
            text.to_owned()
        } else {
            unwindowed(bytes).ok_or(TokenError::TextForm)?
        };
        if packed(&carried).0 != kind & WINDOWED {
            return Err(TokenError::TextForm);
        }
        if kind & SHORTENED == 0 {
            return if carried.is_empty() {
                Err(TokenError::TextLength)
            } else {
                Ok(Self(Form::Plain(carried)))
            };
        }
        let digest = take(DIGEST_BYTES)?;
        let digest = digest.try_into().map_err(|_| TokenError::Truncated)?;
        Ok(Self(Form::Shortened {
            beginning: carried,
            digest,
        }))
    }
}

fn digest(text: &str) -> [u8; DIGEST_BYTES] {
    let whole: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let mut first = [0; DIGEST_BYTES];
    first.copy_from_slice(&whole[..DIGEST_BYTES]);
    first
}

/// The shorter form of a text, and its bit of the kind.
fn packed(text: &str) -> (u8, Vec<u8>) {
    match windowed(text) {
        Some(bytes) if bytes.len() < text.len() => (WINDOWED, bytes),
        _ => (0, text.as_bytes().to_vec()),
    }
}

/// The windowed form, where one window is enough.
fn windowed(text: &str) -> Option<Vec<u8>> {
    let window = u32::from(text.chars().find(|character| !character.is_ascii())?) / WINDOW;
    let mut bytes = u16::try_from(window).ok()?.to_be_bytes().to_vec();
    for character in text.chars() {
        let code = u32::from(character);
        let byte = match u8::try_from(code) {
            Ok(ascii) if character.is_ascii() => ascii,
            _ if code / WINDOW == window => u8::try_from(code % WINDOW + WINDOW).ok()?,
            _ => return None,
        };
        bytes.push(byte);
    }
    Some(bytes)
}

fn unwindowed(bytes: &[u8]) -> Option<String> {
    let (window, bytes) = bytes.split_first_chunk()?;
    let window = u32::from(u16::from_be_bytes(*window));
    // The window of ASCII would write a character in two ways.
    if window == 0 {
        return None;
    }
    let character = |byte: &u8| match u32::from(*byte) {
        ascii @ 0..WINDOW => char::from_u32(ascii),
        byte => char::from_u32(window * WINDOW + byte - WINDOW),
    };
    bytes.iter().map(character).collect()
}

/// As much of the beginning as `room` bytes hold: whole words, unless a long word would leave half of it unused.
fn beginning(text: &str, room: usize) -> &str {
    let (mut words, mut most) = ("", "");
    for (end, next) in text.char_indices() {
        let part = text[..end].trim_end();
        if packed(part).1.len() > room {
            break;
        }
        most = part;
        if next.is_whitespace() {
            words = part;
        }
    }
    if words.len() * 2 >= most.len() {
        words
    } else {
        most
    }
}
