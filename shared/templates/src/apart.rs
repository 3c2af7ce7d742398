//! Values within sentences of ours, which are written from left to right.

use std::borrow::Cow;

/// First strong isolate, and its end (Unicode Standard Annex 9).
pub(crate) const OPENS: char = '\u{2068}';
pub(crate) const CLOSES: char = '\u{2069}';

/// `text` as a value of a sentence: what reads from right to left would otherwise draw in the words, digits and punctuation
/// beside it, and the reader would see another sentence. A text that has nothing of the kind stays as it is.
pub fn isolated(text: &str) -> Cow<'_, str> {
    if turns(text) {
        Cow::Owned(format!("{OPENS}{text}{CLOSES}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether some of it reads from right to left: the blocks that the annex sets aside for such scripts.
pub(crate) fn turns(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    })
}

#[cfg(test)]
mod tests {
    use super::isolated;

    #[test]
    fn only_what_reads_from_right_to_left_is_set_apart() {
        assert_eq!(isolated("ممتاز 95%"), "\u{2068}ممتاز 95%\u{2069}");
        assert_eq!(isolated("Ada שרה"), "\u{2068}Ada שרה\u{2069}");
        for plain in ["A+", "Ọlá क्षि 王", "", "95 %"] {
            assert_eq!(isolated(plain), plain);
        }
    }
}
