//! What is printed, made harmless for a terminal.
//!
//! Names, details and links are other people's words. Control characters of any kind (C0 but line ends and tabs, DEL, C1)
//! and what turns the direction of writing are shown as JSON escapes, so that JSON stays JSON.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// A writer that lets through nothing that controls a terminal.
#[derive(Debug)]
pub(crate) struct Plain<W>(pub(crate) W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // Formatting hands over whole texts; what is cut inside a character becomes U+FFFD.
        self.0
            .write_all(plain(&String::from_utf8_lossy(text)).as_bytes())?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let harmless = matches!(c, '\n' | '\t');
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
        if !harmless && (c.is_control() || turns) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A text as part of one line: a line end in it would look like one of ours.
pub(crate) fn line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_controls_a_terminal_is_let_through() {
        let mut out = Plain(Vec::new());
        let said = "Asha\u{1b}]0;owned\u{7}\u{9b}31m\u{7f}\u{202e}x\r\n\tà";
        write!(out, "{said}").unwrap();
        let shown = String::from_utf8(out.0).unwrap();
        assert_eq!(
            shown,
            "Asha\\u001b]0;owned\\u0007\\u009b31m\\u007f\\u202ex\\u000d\n\tà"
        );
        let json = serde_json::json!({"name": "a\u{9b}b\u{202e}"});
        let json: serde_json::Value = serde_json::from_str(&plain(&json.to_string())).unwrap();
        assert_eq!(json["name"], "a\u{9b}b\u{202e}", "JSON stays what it was");
        assert_eq!(line("one\nregistrar: two"), "one registrar: two");
    }
}
