//! Text of users made fit for a line, a paragraph or a link.

use crate::apart::{CLOSES, OPENS};
use registrar_domain::text::turns_direction;

/// One line: control characters and every kind of line break become a space, runs of spaces one; trimmed.
pub(crate) fn line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|letter| if breaks(letter) { ' ' } else { letter })
        .filter(|letter| !hidden(*letter))
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines without control characters, without empty lines at either end and without more than one in a row; at least one line.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for raw in text.replace("\r\n", "\n").split([
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ]) {
        let kept: String = raw
            .chars()
            .map(|letter| if letter == '\t' { ' ' } else { letter })
            .filter(|letter| !letter.is_control() && !hidden(*letter))
            .collect();
        let kept = kept.trim_end().to_owned();
        if !kept.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(kept);
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// A link that a reader may follow: `http` or `https` and nothing that ends it early; otherwise nothing.
pub(crate) fn link(url: &str) -> String {
    let allowed = url.starts_with("https://") || url.starts_with("http://");
    let whole = !url.contains(|letter: char| {
        letter.is_whitespace() || letter.is_control() || hidden(letter) || "<>\"".contains(letter)
    });
    if allowed && whole {
        url.to_owned()
    } else {
        String::new()
    }
}

/// `text` of at most `longest` characters, with an ellipsis where it was cut; an isolated value that was cut open is closed.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let upto = |length: usize| text.chars().take(length).collect::<String>();
    let mut kept = upto(longest.saturating_sub(1));
    let open = kept.matches(OPENS).count() > kept.matches(CLOSES).count();
    if open {
        kept = upto(longest.saturating_sub(2));
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    if open {
        kept.push(CLOSES);
    }
    kept
}

fn breaks(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Characters that turn the direction of what follows, so that a text could read as another one.
fn hidden(letter: char) -> bool {
    turns_direction(letter) || letter == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::{cut, line, lines, link};

    #[test]
    fn a_line_has_no_breaks_whatever_went_in() {
        assert_eq!(
            line(" a\r\nBcc: x\u{2028}b\u{0}\t c \u{202e}d"),
            "a Bcc: x b c d"
        );
        assert_eq!(line("Ọlá क्षि 👩‍💻"), "Ọlá क्षि 👩‍💻");
    }

    #[test]
    fn paragraphs_keep_their_breaks_and_lose_what_is_not_text() {
        assert_eq!(
            lines("\n\na\r\n\n\n\nb \u{7}c\u{2029}d\n\n"),
            ["a", "", "b c", "d"]
        );
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn only_plain_web_addresses_are_links() {
        assert_eq!(
            link("https://a.example/b?c=d&e=é"),
            "https://a.example/b?c=d&e=é"
        );
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.example/\"><b>",
            "https://a.example/ b",
            "",
        ] {
            assert_eq!(link(wrong), "");
        }
    }

    #[test]
    fn a_cut_shows() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcd ef", 6), "abcd…");
        assert_eq!(cut("a \u{2068}בגד\u{2069}", 6), "a \u{2068}ב…\u{2069}");
    }
}
