//! Profiles: what differs between deployments, as data.
//!
//! One deployment runs one profile. Its file says how tickets are numbered, which categories there are, who may move a
//! ticket where, and what a reply does. The same code runs under every profile.

use crate::{
    account::Locale,
    ticket::{Category, Status},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The presets that ship, by name.
const PRESETS: &[(&str, &str)] = &[("edu", include_str!("../profiles/edu.json"))];

/// A profile that does not hold together; said at start, never during a request.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No preset of that name.
    #[error("there is no profile '{0}'; there are: {known}", known = PRESETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// The file is not of the shape of a profile.
    #[error("profile '{name}': {reason}")]
    Malformed {
        /// Which.
        name: String,
        /// What is wrong, with line and column.
        reason: String,
    },
}

/// A deployment's rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The preset's name.
    pub name: String,
    /// How tickets are numbered.
    pub ticket_number: NumberFormat,
    /// What a new ticket is.
    pub initial_status: Status,
    /// The categories, in the order in which they are offered.
    categories: Vec<CategoryRule>,
    /// The category of a ticket whose requester names none.
    pub default_category: Category,
    /// Whether a requester's proposed priority is taken.
    pub requester_may_set_priority: bool,
    /// Where a public staff reply moves a ticket that is not resolved or closed.
    pub status_after_staff_reply: Status,
    /// Where a requester's reply moves a ticket that waits for them.
    pub status_after_requester_reply: Status,
    /// For how many days after it was resolved a requester's reply opens a ticket again.
    pub reopen_within_days: i64,
    transitions: Transitions,
}

/// `PREFIX-YYYYMMDD-NNNN`: `width` is a minimum, so that no day can run out of numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    prefix: String,
    width: usize,
}

impl NumberFormat {
    /// The number of the day's `count`th ticket (from 1).
    pub fn number(&self, day: jiff::civil::Date, count: u64) -> String {
        format!(
            "{}-{}-{count:0width$}",
            self.prefix,
            day.strftime("%Y%m%d"),
            width = self.width
        )
    }

    /// Whether a path segment has the form of a number, in any letter case.
    pub fn matches(&self, text: &str) -> bool {
        let Some((prefix, rest)) = text.split_once('-') else {
            return false;
        };
        let Some((day, count)) = rest.split_once('-') else {
            return false;
        };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        prefix.eq_ignore_ascii_case(&self.prefix)
            && day.len() == 8
            && digits(day)
            && (self.width..=12).contains(&count.len())
            && digits(count)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryRule {
    code: Category,
    aliases: Vec<String>,
    en: String,
    fr: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transitions {
    staff: BTreeMap<Status, Vec<Status>>,
    requester: BTreeMap<Status, Vec<Status>>,
}

/// On which side of the desk somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The person who asks.
    Requester,
    /// The people who answer.
    Staff,
}

impl Profile {
    /// The preset `name`.
    pub fn preset(name: &str) -> Result<Self, ProfileError> {
        let (_, text) = PRESETS
            .iter()
            .find(|(preset, _)| *preset == name)
            .ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
        let profile: Self = serde_json::from_str(text).map_err(|e| ProfileError::Malformed {
            name: name.to_owned(),
            reason: e.to_string(),
        })?;
        profile.check().map_err(|reason| ProfileError::Malformed {
            name: name.to_owned(),
            reason,
        })?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), String> {
        let mut seen = BTreeMap::new();
        for rule in &self.categories {
            for alias in rule.names() {
                if let Some(other) = seen
                    .insert(alias.clone(), &rule.code)
                    .filter(|other| **other != rule.code)
                {
                    return Err(format!(
                        "category alias '{alias}' means both '{}' and '{}'",
                        other.as_str(),
                        rule.code.as_str()
                    ));
                }
            }
        }
        if !self
            .categories
            .iter()
            .any(|rule| rule.code == self.default_category)
        {
            return Err(format!(
                "default_category '{}' is not a category",
                self.default_category.as_str()
            ));
        }
        let left: Vec<_> = self
            .transitions
            .staff
            .iter()
            .filter(|(_, to)| !to.is_empty())
            .map(|(from, _)| *from)
            .collect();
        let entered = self.transitions.staff.values().flatten().chain([
            &self.initial_status,
            &self.status_after_staff_reply,
            &self.status_after_requester_reply,
        ]);
        for status in entered {
            if !left.contains(status) {
                return Err(format!(
                    "transitions.staff: '{}' can be entered and never left",
                    status.code()
                ));
            }
        }
        Ok(())
    }

    /// The category that `text` names by code, label or alias, in any letter case.
    pub fn category(&self, text: &str) -> Option<Category> {
        let wanted = text.trim().to_lowercase();
        self.categories
            .iter()
            .find(|rule| rule.names().any(|name| name == wanted))
            .map(|rule| rule.code.clone())
    }

    /// The codes of all categories.
    pub fn category_codes(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(|rule| rule.code.as_str())
    }

    /// What people call a category; its code where the profile no longer has it.
    pub fn category_label<'a>(&'a self, category: &'a Category, locale: Locale) -> &'a str {
        let rule = self.categories.iter().find(|rule| rule.code == *category);
        rule.map_or(category.as_str(), |rule| match locale {
            Locale::En => &rule.en,
            Locale::Fr => &rule.fr,
        })
    }

    /// Where `side` may move a ticket from `from`.
    pub fn allowed(&self, side: Side, from: Status) -> &[Status] {
        let table = match side {
            Side::Staff => &self.transitions.staff,
            Side::Requester => &self.transitions.requester,
        };
        table.get(&from).map_or(&[], Vec::as_slice)
    }
}

impl CategoryRule {
    fn names(&self) -> impl Iterator<Item = String> {
        let labels = [self.code.as_str(), &self.en, &self.fr].map(str::to_lowercase);
        labels
            .into_iter()
            .chain(self.aliases.iter().map(|alias| alias.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_holds_together() {
        for (name, _) in PRESETS {
            Profile::preset(name).unwrap();
        }
        assert!(
            Profile::preset("nobody")
                .unwrap_err()
                .to_string()
                .contains("edu")
        );
    }

    #[test]
    fn a_number_has_a_least_width_and_no_greatest() {
        let format = NumberFormat {
            prefix: "TKT".into(),
            width: 4,
        };
        let day = jiff::civil::date(2026, 11, 21);
        assert_eq!(format.number(day, 1), "TKT-20261121-0001");
        assert_eq!(format.number(day, 123_456), "TKT-20261121-123456");
        assert!(format.matches("tkt-20261121-0001") && format.matches("TKT-20261121-123456"));
        for bad in [
            "TKT-20261121-1",
            "TKT-2026112-0001",
            "CERT-20261121-0001",
            "TKT-20261121-00x1",
            "TKT",
            "",
        ] {
            assert!(!format.matches(bad), "{bad}");
        }
    }

    #[test]
    fn a_category_goes_by_code_label_and_alias() {
        let edu = Profile::preset("edu").unwrap();
        for name in ["technical", "Technical Support", "SOUTIEN TECHNIQUE"] {
            assert_eq!(edu.category(name).unwrap().as_str(), "technical");
        }
        assert!(edu.category("weather").is_none());
    }

    #[test]
    fn a_status_that_cannot_be_left_refuses_to_start() {
        let mut edu = Profile::preset("edu").unwrap();
        edu.transitions.staff.remove(&Status::Closed);
        assert!(edu.check().unwrap_err().contains("'closed'"));
    }

    #[test]
    fn an_ambiguous_alias_refuses_to_start() {
        let mut edu = Profile::preset("edu").unwrap();
        edu.categories[1].aliases.push("Payment".into());
        assert!(edu.check().unwrap_err().contains("'payment'"));
    }
}
