//! Whose drawing of a Han character: Unicode has one code where China, Taiwan and Japan draw differently.
//!
//! | text | asked first |
//! |---|---|
//! | with kana, or a character that only Japan has | Japan, China, Taiwan |
//! | with a character that China's standard lacks | Taiwan, China, Japan |
//! | any other | China, Taiwan, Japan |
//!
//! A name tells no more than that: 田中 is drawn as China draws it, which differs from Japan's drawing in neither of the two.

use unicode_script::{Script, UnicodeScript};

use super::RenderError;
use super::faces::{Face, FaceId};

/// Faces in the order in which they are asked; none for a text without Han and kana.
pub(super) type Order = Option<[FaceId; 3]>;

/// The order for `text`.
pub(super) fn order(text: &str) -> Result<Order, RenderError> {
    let (mut any, mut japanese, mut traditional) = (false, false, false);
    for c in text.chars().filter(|c| *c >= '\u{2E80}') {
        match c.script() {
            Script::Hiragana | Script::Katakana => (any, japanese) = (true, true),
            Script::Han => {
                any = true;
                if !Face::get(FaceId::SIMPLIFIED)?.shows(c) {
                    if Face::get(FaceId::TRADITIONAL)?.shows(c) {
                        traditional = true;
                    } else if Face::get(FaceId::JAPANESE)?.shows(c) {
                        japanese = true;
                    }
                }
            }
            _ => {}
        }
    }
    let (china, taiwan, japan) = (FaceId::SIMPLIFIED, FaceId::TRADITIONAL, FaceId::JAPANESE);
    Ok(match (any, japanese, traditional) {
        (false, ..) => None,
        (_, true, _) => Some([japan, china, taiwan]),
        (_, _, true) => Some([taiwan, china, japan]),
        _ => Some([china, taiwan, japan]),
    })
}

#[cfg(test)]
mod tests {
    use super::{FaceId, order};
    use crate::pdf::shape::shape;

    fn first(text: &str) -> Option<FaceId> {
        order(text).expect("readable").map(|order| order[0])
    }

    #[test]
    fn a_text_is_drawn_as_the_country_draws_whose_characters_it_needs() {
        assert_eq!(first("王小明"), Some(FaceId::SIMPLIFIED));
        assert_eq!(first("陳怡君"), Some(FaceId::TRADITIONAL));
        assert_eq!(first("渡辺さくら"), Some(FaceId::JAPANESE));
        assert_eq!(first("桜井"), Some(FaceId::JAPANESE));
        assert_eq!(first("Ada 김민준"), None);
    }

    #[test]
    fn a_character_drawn_differently_comes_from_another_face() {
        let face = |text: &str| shape(text, FaceId::DISPLAY).expect("shaped").clusters[0].face;
        assert_eq!(face("骨"), FaceId::SIMPLIFIED);
        assert_eq!(face("骨の"), FaceId::JAPANESE);
        assert_eq!(face("骨塢"), FaceId::TRADITIONAL);
    }
}
