//! The classifier that needs no model: words of a list, in English and French.
//!
//! Each category's words are counted once each, words of the subject twice. With `k` words for a category, `n` for all and
//! `c` categories its confidence is `(k + s) / (n + s·c)` with `s` = [`SMOOTHING`]: additive smoothing, so that one lucky
//! word is not certainty. How often it is right at which confidence is measured by a test over labelled tickets; that is
//! where the threshold of 0.90 gets its meaning for the rules. They suggest no answers, so nothing goes out by them.

use super::suggestion::{Confidence, Suggestion, likeliest};
use crate::{
    profile::Profile,
    text,
    ticket::{Priority, Ticket},
};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The name under which the rules sign.
pub const RULES: &str = "rules";

/// In hundredths of a word.
const SMOOTHING: u32 = 6;

/// Below this a person should look.
const UNSURE: u16 = 600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    categories: BTreeMap<String, BTreeSet<String>>,
    urgent: BTreeSet<String>,
    high: BTreeSet<String>,
    low: BTreeSet<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../triage/rules.json"))
        .expect("the list is compiled in, and a test reads it")
});

/// Looks at a ticket by the list of words.
pub fn classify(profile: &Profile, ticket: &Ticket, at: Timestamp) -> Suggestion {
    let subject = words(ticket.subject.as_str());
    let description = words(ticket.description.as_str());
    let count = |list: &BTreeSet<String>| {
        let hits = |text: &BTreeSet<String>| {
            u32::try_from(text.intersection(list).count()).unwrap_or(u32::MAX)
        };
        hits(&subject) * 2 + hits(&description)
    };

    let none = BTreeSet::new();
    let found: BTreeMap<&str, u32> = profile
        .category_codes()
        .map(|code| (code, count(WORDS.categories.get(code).unwrap_or(&none))))
        .collect();
    let all: u32 = found.values().sum();
    let categories = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let confidence: BTreeMap<String, Confidence> = found
        .into_iter()
        .map(|(code, hits)| {
            let share =
                (hits * 100 + SMOOTHING) * 1000 / (all * 100 + SMOOTHING * categories).max(1);
            let share = u16::try_from(share).unwrap_or(1000);
            (code.to_owned(), Confidence::from_per_mille(share))
        })
        .collect();

    let sure = likeliest(&confidence).filter(|_| all > 0);
    let category = sure
        .and_then(|(code, _)| profile.category(code))
        .unwrap_or_else(|| profile.default_category.clone());
    let priority = if count(&WORDS.urgent) > 0 {
        Priority::Urgent
    } else if count(&WORDS.high) > 0 {
        Priority::High
    } else if count(&WORDS.low) > 0 {
        Priority::Low
    } else {
        Priority::Medium
    };
    let certainty = sure.map_or(0, |(_, confidence)| confidence.per_mille());
    let notes = match sure {
        None => "No word of the lists was found.".to_owned(),
        Some(_) => format!("{all} words of the lists were found."),
    };
    Suggestion {
        category,
        confidence,
        priority,
        simple: false,
        reply: None,
        notes,
        needs_human_review: certainty < UNSURE || priority == Priority::Urgent,
        model: RULES.to_owned(),
        at,
        outcome: None,
    }
}

/// The distinct words of a text, as texts are searched.
fn words(text: &str) -> BTreeSet<String> {
    text::searched(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
