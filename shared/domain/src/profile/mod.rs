//! Profiles: what differs between deployments, as data.
//!
//! One deployment runs one profile: a preset of this crate, or a preset with some members written over by the
//! deployment's own file (a JSON merge patch, RFC 7396). The file says how tickets are numbered, which categories there
//! are, who may move a ticket where, what a reply does, and what a requester is shown. The same code runs under every
//! profile; a profile that does not hold together refuses to start and names the line.
//!
//! | module | what |
//! |---|---|
//! | `number` | the number that people say |
//! | `category` | codes, labels, descriptions, aliases |
//! | `transitions` | who may move a ticket where |
//! | `replies` | what a reply does to the status, and to a ticket that is done |
//! | `attachments` | what may be attached |
//! | `limits` | how often somebody may do what costs others |
//! | `source` | the texts a profile is read from, and where in them a member stands |
//! | `check` | what is refused at start |

mod attachments;
mod category;
mod check;
mod limits;
mod number;
mod replies;
mod source;
mod transitions;

pub use attachments::{Attachments, MediaRange};
pub use category::{CategoryRule, Words};
pub use check::ProfileError;
pub use limits::{Limits, PersonLimits, SignInLimits};
pub use number::NumberFormat;
pub use replies::{Afterwards, Replies};
pub use transitions::{Side, Transitions};

use crate::{
    account::Locale,
    actor::Actor,
    assignment,
    delivery::Channel,
    page::Limit,
    sla, text,
    ticket::{Category, Priority, Status},
    value::PersonName,
};
use serde::Deserialize;

/// The presets that ship, by name.
pub(crate) const PRESETS: &[(&str, &str)] = &[
    ("edu", include_str!("../../profiles/edu.json")),
    ("chat", include_str!("../../profiles/chat.json")),
    ("portal", include_str!("../../profiles/portal.json")),
    ("tutoring", include_str!("../../profiles/tutoring.json")),
];

/// A deployment's rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The preset's name.
    pub name: String,
    /// The language of a person who chose none.
    pub locale: Locale,
    /// How requesters are reached: the first one that they can be reached by.
    pub channels: Vec<Channel>,
    /// How many tickets a page of a list has unless the client says.
    pub page_size: Limit,
    /// As whom every member of staff is shown to a requester; by their own name when absent (checklist T-12).
    #[serde(default)]
    pub staff_shown_as: Option<PersonName>,
    /// How tickets are numbered.
    pub ticket_number: NumberFormat,
    /// What a new ticket is.
    pub initial_status: Status,
    /// The category of a ticket whose requester names none.
    pub default_category: Category,
    /// What a requester has to do with priorities.
    pub priority: PriorityRule,
    /// What a reply does.
    pub replies: Replies,
    /// What may be attached.
    pub attachments: Attachments,
    /// How often somebody may do what costs others.
    pub limits: Limits,
    /// By when tickets must be answered and done; never when absent (checklist T-23).
    #[serde(default)]
    pub sla: Option<sla::Rules>,
    /// How new tickets find who works on them (checklist T-24).
    #[serde(default)]
    pub assignment: assignment::Mode,
    /// Whether new tickets get a first look (checklist P-04).
    #[serde(default)]
    pub triage: bool,
    /// The categories, in the order in which they are offered.
    categories: Vec<CategoryRule>,
    transitions: Transitions,
}

/// What a requester has to do with a ticket's priority (checklist T-10).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityRule {
    /// Whether a requester's proposed priority is taken.
    pub requester_may_set: bool,
    /// Whether a requester is shown the priority at all.
    pub shown_to_requester: bool,
}

impl Profile {
    /// The preset `name`.
    ///
    /// # Errors
    /// [`ProfileError::Unknown`]; a preset itself always holds together.
    pub fn preset(name: &str) -> Result<Self, ProfileError> {
        check::read(name, None, Some(sla::bundled))
    }

    /// The preset `name` with members written over by the deployment's own file: a JSON merge patch, in which a list
    /// stands for the whole list and `null` takes a member away.
    ///
    /// # Errors
    /// [`ProfileError`] with the line of the file that does not hold.
    pub fn with_file(name: &str, file: &str) -> Result<Self, ProfileError> {
        check::read(name, Some(file), Some(sla::bundled))
    }

    /// As [`Self::preset`] or [`Self::with_file`], for programs that write no tickets: time zones are neither looked up nor
    /// linked, and the profile's calendar must not be asked.
    ///
    /// # Errors
    /// [`ProfileError`] with the line of the file that does not hold.
    pub fn without_zones(name: &str, file: Option<&str>) -> Result<Self, ProfileError> {
        check::read(name, file, None)
    }

    /// The names of the presets.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// The category that `text` names by code, label or alias, however it is typed.
    pub fn category(&self, text: &str) -> Option<Category> {
        let wanted = text::folded(text);
        self.categories
            .iter()
            .find(|rule| rule.names().any(|name| name == wanted))
            .map(|rule| rule.code.clone())
    }

    /// The categories, in the order in which they are offered.
    pub fn categories(&self) -> &[CategoryRule] {
        &self.categories
    }

    /// The codes of all categories.
    pub fn category_codes(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(|rule| rule.code.as_str())
    }

    /// What people call a category; its code where the profile no longer has it.
    pub fn category_label<'a>(&'a self, category: &'a Category, locale: Locale) -> &'a str {
        let rule = self.categories.iter().find(|rule| rule.code == *category);
        rule.map_or(category.as_str(), |rule| rule.label.in_locale(locale))
    }

    /// Where `side` may move a ticket from `from`.
    pub fn allowed(&self, side: Side, from: Status) -> &[Status] {
        self.transitions.allowed(side, from)
    }

    /// Where a public staff reply moves a ticket that is not done.
    pub fn status_after_staff_reply(&self) -> Status {
        self.replies.staff
    }

    /// Where a requester's reply moves a ticket that waits for them.
    pub fn status_after_requester_reply(&self) -> Status {
        self.replies.requester
    }

    /// The name that `actor` is shown for a member of staff called `name`.
    pub fn staff_name<'a>(&'a self, actor: Actor, name: &'a PersonName) -> &'a PersonName {
        if actor.role.is_staff() {
            return name;
        }
        self.staff_shown_as.as_ref().unwrap_or(name)
    }

    /// Whether `actor` may know which member of staff it is: staff may, and requesters unless the profile hides names.
    pub fn shows_staff(&self, actor: Actor) -> bool {
        actor.role.is_staff() || self.staff_shown_as.is_none()
    }

    /// The priority as `actor` is shown it.
    pub fn shown_priority(&self, actor: Actor, priority: Priority) -> Option<Priority> {
        let shown = actor.role.is_staff() || self.priority.shown_to_requester;
        shown.then_some(priority)
    }
}

#[cfg(test)]
mod tests;
