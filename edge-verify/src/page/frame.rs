//! What is around a page's content, and what gets into it safely.

use registrar_credential::rfc3339;

use super::STYLE;
use super::words::{Said, Words};

pub(super) struct Page(String);

impl Page {
    pub(super) fn open(words: &Words, title: &str) -> Self {
        let mut page = Self(String::with_capacity(8192));
        page.push("<!doctype html><html lang=\"");
        page.push(words.language);
        page.push("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>");
        page.push(title);
        if title != words.title {
            page.push(" – ");
            page.push(words.title);
        }
        page.push("</title><style>");
        page.push(STYLE);
        page.push("</style></head><body><header><p>");
        page.push(words.title);
        page.push("</p><nav aria-label=\"");
        page.push(words.languages);
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

    pub(super) fn close(mut self, words: &Words) -> String {
        self.push("</main><footer><p>");
        self.push(words.footer);
        self.push("</p><nav aria-label=\"");
        self.push(words.more);
        self.push("\"><ul><li><a href=\"/?lang=");
        self.push(words.language);
        self.push("\">");
        self.push(words.another);
        self.push("</a></li><li><a href=\"/offline?lang=");
        self.push(words.language);
        self.push("\">");
        self.push(words.offline);
        self.push("</a></li></ul></nav></footer></body></html>");
        self.0
    }

    /// Opens the section of the verdict: the caller closes it.
    pub(super) fn said(&mut self, tone: &str, (sign, heading, text): Said) {
        self.push("<section class=\"verdict ");
        self.push(tone);
        self.push("\" aria-labelledby=\"verdict\"><span aria-hidden=\"true\">");
        self.push(sign);
        self.push("</span><h1 id=\"verdict\">");
        self.push(heading);
        self.push("</h1><p>");
        self.push(text);
        self.push("</p>");
    }

    /// Text of this program; goes in as it is.
    pub(super) fn push(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// A term and what somebody wrote, isolated from the page's text direction; nothing when it is empty.
    pub(super) fn entry(&mut self, term: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.open_entry(term);
        self.push("<bdi>");
        self.escape(text);
        self.push("</bdi>");
        self.close_entry();
    }

    /// A term and words of this program.
    pub(super) fn entry_of_ours(&mut self, term: &str, html: &str) {
        self.open_entry(term);
        self.push(html);
        self.close_entry();
    }

    /// A term and a time: for programs, and as people write it.
    pub(super) fn time(&mut self, term: &str, datetime: &str, written: &str) {
        self.open_entry(term);
        self.push("<time datetime=\"");
        self.escape(datetime);
        self.push("\">");
        self.escape(written);
        self.push("</time>");
        self.close_entry();
    }

    /// A term and a Unix time.
    pub(super) fn moment(&mut self, words: &Words, term: &str, seconds: u64) {
        self.time(term, &rfc3339(seconds), &words.minute(seconds));
    }

    /// A link; the caller has made sure that the address is one that may be followed.
    pub(super) fn link(&mut self, address: &str, text: &str) {
        self.push("<a href=\"");
        self.escape(address);
        self.push("\">");
        self.escape(text);
        self.push("</a>");
    }

    pub(super) fn open_entry(&mut self, term: &str) {
        self.push("<div><dt>");
        self.push(term);
        self.push("</dt><dd>");
    }

    pub(super) fn close_entry(&mut self) {
        self.push("</dd></div>");
    }

    pub(super) fn escape(&mut self, text: &str) {
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
