//! Categories: a code for machines, words for people, and the names that older clients use.

use crate::{account::Locale, text, ticket::Category};
use serde::{Deserialize, Serialize};

/// A category (checklist T-04).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// What is stored and filtered by.
    pub code: Category,
    /// Other names by which it is understood, in any letter case.
    pub aliases: Vec<String>,
    /// What people call it.
    pub label: Words,
    /// What belongs to it, in a line.
    pub description: Words,
}

/// A text in each language of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// French as in Canada.
    pub fr: String,
}

impl Words {
    /// The text in a language.
    pub fn in_locale(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::Fr => &self.fr,
        }
    }
}

impl CategoryRule {
    /// Every name by which it is understood, as texts are compared.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        [self.code.as_str(), &self.label.en, &self.label.fr]
            .into_iter()
            .chain(self.aliases.iter().map(String::as_str))
            .map(text::folded)
    }
}
