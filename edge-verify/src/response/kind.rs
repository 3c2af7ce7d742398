//! The kinds of response and their headers.
//!
//! | kind | `cache-control` | readable from other sites |
//! |---|---|---|
//! | pages, verdicts, problems | `no-store`: the address may hold a token | verdicts and problems |
//! | status lists | 10 s | yes |
//! | keys, badges, the issuer's profile | 300 s | yes |
//! | the offline page and its files | `no-cache`: asked about each time, by their `ETag` | no |
//!
//! The Worker uses no cache of the platform's, so no token is ever part of a cache's key.

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
    /// A set of keys.
    Keys,
    /// A signed status list.
    StatusList,
    /// What other sites may ask.
    Preflight,
    /// The way to another address.
    Redirect,
    /// A credential as a JWT, to a client that asked for one.
    Jwt,
    /// A credential as a JWT, to a client that did not say what it wants.
    JwtText,
    /// A credential to read, or the issuer's profile.
    Json,
    /// One key.
    Key,
    /// A badge as PNG.
    Png,
    /// A badge as SVG.
    Svg,
    /// The page that verifies without a connection.
    OfflinePage,
    /// Its WebAssembly.
    OfflineModule,
    /// What keeps it in the browser.
    ServiceWorker,
    /// There is no icon, which browsers may remember.
    NoIcon,
}

/// Seconds after which a client may come back, as in `Retry-After`.
const RETRY_AFTER_SECONDS: &str = "5";

/// The only style that a page may have, by its digest; nothing else may load, run or frame, and forms stay here.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'sha256-1sw3fEkDOmcVMWDNednqPuqHkfGFrSQ3zN/rkNCsehw='; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// An image is only looked at.
const IMAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors *";

type Header = (&'static str, &'static str);
type Headers = &'static [Header];

const RETRY_AFTER: Header = ("retry-after", RETRY_AFTER_SECONDS);
const NO_STORE: Header = ("cache-control", "no-store");
const NO_CACHE: Header = ("cache-control", "no-cache");
const FIVE_MINUTES: Header = ("cache-control", "public, max-age=300");
const VARY: Header = ("vary", "accept, accept-language");
const ANYBODY: Header = ("access-control-allow-origin", "*");
const EXPOSED: Header = ("access-control-expose-headers", "etag, retry-after");
const NO_REFERRER: Header = ("referrer-policy", "no-referrer");
const NO_SNIFF: Header = ("x-content-type-options", "nosniff");
const ENCRYPTED: Header = ("strict-transport-security", "max-age=63072000");
const PROBLEM_TYPE: Header = ("content-type", "application/problem+json");
const METHODS: &str = "GET, HEAD, OPTIONS";

// The token stands in the address, so the address goes to nobody: no referrer.
const PAGE: Headers = &[
    ("content-type", "text/html; charset=utf-8"),
    NO_STORE,
    VARY,
    ("content-security-policy", PAGE_POLICY),
    NO_REFERRER,
    NO_SNIFF,
    ENCRYPTED,
];
const PAGE_LATER: Headers = &[
    PAGE[0],
    PAGE[1],
    PAGE[2],
    PAGE[3],
    PAGE[4],
    PAGE[5],
    PAGE[6],
    RETRY_AFTER,
];
// The hottest kind: every header costs the runtime time.
const DOCUMENT: Headers = &[
    ("content-type", "application/json"),
    NO_STORE,
    VARY,
    ANYBODY,
    NO_REFERRER,
    NO_SNIFF,
    ENCRYPTED,
];
const PROBLEM: Headers = &[
    PROBLEM_TYPE,
    NO_STORE,
    VARY,
    ANYBODY,
    NO_REFERRER,
    NO_SNIFF,
    ENCRYPTED,
];
const PROBLEM_LATER: Headers = &[
    PROBLEM_TYPE,
    NO_STORE,
    VARY,
    ANYBODY,
    EXPOSED,
    NO_REFERRER,
    NO_SNIFF,
    ENCRYPTED,
    RETRY_AFTER,
];
const PROBLEM_METHOD: Headers = &[
    PROBLEM_TYPE,
    NO_STORE,
    VARY,
    ANYBODY,
    NO_REFERRER,
    NO_SNIFF,
    ENCRYPTED,
    ("allow", METHODS),
];
const PREFLIGHT: Headers = &[
    ANYBODY,
    ("access-control-allow-methods", METHODS),
    (
        "access-control-allow-headers",
        "accept, accept-language, content-type, if-none-match",
    ),
    ("access-control-max-age", "86400"),
    ("allow", METHODS),
    ENCRYPTED,
];
const REDIRECT: Headers = &[NO_STORE, ANYBODY, NO_REFERRER, ENCRYPTED];
const NO_ICON: Headers = &[("cache-control", "public, max-age=86400"), ENCRYPTED];
const OFFLINE: [Header; 4] = [NO_CACHE, NO_REFERRER, NO_SNIFF, ENCRYPTED];

/// What wallets and other sites read, kept for five minutes.
const fn shared(content_type: &'static str) -> [Header; 7] {
    [
        ("content-type", content_type),
        FIVE_MINUTES,
        ("vary", "accept"),
        ANYBODY,
        EXPOSED,
        NO_SNIFF,
        ENCRYPTED,
    ]
}

const KEYS: Headers = &shared("application/jwk-set+json");
const JWT: Headers = &shared("application/vc+jwt");
const JWT_TEXT: Headers = &shared("text/plain; charset=utf-8");
const JSON: Headers = &shared("application/json");
const KEY: Headers = &shared("application/jwk+json");
const STATUS_LIST: Headers = &[
    ("content-type", "application/vc+jwt"),
    ("cache-control", "public, max-age=10"),
    ANYBODY,
    EXPOSED,
    NO_SNIFF,
    ENCRYPTED,
];
const PNG: Headers = &[
    ("content-type", "image/png"),
    FIVE_MINUTES,
    ANYBODY,
    NO_SNIFF,
    ENCRYPTED,
];
const SVG: Headers = &[
    ("content-type", "image/svg+xml"),
    FIVE_MINUTES,
    ANYBODY,
    NO_SNIFF,
    ENCRYPTED,
    ("content-security-policy", IMAGE_POLICY),
];
const OFFLINE_PAGE: Headers = &[
    ("content-type", "text/html; charset=utf-8"),
    OFFLINE[0],
    OFFLINE[1],
    OFFLINE[2],
    OFFLINE[3],
    (
        "permissions-policy",
        "camera=(self), microphone=(), geolocation=()",
    ),
];
const OFFLINE_MODULE: Headers = &[
    ("content-type", "application/wasm"),
    OFFLINE[0],
    OFFLINE[1],
    OFFLINE[2],
    OFFLINE[3],
];
const SERVICE_WORKER: Headers = &[
    ("content-type", "text/javascript; charset=utf-8"),
    OFFLINE[0],
    OFFLINE[1],
    OFFLINE[2],
    OFFLINE[3],
];

impl Kind {
    /// Every kind, in the order of [`Self::number`].
    pub const ALL: [Self; 20] = [
        Self::Page,
        Self::PageLater,
        Self::Document,
        Self::Problem,
        Self::ProblemLater,
        Self::ProblemMethod,
        Self::Keys,
        Self::StatusList,
        Self::Preflight,
        Self::Redirect,
        Self::Jwt,
        Self::JwtText,
        Self::Json,
        Self::Key,
        Self::Png,
        Self::Svg,
        Self::OfflinePage,
        Self::OfflineModule,
        Self::ServiceWorker,
        Self::NoIcon,
    ];

    /// The kind's place in [`Self::ALL`].
    pub fn number(self) -> u8 {
        self as u8
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
            Self::Preflight => PREFLIGHT,
            Self::Redirect => REDIRECT,
            Self::Jwt => JWT,
            Self::JwtText => JWT_TEXT,
            Self::Json => JSON,
            Self::Key => KEY,
            Self::Png => PNG,
            Self::Svg => SVG,
            Self::OfflinePage => OFFLINE_PAGE,
            Self::OfflineModule => OFFLINE_MODULE,
            Self::ServiceWorker => SERVICE_WORKER,
            Self::NoIcon => NO_ICON,
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

    #[test]
    fn every_response_asks_for_encryption_from_then_on() {
        for kind in Kind::ALL {
            assert!(kind.headers().contains(&ENCRYPTED), "{kind:?}");
        }
    }

    #[test]
    fn what_may_hold_a_token_is_kept_by_nobody_and_told_to_nobody() {
        for kind in [
            Kind::Page,
            Kind::PageLater,
            Kind::Document,
            Kind::Problem,
            Kind::Redirect,
        ] {
            let headers = kind.headers();
            assert!(headers.contains(&NO_STORE), "{kind:?}");
            assert!(headers.contains(&NO_REFERRER), "{kind:?}");
        }
    }
}
