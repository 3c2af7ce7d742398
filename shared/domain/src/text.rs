//! Text that people see: what it may hold, and when two texts are the same.
//!
//! # What is taken
//!
//! Every value that somebody types goes through [`line()`] or [`lines()`]; what cannot be sent back to whoever wrote it (a
//! profile's name, a chat's message) is made fit by [`fit_line`] or [`fit_lines`] first. What comes out is NFC, and going
//! through again changes nothing.
//!
//! | characters | one line | lines |
//! |---|---|---|
//! | controls, noncharacters | refused | refused but tab, LF, CR |
//! | line and paragraph separators (U+2028, U+2029) | refused | LF |
//! | overrides of direction (U+202D, U+202E) | refused | refused |
//! | embeddings and isolates (U+202A–U+202C, U+2066–U+2069) | refused | closed where their line ends; an end without a beginning is left out |
//! | marks of direction (U+200E, U+200F, U+061C) | kept | kept |
//! | joiners (U+200C, U+200D) | kept behind emoji and letters of scripts that use them, else left out | as there |
//! | tags (U+E0020–U+E007F) | kept behind the black flag of emoji, else left out | as there |
//! | other invisible characters | left out | left out, but a zero width space is kept: it parts words in Thai and Khmer |
//!
//! Fillers (U+3164 and such) and the empty Braille cell are kept, since scripts have them, but show nothing: a text of
//! nothing else is [`Fault::Blank`], and they do not count towards a least length.
//!
//! # When two texts are the same
//!
//! [`folded`] says what a fact is about: NFC, full case folding, white space and what is invisible made one. [`searched`] and
//! [`words`] go further, as whoever searches types what the keyboard has: without diacritics, vowel signs of Arabic and
//! Hebrew, and the strokes of letters such as `ł`. The dotted and the dotless i of Turkish are one letter in both: in
//! capitals nobody can tell which was meant.

mod chars;
mod fold;
#[cfg(test)]
mod tests;

pub use chars::turns_direction;
pub use fold::{folded, searched, words};

use chars::{Kind, kind};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing of it shows.
    Blank,
    /// A control character, or a line break where there is one line only.
    Control,
    /// A character that turns the direction of what follows.
    Direction,
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Line,
    Lines,
}

/// What is done with what is refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Refuse,
    Mend,
}

/// One line of text, trimmed.
///
/// # Errors
/// [`Fault`].
pub fn line(text: &str) -> Result<String, Fault> {
    shown(taken(text, Room::Line, Manner::Refuse)?)
}

/// Lines of text, trimmed.
///
/// # Errors
/// [`Fault`].
pub fn lines(text: &str) -> Result<String, Fault> {
    shown(taken(text, Room::Lines, Manner::Refuse)?)
}

/// One line of whatever was written: what [`line()`] refuses is left out, or a space where it breaks the line. May be blank.
pub fn fit_line(text: &str) -> String {
    taken(text, Room::Line, Manner::Mend).unwrap_or_default()
}

/// Lines of whatever was written, of at most `most` characters. May be blank.
pub fn fit_lines(text: &str, most: usize) -> String {
    let fit = |text: &str| taken(text, Room::Lines, Manner::Mend).unwrap_or_default();
    let cut: String = text.chars().take(most).collect();
    let lines = fit(&cut);
    if lines.chars().count() <= most {
        return lines;
    }
    // Closing what is open can make a text longer, and composing it.
    let plain = fit(&cut.replace(turns_direction, ""));
    let cut: String = plain.chars().take(most).collect();
    trimmed(&cut).to_owned()
}

/// Whether a character of a text is seen, or is a space between such.
pub(crate) fn counts(c: char) -> bool {
    match kind(c) {
        Kind::Other | Kind::Separator => true,
        Kind::Control => c.is_whitespace(),
        Kind::Override
        | Kind::Opens(_)
        | Kind::Closes
        | Kind::Joiner
        | Kind::Tag
        | Kind::Mark
        | Kind::Blank
        | Kind::Hidden => false,
    }
}

/// Whether anything of a text is seen.
pub fn is_visible(text: &str) -> bool {
    text.chars()
        .any(|c| counts(c) && !c.is_whitespace() && !chars::is_combining(c))
}

fn shown(text: String) -> Result<String, Fault> {
    if is_visible(&text) {
        Ok(text)
    } else {
        Err(Fault::Blank)
    }
}

fn taken(text: &str, room: Room, manner: Manner) -> Result<String, Fault> {
    let plain = |b: u8| matches!(b, b' '..=b'~') || (room == Room::Lines && b == b'\n');
    if text.bytes().all(plain) {
        return Ok(text.trim().to_owned());
    }
    let mut kept = String::with_capacity(text.len());
    let mut open = Vec::new();
    for c in text.nfc() {
        match kind(c) {
            Kind::Other | Kind::Blank | Kind::Mark => kept.push(c),
            Kind::Control => match (c, room) {
                ('\n' | '\r', Room::Lines) => {
                    kept.extend(open.drain(..).rev());
                    kept.push(c);
                }
                ('\t', Room::Lines) => kept.push(c),
                _ if manner == Manner::Refuse => return Err(Fault::Control),
                _ if c.is_whitespace() => kept.push(' '),
                _ => {}
            },
            Kind::Separator => match room {
                Room::Lines => {
                    kept.extend(open.drain(..).rev());
                    kept.push('\n');
                }
                Room::Line if manner == Manner::Refuse => return Err(Fault::Control),
                Room::Line => kept.push(' '),
            },
            Kind::Opens(end) if room == Room::Lines => {
                open.push(end);
                kept.push(c);
            }
            Kind::Closes if room == Room::Lines => {
                if open.last() == Some(&c) {
                    open.pop();
                    kept.push(c);
                }
            }
            Kind::Override | Kind::Opens(_) | Kind::Closes => {
                if manner == Manner::Refuse {
                    return Err(Fault::Direction);
                }
            }
            Kind::Joiner => {
                if kept.chars().next_back().is_some_and(chars::takes_joiner) {
                    kept.push(c);
                }
            }
            Kind::Tag => {
                if kept.chars().next_back().is_some_and(chars::takes_tag) {
                    kept.push(c);
                }
            }
            Kind::Hidden => {
                if c == '\u{200b}' && room == Room::Lines {
                    kept.push(c);
                }
            }
        }
    }
    kept.extend(open.drain(..).rev());
    // What stood apart may compose once what was between is gone.
    if !is_nfc(&kept) {
        kept = kept.nfc().collect();
    }
    Ok(trimmed(&kept).to_owned())
}

/// Without white space, and zero width spaces, at its ends.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}')
}
