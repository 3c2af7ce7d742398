//! What is refused at start, with the line that does not hold.

use super::{
    Afterwards, Attachments, NumberFormat, PRESETS, Profile, Side,
    number::MOST_DIGITS,
    source::{Source, Step, merge},
};
use crate::{
    sla::Zones,
    text,
    ticket::{Category, Status},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A profile that does not hold together; said at start, never during a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No preset of that name.
    #[error("there is no profile '{0}'; there are: {known}", known = Profile::presets().collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// A text is not JSON.
    #[error("{text} of profile '{name}', line {line}: {reason}")]
    Broken {
        /// Which profile.
        name: String,
        /// Which of its texts.
        text: &'static str,
        /// Which line of it, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// What is wrong with a member.
struct Fault {
    path: Vec<Step>,
    reason: String,
}

macro_rules! at {
    ($($step:expr),* $(,)?) => { vec![$(Step::from($step)),*] };
}

fn fault<T>(path: Vec<Step>, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault {
        path,
        reason: reason.into(),
    })
}

/// Reads and checks a profile, and looks up its time zones where somebody will reckon with them.
pub(super) fn read(
    name: &str,
    file: Option<&str>,
    zones: Option<Zones>,
) -> Result<Profile, ProfileError> {
    let (_, preset) = PRESETS
        .iter()
        .find(|(preset, _)| *preset == name)
        .ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
    let source = Source { preset, file };
    let broken = |text, line, reason: String| ProfileError::Broken {
        name: name.to_owned(),
        text,
        line,
        reason,
    };
    let mut whole: Value =
        serde_json::from_str(preset).map_err(|e| broken("the preset", e.line(), e.to_string()))?;
    if let Some(file) = file {
        let patch: Value =
            serde_json::from_str(file).map_err(|e| broken("the file", e.line(), e.to_string()))?;
        if !patch.is_object() {
            return Err(broken("the file", 1, "must be an object".to_owned()));
        }
        merge(&mut whole, patch);
    }
    let said = |fault: Fault| {
        let (text, line) = source.place(&fault.path);
        broken(text, line, fault.reason)
    };
    let mut profile: Profile = serde_path_to_error::deserialize(whole).map_err(|error| {
        let path = steps(error.path());
        let pointer = error.path().to_string();
        said(Fault {
            path,
            reason: format!("{pointer}: {}", error.into_inner()),
        })
    })?;
    profile.check().map_err(said)?;
    if let (Some(rules), Some(zones)) = (&mut profile.sla, zones) {
        let path = at!["sla", "calendar", "time_zone"];
        let located = rules.locate(zones);
        located.map_err(|reason| said(Fault { path, reason }))?;
    }
    Ok(profile)
}

fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    use serde_path_to_error::Segment;
    let step = |segment: &Segment| match segment {
        Segment::Map { key } => Some(Step::Member(key.clone())),
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().map_while(step).collect()
}

impl Profile {
    fn check(&self) -> Result<(), Fault> {
        self.check_limits()?;
        self.check_categories()?;
        self.check_transitions()
    }

    fn check_limits(&self) -> Result<(), Fault> {
        if self.channels.is_empty() {
            return fault(at!["channels"], "a profile needs a channel");
        }
        if let NumberFormat::Dated { prefix, width } = &self.ticket_number {
            if !(1..=MOST_DIGITS).contains(width) {
                let reason = format!("a number's width is 1 to {MOST_DIGITS}, not {width}");
                return fault(at!["ticket_number", "width"], reason);
            }
            let letters = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            if prefix.is_empty() || prefix.len() > 8 || !prefix.bytes().all(letters) {
                let reason = "a number's prefix is 1 to 8 of A-Z and 0-9";
                return fault(at!["ticket_number", "prefix"], reason);
            }
        }
        let Attachments {
            max_bytes,
            max_per_message,
            types,
        } = &self.attachments;
        if !(1..=Attachments::MOST_BYTES).contains(max_bytes) {
            let ceiling = Attachments::MOST_BYTES;
            let reason = format!("an attachment has at most {ceiling} bytes, not {max_bytes}");
            return fault(at!["attachments", "max_bytes"], reason);
        }
        if !(1..=Attachments::MOST_PER_MESSAGE).contains(max_per_message) {
            let ceiling = Attachments::MOST_PER_MESSAGE;
            let reason =
                format!("a message has at most {ceiling} attachments, not {max_per_message}");
            return fault(at!["attachments", "max_per_message"], reason);
        }
        if types.is_empty() {
            return fault(at!["attachments", "types"], "no attachment could be added");
        }
        for (member, rule) in self.afterwards() {
            if let Afterwards::Reopen {
                within_days: Some(days),
                ..
            } = rule
                && !(1..=Afterwards::MOST_DAYS).contains(&days)
            {
                let most = Afterwards::MOST_DAYS;
                let reason = format!("a ticket is reopened within 1 to {most} days, not {days}");
                return fault(at!["replies", member, "within_days"], reason);
            }
        }
        Ok(())
    }

    fn check_categories(&self) -> Result<(), Fault> {
        let mut seen: BTreeMap<String, &Category> = BTreeMap::new();
        for (n, rule) in self.categories.iter().enumerate() {
            let same = |other: &&super::CategoryRule| other.code == rule.code;
            if self.categories[..n].iter().any(|other| same(&other)) {
                let reason = format!("the category '{}' is there twice", rule.code.as_str());
                return fault(at!["categories", n, "code"], reason);
            }
            for (member, words) in [("label", &rule.label), ("description", &rule.description)] {
                if text::line(&words.en).and(text::line(&words.fr)).is_err() {
                    let reason = "must be a line of text that can be seen, in each language";
                    return fault(at!["categories", n, member], reason);
                }
            }
            for name in rule.names() {
                let other = seen.insert(name.clone(), &rule.code);
                if let Some(other) = other.filter(|other| **other != rule.code) {
                    let (other, code) = (other.as_str(), rule.code.as_str());
                    let reason =
                        format!("the category alias '{name}' means both '{other}' and '{code}'");
                    return fault(rule_member(n, rule, &name), reason);
                }
            }
        }
        if seen.values().any(|code| **code == self.default_category) {
            return Ok(());
        }
        let code = self.default_category.as_str();
        let reason = format!("default_category '{code}' is not a category");
        fault(at!["default_category"], reason)
    }

    fn check_transitions(&self) -> Result<(), Fault> {
        for side in Side::ALL {
            for (from, to) in self.transitions.table(side) {
                if to.contains(from) {
                    let reason = format!("'{}' leads to itself", from.code());
                    return fault(at!["transitions", side.code(), from.code()], reason);
                }
            }
        }
        let reached = self.reached();
        for (status, path) in &reached {
            if self.allowed(Side::Staff, *status).is_empty() {
                let reason = format!("'{}' can be entered and never left", status.code());
                let own = at!["transitions", "staff", status.code()];
                let named = self.transitions.staff.contains_key(status);
                return fault(if named { own } else { path.clone() }, reason);
            }
        }
        for status in reached.keys() {
            if !self.leads_to_an_end(*status) {
                let code = status.code();
                let reason = format!(
                    "'{code}' is a dead end: staff can reach neither resolved nor closed from it"
                );
                return fault(at!["transitions", "staff", code], reason);
            }
        }
        Ok(())
    }

    fn afterwards(&self) -> [(&'static str, Afterwards); 2] {
        let replies = &self.replies;
        [
            ("on_resolved", replies.on_resolved),
            ("on_closed", replies.on_closed),
        ]
    }

    /// Every status that a ticket can come into, and the member that lets it.
    fn reached(&self) -> BTreeMap<Status, Vec<Step>> {
        let mut reached = BTreeMap::new();
        let mut left = vec![
            (self.initial_status, at!["initial_status"]),
            (self.replies.staff, at!["replies", "staff"]),
            (self.replies.requester, at!["replies", "requester"]),
        ];
        for (member, rule) in self.afterwards() {
            if let Afterwards::Reopen { to, .. } = rule {
                left.push((to, at!["replies", member, "to"]));
            }
        }
        while let Some((status, path)) = left.pop() {
            if reached.contains_key(&status) {
                continue;
            }
            reached.insert(status, path);
            for side in Side::ALL {
                for (n, to) in self.allowed(side, status).iter().enumerate() {
                    left.push((*to, at!["transitions", side.code(), status.code(), n]));
                }
            }
        }
        reached
    }

    fn leads_to_an_end(&self, from: Status) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut left = vec![from];
        while let Some(status) = left.pop() {
            if matches!(status, Status::Resolved | Status::Closed) {
                return true;
            }
            for to in self.allowed(Side::Staff, status) {
                if seen.insert(*to) {
                    left.push(*to);
                }
            }
        }
        false
    }
}

/// Where in the `n`th category a name stands.
fn rule_member(n: usize, rule: &super::CategoryRule, name: &str) -> Vec<Step> {
    let alias = rule
        .aliases
        .iter()
        .position(|alias| text::folded(alias) == name);
    if let Some(alias) = alias {
        at!["categories", n, "aliases", alias]
    } else if rule.code.as_str() == name {
        at!["categories", n, "code"]
    } else {
        at!["categories", n, "label"]
    }
}
