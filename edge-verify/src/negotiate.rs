//! Content negotiation (RFC 9110, section 12): page or JSON, English or French.

/// What the client can show best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Json,
}

/// A language that the page is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

impl Language {
    /// The primary subtag of a language tag, if the page has it.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let primary = code.split('-').next().unwrap_or(code);
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else if primary.eq_ignore_ascii_case("fr") {
            Some(Self::French)
        } else {
            None
        }
    }
}

/// A page only for a client that prefers `text/html` to JSON; programs that name nothing get JSON.
pub(crate) fn form(accept: &str) -> Form {
    let weight = |kind: &str| {
        ranges(accept)
            .filter(|(range, _)| range.eq_ignore_ascii_case(kind))
            .map(|(_, weight)| weight)
            .max()
    };
    let any = weight("*/*").unwrap_or(0);
    let page = weight("text/html").or(weight("text/*")).unwrap_or(0);
    let json = weight("application/json")
        .or(weight("application/*"))
        .unwrap_or(any);
    if page > 0 && page >= json {
        Form::Page
    } else {
        Form::Json
    }
}

/// The page's language that the client likes best; none when it names none of them.
pub(crate) fn language(accept_language: &str) -> Option<Language> {
    let liked = ranges(accept_language)
        .filter_map(|(range, weight)| Some((Language::from_code(range)?, weight)));
    // Of equal weights the first one counts, and `max_by_key` gives the last.
    let best = liked
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .max_by_key(|(_, weight)| *weight);
    best.filter(|(_, weight)| *weight > 0)
        .map(|(language, _)| language)
}

/// What a client wants of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The signed credential.
    Jwt,
    /// What it says, to read.
    Json,
    /// It did not say: the signed credential, as text.
    Text,
    /// The certificate's page.
    Page,
}

/// The form of a badge that the client likes best, of those that it names.
pub(crate) fn credential(accept: &str) -> Credential {
    let known = [
        ("text/html", Credential::Page),
        ("text/plain", Credential::Text),
        ("application/json", Credential::Json),
        ("application/ld+json", Credential::Json),
        ("application/vc+jwt", Credential::Jwt),
        ("application/jwt", Credential::Jwt),
    ];
    let mut best = (0, Credential::Text);
    for (range, weight) in ranges(accept) {
        let named = known
            .iter()
            .find(|(name, _)| range.eq_ignore_ascii_case(name));
        if let Some((_, form)) = named.filter(|_| weight > best.0) {
            best = (weight, *form);
        }
    }
    best.1
}

/// The ranges of a header and their weights, 0 to 1000.
fn ranges(header: &str) -> impl Iterator<Item = (&str, u16)> {
    header.split(',').map(|range| {
        let mut parts = range.split(';');
        let name = parts.next().unwrap_or("").trim();
        let weight = parts.find_map(|part| {
            let (name, weight) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then_some(weight)
        });
        (name, weight.map_or(1000, thousandths))
    })
}

fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits = fraction.bytes().chain(*b"000").take(3);
    let fraction = digits.fold(0_u16, |sum, digit| {
        sum * 10 + u16::from(digit.wrapping_sub(b'0').min(9))
    });
    if whole == "0" { fraction } else { 1000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_page_and_programs_json() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html",
            "TEXT/HTML;q=0.5, */*;q=0.1",
            "application/json;q=0.4, text/html;q=0.5",
            "text/*",
        ] {
            assert_eq!(form(accept), Form::Page, "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json",
            "application/json, text/html;q=0.9",
            "text/html;q=0",
            "image/png",
            "text/html;q=0.1, */*",
            ";;;,,q=,;q=9.9.9",
        ] {
            assert_eq!(form(accept), Form::Json, "{accept}");
        }
    }

    #[test]
    fn the_language_liked_best_is_spoken() {
        for (header, wanted) in [
            ("", None),
            ("fr-CA,fr;q=0.9,en;q=0.8", Some(Language::French)),
            ("en-GB, fr;q=0.9", Some(Language::English)),
            ("hi, fr;q=0.2", Some(Language::French)),
            ("fr;q=0, hi", None),
            ("fr;Q=0.5, en;q=0.51", Some(Language::English)),
            ("en;Q=0, fr; q=0.1", Some(Language::French)),
            ("fr;q=0.5, en;q=0.51", Some(Language::English)),
            ("fr, en", Some(Language::French)),
            ("frisian", None),
        ] {
            assert_eq!(language(header), wanted, "{header}");
        }
    }

    #[test]
    fn a_badge_comes_in_the_form_that_is_named() {
        for (accept, wanted) in [
            ("", Credential::Text),
            ("*/*", Credential::Text),
            (
                "text/html,application/xml;q=0.9,*/*;q=0.8",
                Credential::Page,
            ),
            ("application/json", Credential::Json),
            ("application/vc+jwt, application/json", Credential::Jwt),
            (
                "application/vc+jwt;q=0.5, application/json",
                Credential::Json,
            ),
            ("text/html;q=0, image/png", Credential::Text),
        ] {
            assert_eq!(credential(accept), wanted, "{accept}");
        }
    }
}
