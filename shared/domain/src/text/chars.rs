//! What kind of character it is, for text that people see. From Unicode 17's `Default_Ignorable_Code_Point`, `Bidi_Control`
//! and `Noncharacter_Code_Point`.

use unicode_normalization::char::is_combining_mark;

/// A kind of character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A control, or no character.
    Control,
    /// Ends a line or a paragraph.
    Separator,
    /// Turns all that follows.
    Override,
    /// Begins an embedding or an isolate; what ends it.
    Opens(char),
    /// Ends one.
    Closes,
    /// Joins or parts letters and emoji.
    Joiner,
    /// Spells the name of a flag.
    Tag,
    /// Shows nothing and says how its neighbours look: marks of direction, selectors of a form.
    Mark,
    /// Shows nothing, and takes the place of a letter.
    Blank,
    /// Shows nothing and says nothing.
    Hidden,
    /// Any other.
    Other,
}

pub(super) fn kind(c: char) -> Kind {
    match c {
        ' '..='~' => Kind::Other,
        c if c.is_control() => Kind::Control,
        '\u{2028}' | '\u{2029}' => Kind::Separator,
        '\u{202d}' | '\u{202e}' => Kind::Override,
        '\u{202a}' | '\u{202b}' => Kind::Opens('\u{202c}'),
        '\u{2066}'..='\u{2068}' => Kind::Opens('\u{2069}'),
        '\u{202c}' | '\u{2069}' => Kind::Closes,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{e0020}'..='\u{e007f}' => Kind::Tag,
        '\u{200e}'
        | '\u{200f}'
        | '\u{61c}'
        | '\u{34f}'
        | '\u{180b}'..='\u{180d}'
        | '\u{180f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}' => Kind::Mark,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' | '\u{16fe4}'
        | '\u{1d159}' => Kind::Blank,
        '\u{ad}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Kind::Hidden,
        '\u{fdd0}'..='\u{fdef}' => Kind::Control,
        c if u32::from(c) & 0xfffe == 0xfffe => Kind::Control,
        _ => Kind::Other,
    }
}

/// Whether a character turns the direction of what follows, or ends such a turn.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn is_combining(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c)
}

/// Whether a joiner behind this character means anything: emoji, and letters of scripts that join. Latin, Greek, Cyrillic
/// and Armenian have no use for one.
pub(super) fn takes_joiner(before: char) -> bool {
    let plain = matches!(before, '\0'..='\u{58f}' | '\u{1e00}'..='\u{206f}');
    !plain && !before.is_whitespace()
}

/// Whether a tag behind this character spells a flag.
pub(super) fn takes_tag(before: char) -> bool {
    matches!(before, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}')
}
