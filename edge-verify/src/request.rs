//! A request, and which of the verifier's paths it is for.

use std::borrow::Cow;

use registrar_credential::{LIST_BITS, Purpose};

use crate::negotiate::{Form, Language, form, language};
use crate::response::Asset;

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
    /// `If-None-Match`; empty when absent.
    pub if_none_match: String,
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

    fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path_and_query();
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
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
        if let Some(badge) = path.strip_prefix("/badges/") {
            return Route::badge(badge);
        }
        if let Some(name) = path.strip_prefix("/.well-known/openbadges/keys/") {
            return if key_name(name) {
                Route::BadgeKey(name)
            } else {
                Route::Nothing
            };
        }
        match path {
            "/" => Route::Home,
            "/verify" => Route::Ask(self.query("id").unwrap_or_default()),
            "/certificate-keys" => Route::Keys,
            "/.well-known/openbadges/keys" => Route::BadgeKeys,
            "/.well-known/openbadges/issuer" => Route::Issuer,
            "/offline" => Route::Offline(Asset::Page),
            "/offline/registrar.wasm" => Route::Offline(Asset::Module),
            "/offline/settings" => Route::OfflineSettings,
            "/service-worker.js" => Route::Offline(Asset::ServiceWorker),
            "/health" => Route::Health,
            "/favicon.ico" => Route::Icon,
            _ => Route::Nothing,
        }
    }

    pub(crate) fn form(&self) -> Form {
        form(&self.accept)
    }

    /// `?lang=` before the holder's language (a BCP 47 tag), and that before what the browser asks for; else English.
    pub(crate) fn language(&self, holders: Option<&str>) -> Language {
        self.query("lang")
            .and_then(Language::from_code)
            .or_else(|| holders.and_then(Language::from_code))
            .or_else(|| language(&self.accept_language))
            .unwrap_or(Language::English)
    }
}

/// A list's number in its one written form.
fn list_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number <= u32::MAX / LIST_BITS && number.to_string() == text).then_some(number)
}

/// The name of a key: its number, with `-rs256` after it for one of RSA.
fn key_name(name: &str) -> bool {
    let number = name.strip_suffix("-rs256").unwrap_or(name);
    number
        .parse::<u16>()
        .is_ok_and(|parsed| parsed.to_string() == number)
}

/// What somebody typed or pasted: without blanks, and of an address only its last part.
pub(crate) fn typed(value: &str) -> String {
    let text: String = decoded(value)
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// `application/x-www-form-urlencoded`.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains(['%', '+']) {
        return Cow::Borrowed(value);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match (byte, escaped) {
            (_, Some((high, low))) => {
                bytes.push(high << 4 | low);
                rest = &after[2..];
            }
            (b'+', None) => bytes.push(b' '),
            (other, None) => bytes.push(other),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Certificate(&'a str),
    Token(&'a str),
    Home,
    /// What the form of the first page asks about, still encoded.
    Ask(&'a str),
    StatusList(u32, Purpose),
    Badge(&'a str, Face),
    Keys,
    BadgeKeys,
    BadgeKey(&'a str),
    Issuer,
    Offline(Asset),
    OfflineSettings,
    Health,
    /// What browsers ask for beside every page.
    Icon,
    Nothing,
}

/// The forms of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// As `Accept` says.
    Negotiated,
    Rs256,
    EdDsa,
    Png,
    Svg,
}

impl<'a> Route<'a> {
    fn badge(name: &'a str) -> Self {
        for (suffix, face) in [
            (".eddsa.jwt", Face::EdDsa),
            (".jwt", Face::Rs256),
            (".png", Face::Png),
            (".svg", Face::Svg),
        ] {
            if let Some(id) = name.strip_suffix(suffix) {
                return Self::Badge(id, face);
            }
        }
        Self::Badge(name, Face::Negotiated)
    }
}

#[cfg(test)]
mod tests;
