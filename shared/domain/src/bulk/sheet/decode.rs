//! Bytes of a file as UTF-8.
//!
//! UTF-16 is told by its byte order mark, or by a zero in the first character, which no column's name has. Other encodings
//! are not guessed: `Dvořák` of Windows-1250 is a good `Dvoøák` in Windows-1252, and would be signed so.

use super::{BYTE_ORDER_MARK, Fault};
use std::borrow::Cow;

/// What ended a text in CP/M and DOS, and still does where such programs export.
const CTRL_Z: u8 = 0x1a;

/// The file in UTF-8, as far as it is text, without a byte order mark and without what ends it.
pub(super) fn utf8(file: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
    let text = match file {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Err(Fault::NotUtf8),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [first, 0, ..] if *first != 0 => utf16(file, u16::from_le_bytes)?,
        [0, first, ..] if *first != 0 => utf16(file, u16::from_be_bytes)?,
        _ => Cow::Borrowed(file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file)),
    };
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..text_end(text)]),
        Cow::Owned(mut text) => {
            text.truncate(text_end(&text));
            Cow::Owned(text)
        }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, [u8]>, Fault> {
    let (pairs, rest) = bytes.as_chunks();
    let mut text = String::with_capacity(bytes.len());
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        text.push(c.map_err(|_| broken(&text))?);
    }
    if rest.is_empty() {
        Ok(Cow::Owned(text.into_bytes()))
    } else {
        Err(broken(&text))
    }
}

/// Where decoding came to nothing.
fn broken(before: &str) -> Fault {
    let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as u64;
    Fault::BrokenUtf16 { line }
}

/// Where the text ends: at a last Ctrl-Z, whatever line ends stand around it.
fn text_end(text: &[u8]) -> usize {
    let end = |b: &u8| !matches!(*b, CTRL_Z | b'\r' | b'\n');
    let kept = text.iter().rposition(end).map_or(0, |last| last + 1);
    if text[kept..].contains(&CTRL_Z) {
        kept
    } else {
        text.len()
    }
}
