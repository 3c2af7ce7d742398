//! What certificates can be drawn with: which characters the faces of `rendering` have, as a table of a few kilobytes.
//!
//! A certificate with boxes in place of letters is no certificate. So whoever issues learns it before anything is stored, from
//! functions that carry no fonts. `registrar-coverage` writes the table from the faces, and a test of `rendering` compares the
//! two.
//!
//! ```text
//! drawn.bin = page*, by rising number
//! page      = number u16, big-endian (code point / 256) · 32 bytes: bit n of byte n / 8, from the lowest, is code point n
//! ```

use super::Refusal;
use std::fmt;

static TABLE: &[u8] = include_bytes!("drawn.bin");
const NUMBER: usize = 2;
const PAGE: usize = NUMBER + 32;

/// Whether a certificate shows `character` as it is, or needs nothing to be shown of it.
pub fn is_drawn(character: char) -> bool {
    let code = u32::from(character);
    let (pages, _) = TABLE.as_chunks::<PAGE>();
    let number = |page: &[u8; PAGE]| u32::from(u16::from_be_bytes([page[0], page[1]]));
    let Ok(at) = pages.binary_search_by_key(&(code >> 8), number) else {
        return false;
    };
    let place = usize::from(code.to_le_bytes()[0]);
    pages[at][NUMBER + place / 8] >> (place % 8) & 1 == 1
}

/// Characters that no face has, each once, in the order in which they stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undrawn(Vec<char>);

impl Undrawn {
    /// A message names no more than these.
    const NAMED: usize = 10;

    /// Those of `text`, if there are any.
    pub fn of(text: &str) -> Option<Self> {
        let mut found = Vec::new();
        for character in text.chars() {
            if !is_drawn(character) && !found.contains(&character) {
                found.push(character);
            }
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// Their code points, as `U+13A3`.
    pub fn code_points(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|c| format!("U+{:04X}", u32::from(*c)))
    }
}

impl fmt::Display for Undrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<_> = self.code_points().take(Self::NAMED).collect();
        f.write_str(&named.join(", "))?;
        match self.0.len().saturating_sub(Self::NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A text of the page that people give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The holder's name as the account has it.
    Account,
    /// The holder's name as the request says it.
    Name,
    /// The course's name.
    Course,
    /// The grade.
    Grade,
}

impl Part {
    /// Refuses a text that the page could not show whole.
    ///
    /// # Errors
    /// [`Refusal::Undrawn`].
    pub fn check(self, text: &str) -> Result<(), Refusal> {
        match Undrawn::of(text) {
            Some(undrawn) => Err(Refusal::Undrawn {
                part: self,
                undrawn,
            }),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "the name of the student's account",
            Self::Name => "the student's name",
            Self::Course => "the course's name",
            Self::Grade => "the grade",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{NUMBER, PAGE, TABLE, Undrawn, is_drawn};

    #[test]
    fn the_table_is_whole_pages_in_order() {
        assert_eq!(TABLE.len() % PAGE, 0);
        let numbers: Vec<_> = TABLE.chunks(PAGE).map(|page| &page[..NUMBER]).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn what_people_write_is_drawn_and_what_has_no_face_is_named_once() {
        for text in [
            "Adébáyọ̀ Ọláńrewájú",
            "क्षि क्\u{200D}ष",
            "ଓଡ଼ିଆ",
            "සිංහල",
            "မြန်မာ",
            "ភាសាខ្មែរ",
            "ລາວ",
            "አማርኛ",
            "ქართული",
            "Հայերեն",
            "陳怡君 さくら 뷁",
            "👩‍💻 🇮🇳",
        ] {
            assert_eq!(Undrawn::of(text), None, "{text}");
        }
        let undrawn = Undrawn::of("Rust ᏣᎳᏣ\u{E000}").expect("Cherokee has no face");
        assert_eq!(undrawn.to_string(), "U+13E3, U+13B3, U+E000");
        assert!(!is_drawn('\u{FFFD}'));
    }

    #[test]
    fn a_message_names_ten_and_counts_the_rest() {
        let text: String = ('\u{13A0}'..'\u{13AD}').collect();
        let told = Undrawn::of(&text).expect("none has a face").to_string();
        assert!(told.ends_with("U+13A9 and 3 more"), "{told}");
    }
}
