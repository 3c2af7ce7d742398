//! RFC 4648 base32 and base64url without padding, for what the edge reads. Only the canonical form of a text is read.
//!
//! `data-encoding`, which writes and reads everywhere else, picks among all its bases while it runs, so that one use
//! links all of them: 60 KB of the WebAssembly that every browser downloads to verify without a connection, a seventh
//! of it. A test holds both against each other.

const NONE: u8 = 0xff;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static BASE32_VALUES: [u8; 256] = values(BASE32, true);
static BASE64URL_VALUES: [u8; 256] = values(BASE64URL, false);

/// Why a text is not of its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBase {
    /// A symbol that the base does not have, or a length that no bytes give.
    Text,
    /// The bits of the last symbol that are over are not zero: another text stands for the same bytes.
    Trailing,
}

/// Base32, in any letter case.
pub fn decode_base32(text: &str) -> Result<Vec<u8>, NotBase> {
    decode::<5>(text.as_bytes(), &BASE32_VALUES)
}

/// Base64 in the alphabet for addresses.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, NotBase> {
    decode::<6>(text.as_bytes(), &BASE64URL_VALUES)
}

/// Base64 in the alphabet for addresses.
pub fn encode_base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(bits);
        for at in 0..=chunk.len() {
            let index = usize::try_from(bits >> (18 - 6 * at) & 63).expect("six bits fit");
            text.push(char::from(BASE64URL[index]));
        }
    }
    text
}

fn decode<const BITS: u32>(text: &[u8], values: &[u8; 256]) -> Result<Vec<u8>, NotBase> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0_u32, 0);
    for &symbol in text {
        let value = values[usize::from(symbol)];
        if value == NONE {
            return Err(NotBase::Text);
        }
        held = held << BITS | u32::from(value);
        count += BITS;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count).to_be_bytes()[3]);
            held &= (1 << count) - 1;
        }
    }
    // Fewer bits than a symbol's may be over; more say that a symbol is one too many or too few.
    match (count < BITS, held) {
        (false, _) => Err(NotBase::Text),
        (true, 0) => Ok(bytes),
        (true, _) => Err(NotBase::Trailing),
    }
}

/// What each byte stands for.
const fn values(alphabet: &[u8], any_case: bool) -> [u8; 256] {
    let mut values = [NONE; 256];
    let (mut at, mut value) = (0, 0);
    while at < alphabet.len() {
        values[alphabet[at] as usize] = value;
        if any_case {
            values[alphabet[at].to_ascii_lowercase() as usize] = value;
        }
        at += 1;
        value += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, DecodeError, DecodeKind, Encoding};
    use proptest::prelude::*;

    fn theirs(encoding: &Encoding, text: &str) -> Result<Vec<u8>, NotBase> {
        let kind = |DecodeError { kind, .. }| match kind {
            DecodeKind::Trailing => NotBase::Trailing,
            DecodeKind::Length | DecodeKind::Symbol | DecodeKind::Padding => NotBase::Text,
        };
        encoding.decode(text.as_bytes()).map_err(kind)
    }

    #[test]
    fn every_end_of_a_text_is_read_or_refused_as_the_library_does() {
        for text in [
            "", "A", "AA", "AB", "AAA", "AAAA", "AAAB", "AAAAA", "AAAAAA", "AAAAAAA", "AAAAAAB",
            "7777777", "AAAAAAAA", "AAAA=", "A A", "A1", "Aé",
        ] {
            assert_eq!(decode_base32(text), theirs(&BASE32_NOPAD, text), "{text}");
            assert_eq!(
                decode_base64url(text),
                theirs(&BASE64URL_NOPAD, text),
                "{text}"
            );
        }
        assert_eq!(decode_base32("mzxw6"), Ok(b"foo".to_vec()));
        assert_eq!(decode_base64url("_-8"), Ok(vec![0xff, 0xef]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            let text = encode_base64url(&bytes);
            prop_assert_eq!(&text, &BASE64URL_NOPAD.encode(&bytes));
            prop_assert_eq!(decode_base64url(&text), Ok(bytes.clone()));
            prop_assert_eq!(decode_base32(&BASE32_NOPAD.encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused_as_the_library_does(text in "[A-Za-z0-9_=-]{0,24}|\\PC{0,12}") {
            prop_assert_eq!(decode_base64url(&text), theirs(&BASE64URL_NOPAD, &text));
            prop_assert_eq!(decode_base32(&text), theirs(&BASE32_NOPAD, &text.to_ascii_uppercase()));
        }
    }
}
