//! A response, its headers given by its kind.

/// What the client is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// What the body is; gives the headers.
    pub kind: Kind,
    /// The body; empty for `HEAD`.
    pub body: String,
}

/// The kinds of response. A kind's headers never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page.
    Page,
    /// A page that says to come back.
    PageLater,
    /// A verdict as JSON.
    Document,
    /// A problem.
    Problem,
    /// A problem that will pass.
    ProblemLater,
    /// A problem of the method.
    ProblemMethod,
    /// The issuer's keys.
    Keys,
    /// A signed status list.
    StatusList,
}

/// Seconds after which a client may come back, as in `Retry-After`.
pub(crate) const RETRY_AFTER_SECONDS: &str = "5";

/// The only style that a page may have, by its digest; nothing else may load, run, frame or be sent.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'sha256-Bd5u2uPwI0CPMphz4A1PU4aO5/zmSWvYdddGq+/QpVM='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Headers = &'static [(&'static str, &'static str)];

// The token stands in the address, so the address goes to nobody: no referrer.
const PAGE: Headers = &[
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("vary", "accept, accept-language"),
    ("content-security-policy", PAGE_POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];
const PAGE_LATER: Headers = &[
    PAGE[0],
    PAGE[1],
    PAGE[2],
    PAGE[3],
    PAGE[4],
    PAGE[5],
    RETRY_AFTER,
];
const DOCUMENT: Headers = &[
    ("content-type", "application/json"),
    ("cache-control", "no-store"),
    ("vary", "accept, accept-language"),
    ("access-control-allow-origin", "*"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];
const PROBLEM_TYPE: (&str, &str) = ("content-type", "application/problem+json");
const PROBLEM: Headers = &[
    PROBLEM_TYPE,
    DOCUMENT[1],
    DOCUMENT[2],
    DOCUMENT[3],
    DOCUMENT[4],
    DOCUMENT[5],
];
const PROBLEM_LATER: Headers = &[
    PROBLEM_TYPE,
    DOCUMENT[1],
    DOCUMENT[2],
    DOCUMENT[3],
    DOCUMENT[4],
    DOCUMENT[5],
    RETRY_AFTER,
];
const PROBLEM_METHOD: Headers = &[
    PROBLEM_TYPE,
    DOCUMENT[1],
    DOCUMENT[2],
    DOCUMENT[3],
    DOCUMENT[4],
    DOCUMENT[5],
    ("allow", "GET, HEAD"),
];
const KEYS: Headers = &[
    ("content-type", "application/jwk-set+json"),
    ("cache-control", "public, max-age=300"),
    ("access-control-allow-origin", "*"),
    ("x-content-type-options", "nosniff"),
];
const STATUS_LIST: Headers = &[
    ("content-type", "application/vc+jwt"),
    ("cache-control", "public, max-age=30"),
    ("access-control-allow-origin", "*"),
    ("x-content-type-options", "nosniff"),
];
const RETRY_AFTER: (&str, &str) = ("retry-after", RETRY_AFTER_SECONDS);

impl Kind {
    /// Every kind, in the order of [`Self::number`].
    pub const ALL: [Self; 8] = [
        Self::Page,
        Self::PageLater,
        Self::Document,
        Self::Problem,
        Self::ProblemLater,
        Self::ProblemMethod,
        Self::Keys,
        Self::StatusList,
    ];

    /// The kind's place in [`Self::ALL`].
    pub fn number(self) -> u8 {
        match self {
            Self::Page => 0,
            Self::PageLater => 1,
            Self::Document => 2,
            Self::Problem => 3,
            Self::ProblemLater => 4,
            Self::ProblemMethod => 5,
            Self::Keys => 6,
            Self::StatusList => 7,
        }
    }

    /// The headers, names in lower case.
    pub fn headers(self) -> Headers {
        match self {
            Self::Page => PAGE,
            Self::PageLater => PAGE_LATER,
            Self::Document => DOCUMENT,
            Self::Problem => PROBLEM,
            Self::ProblemLater => PROBLEM_LATER,
            Self::ProblemMethod => PROBLEM_METHOD,
            Self::Keys => KEYS,
            Self::StatusList => STATUS_LIST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_may_have_its_own_style_and_nothing_else() {
        use sha2::Digest as _;
        let digest = data_encoding::BASE64.encode(&sha2::Sha256::digest(crate::page::STYLE));
        assert!(
            PAGE_POLICY.contains(&format!("'sha256-{digest}'")),
            "the style's digest is now {digest}"
        );
        assert!(PAGE_POLICY.starts_with("default-src 'none'"));
    }

    #[test]
    fn kinds_are_numbered_in_their_order() {
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.number()), at);
        }
    }
}
