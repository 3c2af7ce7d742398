//! The pages: readable without scripts, by assistive technology and on paper.
//!
//! They aim at WCAG 2.2 AA: text has 7:1 on its ground, a verdict is told by its words and its sign and never by colour
//! alone, nothing moves, what can be pressed is 24 pixels high or more, and everything fits 320 pixels.

use registrar_credential::{Day, Verdict, Verification};

use crate::document::{self, Judged};
use crate::negotiate::Language;
use crate::response::{Kind, Response};

mod frame;
#[cfg(test)]
mod tests;
mod words;

use frame::Page;
use words::{Said, Words};

/// The one style of every page, inlined.
pub(crate) const STYLE: &str = include_str!("page/style.css");

pub(crate) fn verdict(judged: &Judged, now: u64, language: Language) -> Response {
    let words = words::of(language);
    let verdict = &judged.verification.verdict;
    let said = words.verdict(verdict, judged.verification.issued.is_some());
    let mut page = Page::open(words, said.1);
    page.said(tone(verdict), said);
    if let Verdict::Stale {
        age_seconds: Some(age),
    } = verdict
    {
        let (before, after) = words.list_age;
        page.push("<p>");
        page.push(before);
        page.escape(&words.age(*age));
        page.push(after);
        page.push("</p>");
    }
    page.push("</section><h2>");
    page.push(words.details);
    page.push("</h2><dl>");
    details(&mut page, words, judged, now);
    page.push("</dl>");
    links(&mut page, words, judged);
    Response::text(document::status(verdict), Kind::Page, page.close(words))
}

fn details(page: &mut Page, words: &Words, judged: &Judged, now: u64) {
    let Verification {
        certificate_id,
        holder,
        course,
        grade,
        issued,
        expires,
        status_age_seconds,
        ..
    } = &judged.verification;
    if let Some(id) = certificate_id {
        page.entry(words.certificate_id, id.as_str());
    }
    let texts = [
        (words.holder, holder),
        (words.course, course),
        (words.grade, grade),
    ];
    for (term, text) in texts {
        page.entry(term, text.as_deref().unwrap_or_default());
    }
    if let Some(day) = judged.completed() {
        // A token counts days from 1970; a certificate may say one before.
        match day.parse::<Day>() {
            Ok(known) => page.time(words.completed, day, &words.day(known)),
            Err(_) => page.entry(words.completed, day),
        }
    }
    for (term, day) in [(words.issued, issued), (words.expires, expires)] {
        if let Some(day) = day {
            page.time(term, &day.to_string(), &words.day(*day));
        }
    }
    if let Some(standing) = judged.standing() {
        let term = if standing.state == "revoked" {
            words.revoked_on
        } else {
            words.suspended_on
        };
        page.time(
            term,
            &standing.since.to_string(),
            &words.day(standing.since),
        );
        let reason = standing.reason.as_deref().unwrap_or_default();
        match words.reason(reason) {
            Some(known) => page.entry_of_ours(words.reason, known),
            None => page.entry(words.reason, reason),
        }
    }
    if let Some(id) = judged.replaced_by() {
        page.open_entry(words.replaced_by);
        page.link(&format!("/verify/{id}"), id.as_str());
        page.close_entry();
    }
    page.moment(words, words.checked_at, now);
    if let Some(age) = status_age_seconds {
        page.moment(words, words.status_of, now.saturating_sub(*age));
    }
}

fn links(page: &mut Page, words: &Words, judged: &Judged) {
    let badge = judged.badge().map(|id| format!("/badges/{id}.png"));
    let badge = badge.as_deref().map(|address| (address, words.badge));
    let profile = judged.linkedin_url();
    let profile = profile.map(|address| (address, words.linkedin));
    for (address, text) in badge.into_iter().chain(profile) {
        page.push("<p class=\"links\">");
        page.link(address, text);
        page.push("</p>");
    }
}

/// The page that asks what is to be verified: a form that needs no script.
pub(crate) fn home(language: Language) -> Response {
    let words = words::of(language);
    let home = &words.home;
    let mut page = Page::open(words, home.heading);
    page.push("<h1>");
    page.push(home.heading);
    page.push("</h1><p>");
    page.push(home.text);
    page.push("</p><form action=\"/verify\"><input type=\"hidden\" name=\"lang\" value=\"");
    page.push(words.language);
    page.push("\"><label for=\"id\">");
    page.push(home.label);
    page.push("</label><p class=\"hint\" id=\"hint\">");
    page.push(home.hint);
    page.push("</p><input id=\"id\" name=\"id\" required aria-describedby=\"hint\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"1200\"><button>");
    page.push(home.button);
    page.push("</button></form>");
    Response::text(200, Kind::Page, page.close(words))
}

pub(crate) fn origin_unreachable(language: Language) -> Response {
    let words = words::of(language);
    notice(words, words.unreachable, 503, Kind::PageLater)
}

pub(crate) fn not_found(language: Language) -> Response {
    let words = words::of(language);
    notice(words, words.nothing, 404, Kind::Page)
}

fn notice(words: &Words, said: Said, status: u16, kind: Kind) -> Response {
    let mut page = Page::open(words, said.1);
    page.said("doubt", said);
    page.push("</section>");
    Response::text(status, kind, page.close(words))
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
