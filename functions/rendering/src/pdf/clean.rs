//! What was typed, without what a page cannot show.

use super::faces::UNKNOWN;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// No box of the page holds more than this at its smallest size.
const MAX_CHARS: usize = 400;

/// Real orthographies stack up to four marks on a letter (Yoruba two, Vietnamese two, biblical Hebrew four);
/// more would climb over the lines above.
const MAX_STACKED_MARKS: usize = 5;

/// NFC of `text` on one line: white space collapsed and trimmed; controls, noncharacters and marks that only
/// steer bidirectional display dropped (they could make a name read differently from what is verified);
/// joiners, which spell words in Indic and Persian, and selectors of a name's form of an ideograph kept; private use,
/// which means something else to everybody, replaced by U+FFFD.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut pending_space = false;
    let mut stacked = 0;
    for c in text.nfc().take(MAX_CHARS * 2) {
        if c.is_whitespace() && !is_no_break(c) {
            pending_space = !cleaned.is_empty();
            continue;
        }
        if is_dropped(c) {
            continue;
        }
        stacked = if is_combining_mark(c) { stacked + 1 } else { 0 };
        if stacked > MAX_STACKED_MARKS {
            continue;
        }
        if pending_space {
            cleaned.push(' ');
            pending_space = false;
        }
        cleaned.push(if is_private(c) { UNKNOWN } else { c });
    }
    if let Some((end, _)) = cleaned.char_indices().nth(MAX_CHARS) {
        cleaned.truncate(end);
    }
    // Dropping a character can leave two that compose.
    cleaned.nfc().collect()
}

fn is_no_break(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{202F}')
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Means nothing without a private agreement, and an archive refuses it.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn decomposed_text_is_composed_and_white_space_collapsed() {
        assert_eq!(
            clean("  Ade\u{301}ba\u{301}yo\u{323}\u{300} \t\n Ọla  "),
            "Adébáyọ̀ Ọla"
        );
    }

    #[test]
    fn direction_overrides_and_controls_are_dropped_and_joiners_kept() {
        assert_eq!(clean("A\u{202E}da\u{0}\u{7}\u{FEFF}\u{FFFF}"), "Ada");
        assert_eq!(clean("क्\u{200D}ष"), "क्\u{200D}ष");
    }

    #[test]
    fn private_use_is_replaced_and_the_form_of_an_ideograph_kept() {
        assert_eq!(clean("\u{E123}\u{F0001}x"), "\u{FFFD}\u{FFFD}x");
        assert_eq!(clean("葛\u{E0100}"), "葛\u{E0100}");
    }

    #[test]
    fn endless_marks_and_endless_names_are_bounded() {
        let tower: String = std::iter::once('a')
            .chain(std::iter::repeat_n('\u{338}', 900))
            .collect();
        assert_eq!(clean(&tower).chars().count(), 6);
        assert_eq!(clean(&"n".repeat(9_000)).chars().count(), 400);
    }
}
