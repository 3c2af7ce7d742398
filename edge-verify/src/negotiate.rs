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

/// The page's language that the client likes best; English when it likes none.
pub(crate) fn language(accept_language: &str) -> Language {
    let liked = ranges(accept_language)
        .filter_map(|(range, weight)| Some((Language::from_code(range)?, weight)));
    // Of equal weights the first one counts, and `max_by_key` gives the last.
    let best = liked
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .max_by_key(|(_, weight)| *weight);
    best.filter(|(_, weight)| *weight > 0)
        .map_or(Language::English, |(language, _)| language)
}

/// The ranges of a header and their weights, 0 to 1000.
fn ranges(header: &str) -> impl Iterator<Item = (&str, u16)> {
    header.split(',').map(|range| {
        let mut parts = range.split(';');
        let name = parts.next().unwrap_or("").trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
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
            ("", Language::English),
            ("fr-CA,fr;q=0.9,en;q=0.8", Language::French),
            ("en-GB, fr;q=0.9", Language::English),
            ("hi, fr;q=0.2", Language::French),
            ("fr;q=0, hi", Language::English),
            ("fr;q=0.5, en;q=0.51", Language::English),
            ("fr, en", Language::French),
            ("frisian", Language::English),
        ] {
            assert_eq!(language(header), wanted, "{header}");
        }
    }
}
