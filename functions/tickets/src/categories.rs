//! `GET …/categories`: what a ticket can be about.

use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use registrar_domain::{
    account::Locale,
    profile::{CategoryRule, Words},
    ticket::{Category, Priority},
};
use registrar_runtime::{Shell, extract::SignedIn, problem::ApiResult, reply::Reply};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Offered<'a> {
    categories: Vec<CategoryView<'a>>,
    default_category: &'a Category,
    /// The priorities that may be proposed; none where they are not asked for.
    priorities: &'static [Priority],
}

#[derive(Debug, Serialize)]
struct CategoryView<'a> {
    code: &'a Category,
    /// The same as `code`.
    id: &'a Category,
    /// In the language that the client asks for.
    name: &'a str,
    description: &'a str,
    /// In every language.
    labels: &'a Words,
    descriptions: &'a Words,
}

impl<'a> CategoryView<'a> {
    fn new(rule: &'a CategoryRule, locale: Locale) -> Self {
        Self {
            code: &rule.code,
            id: &rule.code,
            name: rule.label.in_locale(locale),
            description: rule.description.in_locale(locale),
            labels: &rule.label,
            descriptions: &rule.description,
        }
    }
}

#[tracing::instrument(name = "tickets.categories", skip_all)]
pub(crate) async fn categories(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    headers: HeaderMap,
) -> ApiResult {
    let profile = &shell.profile;
    let locale = wanted(&headers).unwrap_or(profile.locale);
    let view = |rule| CategoryView::new(rule, locale);
    let asked = actor.role.is_staff() || profile.priority.requester_may_set;
    Ok(Reply::ok(&Offered {
        categories: profile.categories().iter().map(view).collect(),
        default_category: &profile.default_category,
        priorities: if asked { Priority::ALL } else { &[] },
    }))
}

/// The first of the languages that the client accepts and the product speaks.
fn wanted(headers: &HeaderMap) -> Option<Locale> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let primary = |tag: &str| {
        let tag = tag.split(';').next().unwrap_or_default().trim();
        let primary = tag.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Locale::En),
            "fr" => Some(Locale::Fr),
            _ => None,
        }
    };
    accepted.split(',').find_map(primary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_both_know_is_taken() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
            wanted(&headers)
        };
        assert_eq!(of("fr-CA,en;q=0.8"), Some(Locale::Fr));
        assert_eq!(of("de, EN-gb"), Some(Locale::En));
        assert_eq!(of("de"), None);
    }
}
