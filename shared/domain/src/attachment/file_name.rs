//! File names as people give them, made harmless.

use super::ContentType;
use crate::text;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The most characters that a name keeps.
const CHARS: usize = 150;
/// The most bytes of a name that stand in an object's key: a folder server keeps the key in one name of a file.
const KEY_BYTES: usize = 56;
/// The longest ending that shortening a name keeps, with its dot.
const ENDING: usize = 16;
/// Endings that a system opens by running them: a text gets `.txt` behind such a one.
const RUN: &[&str] = &[
    "html", "htm", "shtml", "xhtml", "xht", "mht", "mhtml", "svg", "xml", "xsl", "js", "mjs",
    "jse", "vbs", "vbe", "wsf", "wsh", "hta", "exe", "com", "scr", "pif", "bat", "cmd", "ps1",
    "sh", "jar", "msi", "lnk", "url", "desktop", "app", "reg", "php", "phtml", "py", "command",
];

/// A file's name: one segment of 1–150 characters in any script, of text as [`crate::text`] makes it fit, without control characters, invisible ones and those
/// that turn the direction of writing, not hidden, and free of what file systems reserve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Makes a name of whatever was given: a path keeps its last segment, and nothing at all becomes `file`.
    pub fn sanitise(given: &str) -> Self {
        let segment = given.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut name = String::with_capacity(segment.len());
        for c in segment.chars().filter(|c| !is_dropped(*c)) {
            match c {
                c if c.is_whitespace() => {
                    if !name.ends_with(' ') {
                        name.push(' ');
                    }
                }
                '"' | '*' | ':' | '<' | '>' | '?' | '|' => name.push('_'),
                c => name.push(c),
            }
        }
        let name = text::fit_line(&name);
        let name = trimmed(&name);
        let name = if text::is_visible(name) { name } else { "file" };
        let reserved = if is_reserved(name) { "_" } else { "" };
        let name = format!("{reserved}{name}");
        Self(shortened(&name, CHARS, |text| text.chars().count()))
    }

    /// The name, with the ending of the type that its content has: `page.html` of a PNG is `page.html.png`.
    #[must_use]
    pub fn fitting(self, content_type: &ContentType) -> Self {
        let ending = self.ending().to_ascii_lowercase();
        let add = match content_type.endings() {
            Some(endings) if endings.contains(&ending.as_str()) => None,
            Some(endings) => endings.first().copied(),
            None if content_type.is_text() && RUN.contains(&ending.as_str()) => Some("txt"),
            None => None,
        };
        match add {
            Some(add) => Self(shortened(&format!("{}.{add}", self.0), CHARS, |text| {
                text.chars().count()
            })),
            None => self,
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn ending(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// The name as it stands in an object's key: at most 56 bytes, blanks as `_`.
    pub(super) fn in_key(&self) -> String {
        shortened(&self.0, KEY_BYTES, str::len).replace(' ', "_")
    }

    /// A `Content-Disposition` (RFC 6266) with the name in ASCII and, beside it, whole (RFC 8187).
    pub fn disposition(&self, inline: bool) -> String {
        let kind = if inline { "inline" } else { "attachment" };
        let plain: String = self
            .0
            .chars()
            .map(|c| {
                if c.is_ascii() && c != '%' && c != '\\' {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let mut header = format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''");
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                header.push(char::from(byte));
            } else {
                write!(header, "%{byte:02X}").expect("writing to a text does not fail");
            }
        }
        header
    }
}

impl From<String> for FileName {
    fn from(given: String) -> Self {
        Self::sanitise(&given)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

/// Control characters, and those that show nothing or turn what is shown. The joiners (U+200C, U+200D) stay: names in
/// Persian and in the scripts of India need them.
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2028}'..='\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// Without blanks and dots at its ends: a name is not hidden, and no system drops its last character.
fn trimmed(name: &str) -> &str {
    name.trim_matches([' ', '.'])
}

/// The names of devices, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// At most `most` of what `measure` counts, its ending kept.
fn shortened(name: &str, most: usize, measure: fn(&str) -> usize) -> String {
    if measure(name) <= most {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= ENDING);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    let mut kept = String::new();
    for c in stem.chars() {
        kept.push(c);
        if measure(&kept) + measure(ending) > most {
            kept.pop();
            break;
        }
    }
    format!("{}{ending}", kept.trim_end_matches([' ', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(given: &str) -> String {
        FileName::sanitise(given).0
    }

    #[test]
    fn a_path_keeps_its_last_segment_and_nothing_becomes_file() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\asha\\photo.png", "photo.png"),
            ("/", "file"),
            ("..", "file"),
            ("", "file"),
            (" \t ", "file"),
            (".htaccess", "htaccess"),
            ("a\u{0}b\r\n.pdf", "ab.pdf"),
            ("report.pdf. . ", "report.pdf"),
            ("con.txt", "_con.txt"),
            ("LPT1", "_LPT1"),
            ("what?.png", "what_.png"),
        ] {
            assert_eq!(name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn a_name_that_turns_its_own_direction_is_read_as_it_is() {
        assert_eq!(name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(name("a\u{2066}b\u{200f}\u{feff}c.png"), "abc.png");
        assert_eq!(name("re\u{301}sume\u{301}.pdf"), "résumé.pdf");
        assert_eq!(name("\u{3164}\u{2800}"), "file");
    }

    #[test]
    fn names_in_every_script_are_kept() {
        for given in [
            "बिल की रसीद.pdf",
            "Reçu d’été.pdf",
            "請求書.docx",
            "صورة‌ها.png",
            "👩‍🏫 board.jpg",
        ] {
            assert_eq!(name(given), given);
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = FileName::sanitise(&format!("{}.pdf", "é".repeat(5000)));
        assert_eq!((long.0.chars().count(), long.ending()), (150, "pdf"));
        let key = FileName::sanitise(&format!("{}.docx", "बि".repeat(100))).in_key();
        assert!(key.len() <= 56, "{key}");
        assert_eq!(key.rsplit_once('.').map(|(_, ending)| ending), Some("docx"));
    }

    #[test]
    fn a_name_gets_the_ending_of_its_content() {
        let fitting = |given: &str, content_type: &str| {
            let content_type = ContentType::new(content_type).unwrap();
            FileName::sanitise(given).fitting(&content_type).0
        };
        assert_eq!(fitting("a.PNG", "image/png"), "a.PNG");
        assert_eq!(fitting("evil.html", "image/png"), "evil.html.png");
        assert_eq!(fitting("notes", "application/pdf"), "notes.pdf");
        assert_eq!(fitting("run.bat", "text/plain"), "run.bat.txt");
        assert_eq!(fitting("server.log", "text/plain"), "server.log");
    }

    #[test]
    fn a_disposition_is_one_line_of_ascii() {
        let header = FileName::sanitise("बिल\"; x=\r\n1.pdf").disposition(false);
        assert!(
            header.is_ascii() && !header.contains(['\r', '\n']),
            "{header}"
        );
        assert!(
            header.starts_with("attachment; filename=\"____"),
            "{header}"
        );
        assert!(header.contains("filename*=UTF-8''%E0%A4%AC"), "{header}");
        assert_eq!(header.matches('"').count(), 2, "{header}");
    }

    proptest! {
        #[test]
        fn whatever_is_given_the_name_is_harmless(given in any::<String>(), salt in "[./\\\\\u{202e}\u{0}\n ]{0,6}") {
            let given = format!("{salt}{given}{salt}");
            let made = name(&given);
            prop_assert!((1..=CHARS).contains(&made.chars().count()));
            prop_assert!(!made.contains(['/', '\\', '"', '<', '>']), "{made:?}");
            prop_assert!(made.chars().all(|c| !is_dropped(c)), "{made:?}");
            prop_assert!(!made.starts_with(['.', ' ']) && !made.ends_with(['.', ' ']), "{made:?}");
            prop_assert!(!is_reserved(&made));
            prop_assert_eq!(&name(&made), &made, "made once, made for ever");
            let file = FileName(made);
            prop_assert!(file.in_key().len() <= KEY_BYTES + 1);
            prop_assert!(file.disposition(true).bytes().all(|b| (b' '..=b'~').contains(&b)));
        }

        #[test]
        fn letters_of_every_script_are_kept(stem in "\\p{L}{1,60}", ending in "[a-z]{1,4}") {
            let given = format!("x{stem}.{ending}");
            prop_assert_eq!(name(&given), crate::text::fit_line(&given));
        }
    }
}
