//! Cursors: a list's sort key behind four bytes of a digest, in base64url.
//!
//! The digest covers the list as well, so that a garbled cursor, or another list's, is refused instead of giving some page.
//! It is no secret: whoever computes one reads no more than the list itself shows.

use crate::{StoreError, keys};
use data_encoding::BASE64URL_NOPAD;

/// Bytes of the digest.
const CHECK: usize = 4;

/// The cursor that goes on after `sort_key` in `list`.
pub(crate) fn encode(list: &str, sort_key: &str) -> String {
    let mut bytes = check(list, sort_key).to_vec();
    bytes.extend_from_slice(sort_key.as_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

/// The sort key of a cursor that [`encode`] made for `list`.
pub(crate) fn decode(list: &str, cursor: &str) -> Result<String, StoreError> {
    let bytes = BASE64URL_NOPAD
        .decode(cursor.as_bytes())
        .map_err(|_| StoreError::Cursor)?;
    let (sum, sort_key) = bytes.split_first_chunk().ok_or(StoreError::Cursor)?;
    match std::str::from_utf8(sort_key) {
        Ok(sort_key) if check(list, sort_key) == *sum => Ok(sort_key.to_owned()),
        _ => Err(StoreError::Cursor),
    }
}

fn check(list: &str, sort_key: &str) -> [u8; CHECK] {
    let digest = keys::digest(&["cursor", list, sort_key]);
    *digest
        .as_bytes()
        .first_chunk()
        .expect("a digest has 64 digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_on_in_its_own_list_only() {
        let cursor = encode("TICKETS#000", "0195-7");
        assert_eq!(decode("TICKETS#000", &cursor).unwrap(), "0195-7");
        assert!(decode("CERTIFICATES#000", &cursor).is_err());
        for garbled in [
            "",
            "x",
            "AAAA",
            "é💥",
            "fn5-fn5-",
            &cursor[1..],
            &cursor[..9],
        ] {
            assert!(decode("TICKETS#000", garbled).is_err(), "{garbled}");
        }
    }
}
