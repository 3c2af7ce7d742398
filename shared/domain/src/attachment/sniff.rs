//! What a file is, by its bytes.
//!
//! Formats are told by `infer` (magic bytes, no allocation, no dependency of its own). Texts come first, because a text
//! that begins with `BM` is no bitmap ([`super::text`] says what a text is), and of texts those are told apart that a
//! browser would run. What is found and what was declared are compared as families ([`ContentType::is_akin_to`]).

use super::{ContentType, content_type::DOCX, text::text};

/// How many bytes from the start of a file are looked at.
pub const HEAD_BYTES: usize = 64 * 1024;

/// What is found where nothing is known.
const UNKNOWN: &str = "application/octet-stream";
const PLAIN: &str = "text/plain";
const HTML: &str = "text/html";
const SVG: &str = "image/svg+xml";
const XML: &str = "text/xml";

/// Elements that a browser takes for the start of a page.
const ELEMENTS: &[&str] = &[
    "html", "head", "body", "script", "iframe", "frameset", "style", "title", "base", "link",
    "meta", "div", "span", "p", "a", "b", "br", "img", "table", "font", "form", "object", "embed",
    "video", "audio", "h1", "h2", "h3", "math",
];

/// The media type of a file of `size` bytes that begins with `head`.
pub fn sniff(head: &[u8], size: u64) -> &'static str {
    if let Some(text) = text(head, size) {
        return of_text(&text);
    }
    match infer::get(head).map(|found| found.mime_type()) {
        // Word writes its parts in any order, with sizes after the data.
        Some("application/zip" | DOCX) | None if is_docx(head) => DOCX,
        // Only the container is told, which spreadsheets share.
        None if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) => {
            "application/msword"
        }
        Some(found) => found,
        None => UNKNOWN,
    }
}

/// Whether bytes that are `found` may go by the name `declared`.
pub(super) fn is_what_it_says(declared: &ContentType, found: &str) -> bool {
    if ContentType::new(found).is_ok_and(|found| found.is_akin_to(declared)) {
        return true;
    }
    match declared.as_str() {
        // Pages and Markdown are downloaded only, and both may hold any mark-up.
        HTML | XML | "text/markdown" | "text/xhtml" => [PLAIN, HTML, XML, SVG].contains(&found),
        // What Windows calls a file that ends in `.csv` once a spreadsheet program is installed.
        "application/vnd.ms-excel" | "application/rtf" | "application/json" => found == PLAIN,
        "application/xml" => found == XML,
        // A document is an archive too.
        "application/zip" => found == DOCX,
        _ => declared.is_text() && found == PLAIN,
    }
}

fn of_text(text: &str) -> &'static str {
    if text.starts_with("%PDF-") {
        return "application/pdf";
    }
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut declared = false;
    loop {
        let lower = rest.get(..9).unwrap_or(rest).to_ascii_lowercase();
        let after = if lower.starts_with("<!--") {
            rest.split_once("-->")
        } else if lower.starts_with("<?") {
            declared |= lower.starts_with("<?xml");
            rest.split_once("?>")
        } else if lower.starts_with("<!doctype") {
            declared = true;
            let name = rest.get(9..).unwrap_or_default().trim_start();
            if name
                .get(..4)
                .is_some_and(|name| name.eq_ignore_ascii_case("html"))
            {
                return HTML;
            }
            rest.split_once('>')
        } else {
            break;
        };
        // A comment that nobody ends hides the rest, also from whoever reads the text.
        rest = after.map_or("", |(_, after)| after).trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    let name: String = name
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == ':')
        .collect();
    let name = name.to_ascii_lowercase();
    let local = name.rsplit(':').next().unwrap_or_default();
    if local == "svg" {
        SVG
    } else if ELEMENTS.contains(&local) {
        HTML
    } else if declared {
        // What stands before the root may hide it: an SVG is one wherever its element comes.
        if rest.to_ascii_lowercase().contains("<svg") {
            SVG
        } else {
            XML
        }
    } else {
        PLAIN
    }
}

/// A ZIP archive with the parts that only Word documents have; or, where those lie behind the head, with the list of parts
/// that every office document begins with and none of a spreadsheet or of slides.
fn is_docx(head: &[u8]) -> bool {
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    let office = || has(b"[Content_Types].xml") && !has(b"xl/") && !has(b"ppt/");
    head.starts_with(b"PK\x03\x04") && (has(b"word/") || office())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        sniff(bytes, bytes.len() as u64)
    }

    fn says(declared: &str, bytes: &[u8]) -> bool {
        is_what_it_says(&ContentType::new(declared).unwrap(), found(bytes))
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

    #[test]
    fn formats_are_told_by_their_magic_bytes() {
        assert_eq!(found(PNG), "image/png");
        assert_eq!(found(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), "image/jpeg");
        assert_eq!(found(b"GIF89a\x01\0\x01\0"), "image/gif");
        assert_eq!(found(b"RIFF\x24\0\0\0WEBPVP8 "), "image/webp");
        assert_eq!(found(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "application/pdf");
        assert_eq!(found(b"%PDF-1.7\nall of it is a text"), "application/pdf");
        assert_eq!(
            found(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
            "application/msword"
        );
        let docx = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0\0word/document.xml";
        assert_eq!(found(docx), DOCX);
        assert_eq!(
            found(b"MZ\x90\0\x03\0\0\0"),
            "application/vnd.microsoft.portable-executable"
        );
        assert_eq!(found(b"\0\x01\x02\x03"), UNKNOWN);
    }

    #[test]
    fn a_text_is_one_in_any_character_set() {
        for text in [
            "BMW invoice",
            "बिल की रसीद\r\n",
            "MZ",
            "a < b & c > d",
            "<3 you",
        ] {
            assert_eq!(found(text.as_bytes()), PLAIN, "{text}");
        }
        for bytes in [
            &b"windows-1252: na\xefve \x93d\xe9j\xe0\x94"[..],
            b"shift-jis: \x83e\x83X\x83g",
            b"\xff\xfeU\0T\0F\0",
            b"\xfe\xff\0U\0T\0F",
        ] {
            assert_eq!(found(bytes), PLAIN, "{bytes:?}");
        }
        for bytes in [&b"nul \0 inside"[..], b"\x01\x02", b"a\xe9\0b\x7fcd"] {
            assert_ne!(found(bytes), PLAIN, "{bytes:?}");
        }
        assert_eq!(found(b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0"), HTML);
        assert_eq!(found(b"<html><p>d\xe9j\xe0"), HTML);
    }

    #[test]
    fn what_a_browser_would_run_is_told_from_plain_text() {
        for page in [
            "<!DOCTYPE html><p>x",
            " \n<HTML>",
            "<script>alert(1)</script>",
            "<!-- x --><body onload=alert(1)>",
            "\u{feff}<iframe src=x>",
        ] {
            assert_eq!(found(page.as_bytes()), HTML, "{page}");
        }
        for svg in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>",
            "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><svg/>",
            "<s:svg xmlns:s='http://www.w3.org/2000/svg'/>",
        ] {
            assert_eq!(found(svg.as_bytes()), SVG, "{svg}");
        }
    }

    #[test]
    fn bytes_go_only_by_a_name_that_is_theirs() {
        assert!(says("image/png", PNG));
        assert!(says("text/csv", b"a,b\n1,2\n"));
        assert!(says("text/html", b"<p>hello</p>"));
        assert!(says("image/svg+xml", b"<svg/>"));
        assert!(says("text/markdown", b"<h1>Title</h1>"));
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        assert!(says("image/heic", heic) && says("image/heif", heic));
        assert!(says("audio/mp4", b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42"));
        assert!(says("video/quicktime", b"\0\0\0\x14ftypqt  \0\0\0\0qt  "));
        assert!(says("application/vnd.ms-excel", b"a;b\r\n1;2\r\n"));
        let parts = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml";
        assert!(says(DOCX, parts) && says("application/zip", parts));
        for (declared, bytes) in [
            ("image/png", &b"<script>alert(1)</script>"[..]),
            ("image/png", b"<svg/>"),
            ("image/jpeg", PNG),
            ("text/plain", b"<html><script>alert(1)</script>"),
            ("text/plain", PNG),
            ("application/pdf", b"MZ\x90\0\x03\0\0\0"),
            ("application/pdf", b"plain text"),
            ("image/png", b""),
            ("image/png", heic),
            ("image/jpeg", b"d\xe9j\xe0"),
            ("text/plain", b"\xff\xfe<\0s\0v\0g\0>\0"),
            (DOCX, b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0anything.exe"),
        ] {
            assert!(!says(declared, bytes), "{declared}: {bytes:?}");
        }
    }
}
