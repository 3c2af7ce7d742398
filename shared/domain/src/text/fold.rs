//! When two texts are the same.

use super::chars::{Kind, kind};
use std::collections::BTreeSet;
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// The most characters of a word that tell it from others.
const LETTERS: usize = 64;

/// What two texts have in common that say the same: NFC, full case folding (`Straße` is `STRASSE`), white space once, and
/// nothing invisible.
pub fn folded(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for word in text.split(parts) {
        let mut word = word.chars().filter(|c| shows(*c)).peekable();
        if word.peek().is_some() && !kept.is_empty() {
            kept.push(' ');
        }
        kept.extend(word);
    }
    // The canonical caseless match of the Unicode standard, D145.
    let apart: String = kept.nfd().collect();
    let small = dotless(&UniCase::unicode(apart).to_folded_case());
    small.nfc().collect()
}

/// What a text is searched by: as [`folded`], and without compatibility forms, diacritics, vowel signs and strokes. Scripts
/// whose signs are letters of their own keep them.
pub fn searched(text: &str) -> String {
    let spaced = text.replace(parts, " ");
    let apart: String = spaced.nfkd().filter(|c| shows(*c)).collect();
    let small = dotless(&UniCase::unicode(apart).to_folded_case());
    let mut kept = String::with_capacity(small.len());
    // Folding may leave compatibility forms.
    for c in small.nfkd().filter(|c| !is_left_out(*c)) {
        match stroked(c) {
            Some(plain) => kept.push_str(plain),
            None => kept.push(c),
        }
    }
    kept.nfc().collect()
}

/// The different words of a text, in the order in which they first come, as they are searched by. A word is what Unicode's
/// segmentation (UAX #29) gives; an apostrophe parts words, as in `l'école`.
pub fn words(text: &str) -> Vec<String> {
    let text = searched(text).replace(['\'', '\u{2019}'], " ");
    let mut seen = BTreeSet::new();
    let words = text
        .unicode_words()
        .map(|word| word.chars().take(LETTERS).collect());
    words
        .filter(|word: &String| seen.insert(word.clone()))
        .collect()
}

/// Whether a character parts words: white space, and what looks like it.
fn parts(c: char) -> bool {
    c.is_whitespace() || kind(c) == Kind::Blank
}

/// Whether a character tells texts apart. Selectors and joiners change looks, not words; others are not seen at all.
fn shows(c: char) -> bool {
    kind(c) == Kind::Other
}

/// With one letter i: what case folding makes of `İ` is an i with a dot above, and `ı` has none.
fn dotless(small: &str) -> String {
    small.replace("i\u{307}", "i").replace('ı', "i")
}

/// Diacritics of Latin, Greek and Cyrillic, vowel signs of Arabic and Hebrew, and the line that stretches Arabic words.
fn is_left_out(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{898}'..='\u{89f}' | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What a letter is typed as that no decomposition takes apart, in small letters; and the letters that Persian and Urdu
/// write another way than Arabic does.
fn stroked(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ɓ' => "b",
        'ƙ' => "k",
        'ƴ' => "y",
        'ɨ' => "i",
        'ʉ' => "u",
        'þ' => "th",
        'æ' => "ae",
        'œ' => "oe",
        'ى' | 'ی' | 'ے' => "ي",
        'ک' => "ك",
        'ہ' | 'ة' => "ه",
        _ => return None,
    })
}
