//! Which bytes are a text, and what it says.
//!
//! | bytes | read as |
//! |---|---|
//! | valid UTF-8 without control characters | UTF-8 |
//! | a UTF-16 byte order mark, then units without control characters | UTF-16 |
//! | an even number of bytes, one half of every pair NUL in most of them | UTF-16 without its mark |
//! | anything else without control bytes | a set of one or more bytes a character that extends ASCII: Windows-1252, Shift-JIS, GBK, … |
//!
//! Line ends, tabs, form feeds and escapes (ISO-2022-JP) are no control characters. Every binary format in use has a NUL or
//! another control byte in its head. Of the last row only the ASCII is read: enough to tell what a browser would run, and
//! which set it is nobody has to know, because a text is downloaded only.

use std::borrow::Cow;

/// The text that a file of `size` bytes, which begins with `head`, begins with. A character that the end of the head cuts
/// is left out.
pub(super) fn text(head: &[u8], size: u64) -> Option<Cow<'_, str>> {
    let cut = (head.len() as u64) < size;
    let utf_8 = utf_8(head, cut);
    match utf_8.filter(|text| !text.contains(is_control)) {
        Some(text) => Some(Cow::Borrowed(text)),
        // Latin letters in UTF-16 are valid UTF-8, with NULs between them.
        None if utf_8.is_some() => utf_16(head).map(Cow::Owned),
        None => utf_16(head)
            .or_else(|| extended_ascii(head))
            .map(Cow::Owned),
    }
}

fn is_control(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}')
}

fn utf_8(head: &[u8], cut: bool) -> Option<&str> {
    match str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if cut && error.error_len().is_none() => {
            str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// How two bytes are a unit.
type Order = fn([u8; 2]) -> u16;

fn utf_16(head: &[u8]) -> Option<String> {
    let (body, read): (&[u8], Order) = match head {
        [0xff, 0xfe, body @ ..] => (body, u16::from_le_bytes),
        [0xfe, 0xff, body @ ..] => (body, u16::from_be_bytes),
        _ => (head, unmarked(head)?),
    };
    let (pairs, _) = body.as_chunks::<2>();
    let text: String = char::decode_utf16(pairs.iter().copied().map(read))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    // A pair of surrogates may be cut at the end, and nowhere else.
    let broken = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let whole = !broken.contains([char::REPLACEMENT_CHARACTER, '\u{fffe}']);
    (whole && !text.is_empty() && !text.contains(is_control)).then_some(text)
}

/// How units without a byte order mark are read: in most of them, and in at least four, the same half is NUL.
fn unmarked(head: &[u8]) -> Option<Order> {
    let (pairs, rest) = head.as_chunks::<2>();
    let most = |half: usize| {
        let zero = pairs.iter().filter(|pair| pair[half] == 0).count();
        rest.is_empty() && zero >= 4 && zero * 2 > pairs.len()
    };
    match (most(0), most(1)) {
        (true, false) => Some(u16::from_be_bytes),
        (false, true) => Some(u16::from_le_bytes),
        (true, true) | (false, false) => None,
    }
}

fn extended_ascii(head: &[u8]) -> Option<String> {
    let text: String = head
        .iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect();
    (!text.contains(is_control) && !text.contains('\u{7f}')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<String> {
        text(bytes, bytes.len() as u64).map(Cow::into_owned)
    }

    fn units(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark_in_both_orders() {
        let said = "Notes, café, 😀\r\n";
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(read(&units(said, order)).as_deref(), Some(said));
            let marked = units(&format!("\u{feff}{said}"), order);
            assert_eq!(read(&marked).as_deref(), Some(said));
        }
        let long = units("\u{feff}日本語", u16::to_le_bytes);
        assert_eq!(read(&long).as_deref(), Some("日本語"));
    }

    #[test]
    fn a_character_may_be_cut_by_the_end_of_the_head() {
        assert_eq!(text(b"na\xc3", 100).as_deref(), Some("na"));
        let marked = units("\u{feff}ab😀", u16::to_le_bytes);
        assert!(text(&marked[..marked.len() - 2], 100).is_some());
        assert!(text(&marked[..marked.len() - 1], 100).is_some());
    }

    #[test]
    fn what_holds_control_bytes_is_no_text() {
        for bytes in [
            &b"\0\0\0\0\0\0\0\0"[..],
            b"\xff\xfe\0\0\x01\0",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            b"\x89PNG\r\n\x1a\n",
            b"PK\x03\x04",
        ] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
