//! The page: readable without scripts, by assistive technology and on paper.

use registrar_credential::{CertificateId, Day, Verdict, Verification, rfc3339};

use crate::document::status;
use crate::negotiate::Language;
use crate::response::{Kind, Response};

mod words;

use words::Words;

/// Dark on light at 7:1 or more; a verdict is told by its words and sign, the colour only adds to them.
pub(crate) const STYLE: &str = include_str!("page/style.css");

pub(crate) fn verdict(verification: &Verification, now: u64, language: Language) -> Response {
    let words = words::of(language);
    let verdict = &verification.verdict;
    let (sign, heading, text) = words.verdict(verdict);
    let mut page = Page::open(words, heading);
    page.push("<section class=\"verdict ");
    page.push(tone(verdict));
    page.push("\" role=\"status\"><h1><span aria-hidden=\"true\">");
    page.push(sign);
    page.push("</span> ");
    page.push(heading);
    page.push("</h1><p>");
    page.push(text);
    page.push("</p></section><dl>");
    page.entry(
        words.certificate_id,
        verification
            .certificate_id
            .as_ref()
            .map(CertificateId::as_str),
    );
    page.entry(words.holder, verification.holder.as_deref());
    page.entry(words.course, verification.course.as_deref());
    page.entry(words.grade, verification.grade.as_deref());
    page.entry(words.issued, verification.issued.map(day).as_deref());
    page.entry(words.expires, verification.expires.map(day).as_deref());
    page.entry(words.checked_at, Some(&minute(now)));
    page.entry(
        words.status_of,
        verification
            .status_age_seconds
            .map(|age| minute(now.saturating_sub(age)))
            .as_deref(),
    );
    page.push("</dl>");
    Response {
        status: status(verdict),
        kind: Kind::Page,
        body: page.close(words),
    }
}

pub(crate) fn origin_unreachable(language: Language) -> Response {
    let words = words::of(language);
    let (heading, text) = words.unreachable;
    let mut page = Page::open(words, heading);
    page.push(
        "<section class=\"verdict doubt\" role=\"status\"><h1><span aria-hidden=\"true\">…</span> ",
    );
    page.push(heading);
    page.push("</h1><p>");
    page.push(text);
    page.push("</p></section>");
    Response {
        status: 503,
        kind: Kind::PageLater,
        body: page.close(words),
    }
}

/// The class of the verdict's colour.
fn tone(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "good",
        Verdict::Revoked | Verdict::Forged { .. } => "bad",
        Verdict::Suspended
        | Verdict::Expired
        | Verdict::Malformed { .. }
        | Verdict::Unknown
        | Verdict::Stale { .. }
        | Verdict::Withdrawn => "doubt",
    }
}

fn day(day: Day) -> String {
    day.to_string()
}

/// A Unix time to the minute, in UTC.
fn minute(seconds: u64) -> String {
    let text = rfc3339(seconds);
    format!("{} {} UTC", &text[..10], &text[11..16])
}

struct Page(String);

impl Page {
    fn open(words: &Words, title: &str) -> Self {
        let mut page = Self(String::with_capacity(4096));
        page.push("<!doctype html><html lang=\"");
        page.push(words.language);
        page.push("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>");
        page.push(title);
        page.push(" – ");
        page.push(words.title);
        page.push("</title><style>");
        page.push(STYLE);
        page.push("</style></head><body><header><p>");
        page.push(words.title);
        page.push("</p><nav aria-label=\"");
        page.push(words.other_label);
        page.push("\"><a href=\"?lang=");
        page.push(words.other_language);
        page.push("\" hreflang=\"");
        page.push(words.other_language);
        page.push("\" lang=\"");
        page.push(words.other_language);
        page.push("\">");
        page.push(words.other_name);
        page.push("</a></nav></header><main>");
        page
    }

    fn close(mut self, words: &Words) -> String {
        self.push("</main><footer><p>");
        self.push(words.footer);
        self.push("</p></footer></body></html>");
        self.0
    }

    /// Text of this program; goes in as it is.
    fn push(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// A term and what somebody wrote, isolated from the page's text direction.
    fn entry(&mut self, term: &str, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return;
        };
        self.push("<div><dt>");
        self.push(term);
        self.push("</dt><dd><bdi>");
        self.escape(text);
        self.push("</bdi></dd></div>");
    }

    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.push("&amp;"),
                '<' => self.push("&lt;"),
                '>' => self.push("&gt;"),
                '"' => self.push("&quot;"),
                '\'' => self.push("&#39;"),
                // Overriding the direction of text outside could forge another verdict; isolation alone holds not all of them.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                other if other.is_control() => self.push(" "),
                other => self.0.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(verdict: Verdict, holder: &str, language: Language) -> String {
        let mut verification = Verification::bare(verdict, None);
        verification.holder = Some(holder.to_owned());
        super::verdict(&verification, 1_772_884_800, language).body
    }

    #[test]
    fn a_hostile_name_is_text_and_nothing_else() {
        let page = shown(
            Verdict::Valid,
            "<script>alert('1')</script>\" onload=\"x & \u{202e}dilav\u{0}",
            Language::English,
        );
        assert!(page.contains(
            "<bdi>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x &amp; dilav </bdi>"
        ));
        assert!(!page.contains("<script"));
    }

    #[test]
    fn the_page_has_its_landmarks_and_speaks_its_language() {
        let page = shown(Verdict::Revoked, "आरव", Language::French);
        for part in [
            "<html lang=\"fr\">",
            "<header>",
            "<main>",
            "<footer>",
            "<h1>",
            "<dl>",
            "Révoqué",
            "2026-03-07 12:00 UTC",
            "आरव",
            "?lang=en",
        ] {
            assert!(page.contains(part), "{part}");
        }
        assert_eq!(page.matches("<h1>").count(), 1);
        assert!(
            !page.contains("style=\""),
            "the policy refuses styles of elements"
        );
    }

    #[test]
    fn every_verdict_has_words_in_both_languages() {
        let mut headings = std::collections::BTreeSet::new();
        for language in [Language::English, Language::French] {
            for verdict in [
                Verdict::Valid,
                Verdict::Revoked,
                Verdict::Suspended,
                Verdict::Expired,
                Verdict::Forged {
                    reason: "signature".to_owned(),
                },
                Verdict::Malformed {
                    reason: "truncated".to_owned(),
                },
                Verdict::Malformed {
                    reason: "unknown_version".to_owned(),
                },
                Verdict::Unknown,
                Verdict::Stale { age_seconds: None },
                Verdict::Withdrawn,
            ] {
                let (sign, heading, text) = words::of(language).verdict(&verdict);
                assert!(!sign.is_empty() && text.len() > 20);
                assert!(headings.insert(heading), "{heading} is said twice");
            }
        }
    }
}
