//! Which characters the page can show.

use super::RenderError;
use super::clean::clean;
use super::faces::{Face, FaceId, UNKNOWN};

/// Whether a text with `character` shows it as it is, or needs nothing to be shown of it. Any text of such characters is drawn
/// whole: where no one face has a letter with its marks, two share it.
///
/// # Errors
/// [`RenderError::Font`].
pub fn draws(character: char) -> Result<bool, RenderError> {
    // What a pair of decoded halves or a wrong encoding left behind is no text, though a face has it; the letters of a
    // region's flag are dropped, and the flag with them.
    if character == UNKNOWN || is_tag(character) {
        return Ok(false);
    }
    for shown in clean(character.encode_utf8(&mut [0; 4])).chars() {
        if !any_shows(shown)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn any_shows(character: char) -> Result<bool, RenderError> {
    if character == UNKNOWN {
        return Ok(false);
    }
    for id in FaceId::all() {
        if Face::get(id)?.shows(character) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::{UNKNOWN, draws};
    use crate::pdf::clean::clean;
    use crate::pdf::faces::{Face, FaceId};
    use crate::pdf::shape::shape;
    use proptest::prelude::*;
    use registrar_domain::certificate::is_drawn;

    fn every() -> impl Iterator<Item = char> {
        (0..=u32::from(char::MAX)).filter_map(char::from_u32)
    }

    /// Whether the page of `text` has a box in it.
    fn has_box(text: &str) -> bool {
        let unknown = Face::get(FaceId::SANS).expect("readable").unknown();
        let line = shape(text, FaceId::DISPLAY).expect("shaped");
        let mut glyphs = line
            .clusters
            .iter()
            .flat_map(|cluster| cluster.glyphs.iter().map(|glyph| (cluster.face, glyph.id)));
        glyphs.any(|(face, id)| id == 0 || (face, id) == (FaceId::SANS, unknown))
    }

    #[test]
    fn the_table_that_refuses_says_what_the_faces_have() {
        let wrong: Vec<_> = every()
            .filter(|c| is_drawn(*c) != draws(*c).expect("readable"))
            .map(|c| format!("U+{:04X}", u32::from(c)))
            .collect();
        assert!(wrong.is_empty(), "run registrar-coverage: {wrong:?}");
    }

    #[test]
    fn every_character_that_is_said_to_be_drawn_is_drawn() {
        for c in every().filter(|c| is_drawn(*c)) {
            let text = clean(&format!("a{c}"));
            assert!(!has_box(&text), "U+{:04X}", u32::from(c));
            assert!(!text.contains(UNKNOWN));
        }
    }

    proptest! {
        #[test]
        fn any_text_of_drawn_characters_is_drawn(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
            let drawn: Vec<char> = every().filter(|c| is_drawn(*c)).collect();
            let text: String = picks.iter().map(|pick| *pick.get(&drawn)).collect();
            prop_assert!(!has_box(&clean(&text)), "{}", text);
        }

        #[test]
        fn letters_with_marks_of_other_scripts_are_drawn(
            letters in prop::collection::vec(prop::sample::select(vec!['a', 'क', 'ម', 'م', '王', 'አ', 'ไ', 'က']), 1..6),
            marks in prop::collection::vec(prop::sample::select(vec!['\u{301}', '\u{323}', '\u{94D}', '\u{17D2}', '\u{64B}', '\u{1039}']), 6..7),
        ) {
            let text: String = letters.iter().zip(marks).flat_map(|(letter, mark)| [*letter, mark]).collect();
            prop_assert!(!has_box(&clean(&text)), "{}", text);
        }
    }
}
