//! A request, and which of the verifier's paths it is for.

use registrar_credential::{LIST_BITS, Purpose};

use crate::negotiate::{Form, Language, form, language};

/// What the verifier reads of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// Path and query, beginning with `/`.
    pub target: String,
    /// `Accept`; empty when absent.
    pub accept: String,
    /// `Accept-Language`; empty when absent.
    pub accept_language: String,
    /// What to call the request in a problem; empty for nothing.
    pub request_id: String,
}

impl Request {
    /// The target of an absolute address: what follows the host.
    pub fn target_of(url: &str) -> &str {
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        let target = url[after_scheme..]
            .find('/')
            .map_or("/", |at| &url[after_scheme + at..]);
        target.split_once('#').map_or(target, |(before, _)| before)
    }

    fn path_and_query(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }

    pub(crate) fn route(&self) -> Route<'_> {
        let (path, _) = self.path_and_query();
        // A QR code in alphanumeric mode has no lower case: <https://VERIFY.EXAMPLE/V/TOKEN>.
        if let Some(token) = path.strip_prefix("/v/").or(path.strip_prefix("/V/")) {
            return Route::Token(token);
        }
        if let Some(id) = path.strip_prefix("/verify/") {
            return Route::Certificate(id);
        }
        if let Some(list) = path.strip_prefix("/status-lists/") {
            let (number, purpose) = match list.strip_suffix("/suspension") {
                Some(number) => (number, Purpose::Suspension),
                None => (list, Purpose::Revocation),
            };
            return match list_number(number) {
                Some(number) => Route::StatusList(number, purpose),
                None => Route::Nothing,
            };
        }
        match path {
            "/certificate-keys" => Route::Keys,
            "/health" => Route::Health,
            _ => Route::Nothing,
        }
    }

    pub(crate) fn form(&self) -> Form {
        form(&self.accept)
    }

    /// `?lang=` before what the browser asks for.
    pub(crate) fn language(&self) -> Language {
        let (_, query) = self.path_and_query();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        asked
            .and_then(Language::from_code)
            .unwrap_or_else(|| language(&self.accept_language))
    }
}

/// A list's number in its one written form.
fn list_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number <= u32::MAX / LIST_BITS && number.to_string() == text).then_some(number)
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Certificate(&'a str),
    Token(&'a str),
    StatusList(u32, Purpose),
    Keys,
    Health,
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(target: &str) -> Request {
        Request {
            target: target.to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn every_path_has_its_route() {
        for (target, route) in [
            ("/verify/CERT-1?lang=fr", Route::Certificate("CERT-1")),
            ("/verify/", Route::Certificate("")),
            ("/v/ABC", Route::Token("ABC")),
            ("/V/ABC", Route::Token("ABC")),
            ("/status-lists/0", Route::StatusList(0, Purpose::Revocation)),
            (
                "/status-lists/7/suspension",
                Route::StatusList(7, Purpose::Suspension),
            ),
            ("/status-lists/07", Route::Nothing),
            ("/status-lists/32768", Route::Nothing),
            ("/status-lists/-1", Route::Nothing),
            ("/status-lists/", Route::Nothing),
            ("/certificate-keys", Route::Keys),
            ("/health?x", Route::Health),
            ("/health/", Route::Nothing),
            ("/", Route::Nothing),
            ("", Route::Nothing),
        ] {
            assert_eq!(at(target).route(), route, "{target}");
        }
    }

    #[test]
    fn the_target_is_what_follows_the_host() {
        assert_eq!(
            Request::target_of("https://verify.example/v/ABC?x=/y#z"),
            "/v/ABC?x=/y"
        );
        assert_eq!(Request::target_of("https://verify.example"), "/");
        assert_eq!(Request::target_of(""), "/");
    }

    #[test]
    fn a_language_in_the_address_goes_first() {
        let asked = Request {
            accept_language: "fr-CA".to_owned(),
            ..at("/v/A?x=1&lang=en")
        };
        assert_eq!(asked.language(), Language::English);
        let asked = Request {
            accept_language: "fr-CA".to_owned(),
            ..at("/v/A?lang=xx")
        };
        assert_eq!(asked.language(), Language::French);
    }
}
