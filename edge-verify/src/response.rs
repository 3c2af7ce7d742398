//! A response, its headers given by its kind.

mod kind;

pub use kind::Kind;

/// What the client is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// What the body is; gives the headers.
    pub kind: Kind,
    /// The body; empty for `HEAD`.
    pub body: Body,
    /// A header that this one response has beside its kind's.
    pub extra: Option<Extra>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text.
    Text(String),
    /// What the origin answered to the last [`relay`](crate::Edge::relay): the host has it.
    Relayed,
    /// A file that was packed beside the Worker: the host has it, and knows its `ETag` and policy.
    Asset(Asset),
}

/// A header of one response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extra {
    /// The `ETag`'s opaque part, without the quotation marks.
    Tag(String),
    /// `Location`.
    Location(String),
}

impl Extra {
    /// The header's name, in lower case, and its value.
    pub fn header(&self) -> (&'static str, String) {
        match self {
            Self::Tag(tag) => ("etag", format!("\"{tag}\"")),
            Self::Location(address) => ("location", address.clone()),
        }
    }
}

/// The files of the page that verifies without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asset {
    /// The page, in all its languages.
    Page,
    /// The WebAssembly, the same as the Worker's.
    Module,
    /// The script that keeps all of it in the browser.
    ServiceWorker,
}

impl Asset {
    /// The file's name in `dist/offline`.
    pub fn file(self) -> &'static str {
        match self {
            Self::Page => "page.html",
            Self::Module => "registrar.packed",
            Self::ServiceWorker => "service-worker.txt",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Page => Kind::OfflinePage,
            Self::Module => Kind::OfflineModule,
            Self::ServiceWorker => Kind::ServiceWorker,
        }
    }
}

impl Response {
    pub(crate) fn text(status: u16, kind: Kind, text: String) -> Self {
        Self {
            status,
            kind,
            body: Body::Text(text),
            extra: None,
        }
    }

    /// What does not change as long as its tag does not.
    pub(crate) fn tagged(kind: Kind, text: String, tag: String) -> Self {
        Self {
            extra: Some(Extra::Tag(tag)),
            ..Self::text(200, kind, text)
        }
    }

    pub(crate) fn asset(asset: Asset) -> Self {
        Self {
            body: Body::Asset(asset),
            ..Self::text(200, asset.kind(), String::new())
        }
    }

    pub(crate) fn relayed(kind: Kind) -> Self {
        Self {
            body: Body::Relayed,
            ..Self::text(200, kind, String::new())
        }
    }

    pub(crate) fn see_other(address: String) -> Self {
        Self {
            extra: Some(Extra::Location(address)),
            ..Self::text(303, Kind::Redirect, String::new())
        }
    }

    pub(crate) fn preflight() -> Self {
        Self::text(204, Kind::Preflight, String::new())
    }

    /// 304 when the client has it already: `If-None-Match`, compared weakly as RFC 9110 says.
    pub(crate) fn unless_matched(self, if_none_match: &str) -> Self {
        let Some(Extra::Tag(tag)) = &self.extra else {
            return self;
        };
        let matches = |had: &str| {
            let had = had.trim();
            had == "*" || had.strip_prefix("W/").unwrap_or(had).trim_matches('"') == tag
        };
        if self.status == 200 && !if_none_match.is_empty() && if_none_match.split(',').any(matches)
        {
            Self {
                status: 304,
                body: Body::Text(String::new()),
                ..self
            }
        } else {
            self
        }
    }

    /// The body's text; empty when it is not one.
    pub fn into_text(self) -> String {
        match self.body {
            Body::Text(text) => text,
            Body::Relayed | Body::Asset(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let tagged = || Response::tagged(Kind::Keys, "{}".to_owned(), "abc".to_owned());
        for matching in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let answer = tagged().unless_matched(matching);
            assert_eq!((answer.status, answer.into_text().as_str()), (304, ""));
        }
        for other in ["", "\"abcd\"", "\"\"", ","] {
            assert_eq!(tagged().unless_matched(other).status, 200, "{other}");
        }
        let untagged = Response::text(200, Kind::Document, "{}".to_owned());
        assert_eq!(untagged.unless_matched("*").status, 200);
    }
}
