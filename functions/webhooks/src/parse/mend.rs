//! JSON of programs whose texts are units of UTF-16: what cuts them may leave half of a character.
//!
//! An escape of a surrogate that has no other half is no character, and a strict reader refuses the whole body for it. It
//! becomes U+FFFD, as does what is not valid UTF-8. A backslash stands in texts only, so nothing else is touched.

/// The body as text, with U+FFFD in place of what is no character.
pub(super) fn mended(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let (kept, length) = match unit(escape) {
            Some(0xd800..=0xdbff) if is_low_half(escape.get(6..)) => (escape.get(..12), 12),
            Some(0xd800..=0xdfff) => (Some("\\ufffd"), 6),
            Some(_) => (escape.get(..6), 6),
            None => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        mended.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    mended.push_str(rest);
    mended
}

fn is_low_half(text: Option<&str>) -> bool {
    matches!(text.and_then(unit), Some(0xdc00..=0xdfff))
}

/// The unit that an escape at the start of a text stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> String {
        serde_json::from_str(&mended(json.as_bytes())).unwrap()
    }

    #[test]
    fn half_a_character_becomes_the_replacement_and_whole_ones_stay() {
        for (json, text) in [
            (r#""Ada \ud83c""#, "Ada \u{fffd}"),
            (r#""\udf89 Ada""#, "\u{fffd} Ada"),
            (r#""\ud83c\ud83c\udf89""#, "\u{fffd}🎉"),
            (r#""\uD83C\uDF89 \u00e9 \\ud83c \\""#, "🎉 é \\ud83c \\"),
            (r#""\ud83cé""#, "\u{fffd}é"),
        ] {
            assert_eq!(read(json), text, "{json}");
        }
        assert_eq!(mended(b"\"d\xe9\""), "\"d\u{fffd}\"");
        assert_eq!(mended(b"\\"), "\\");
        assert_eq!(mended("\\é\\u12".as_bytes()), "\\é\\u12");
    }

    proptest! {
        #[test]
        fn what_is_right_is_left_as_it_is(text in ".*") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(mended(json.as_bytes()), json);
        }
    }
}
