//! What a client may ask of a list, in its query string.

use crate::problem::refused;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use registrar_domain::{
    actor::Actor,
    id::AccountId,
    page::Limit,
    ticket::{Priority, Refusal, Status},
};
use registrar_runtime::{Shell, problem::Problem};
use registrar_store::{
    find::{Assignee, Sort, TicketQuery},
    search,
};
use serde::Deserialize;

/// The most rows that a client may skip; beyond them, cursors go on.
const SKIPPED: u32 = 1000;
/// The most characters of a text to search for.
const TEXT: usize = 200;

/// Which page of which tickets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    priority: Option<Priority>,
    /// Code, label or alias.
    #[serde(default)]
    category: Option<String>,
    /// For staff.
    #[serde(default)]
    assigned_to: Option<AccountId>,
    /// For staff: only what nobody works on.
    #[serde(default)]
    unassigned: bool,
    /// Opened on this day (UTC) or at this time, or later.
    #[serde(default, alias = "date_from")]
    from: Option<Moment>,
    /// Opened on this day (UTC) or at this time, or earlier.
    #[serde(default, alias = "date_to")]
    to: Option<Moment>,
    /// Words of subject and description, a ticket's number.
    #[serde(default, alias = "q")]
    search: Option<String>,
    #[serde(default)]
    sort: By,
    #[serde(default)]
    order: Option<Order>,
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    #[serde(default)]
    limit: Option<Limit>,
    #[serde(default)]
    skip: Skip,
}

/// A day or a time.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
enum Moment {
    Day(Date),
    Time(Timestamp),
}

impl TryFrom<String> for Moment {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let time = text.parse().map(Self::Time);
        time.or_else(|_| text.parse().map(Self::Day))
            .map_err(|_| "must be a day such as 2026-11-21 or a time such as 2026-11-21T10:00:00Z")
    }
}

impl Moment {
    /// The first or the last millisecond that it means.
    fn bound(self, last: bool) -> Option<Timestamp> {
        match self {
            Self::Time(time) => Some(time),
            Self::Day(day) => {
                let start = day.to_zoned(TimeZone::UTC).ok()?.timestamp();
                let length = SignedDuration::from_hours(24) - SignedDuration::from_millis(1);
                if last {
                    start.checked_add(length).ok()
                } else {
                    Some(start)
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    CreatedAt,
    UpdatedAt,
    Priority,
    Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Asc,
    Desc,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "u32")]
struct Skip(usize);

impl TryFrom<u32> for Skip {
    type Error = String;
    fn try_from(rows: u32) -> Result<Self, Self::Error> {
        let most = || format!("must be a number up to {SKIPPED}; a cursor goes on beyond");
        let rows = if rows <= SKIPPED {
            rows
        } else {
            return Err(most());
        };
        usize::try_from(rows).map(Self).map_err(|_| most())
    }
}

impl Wanted {
    /// The rows of a page, and how many to skip before it.
    pub(crate) fn page(&self, shell: &Shell) -> (Limit, usize) {
        (self.limit.unwrap_or(shell.profile.page_size), self.skip.0)
    }

    /// What staff ask for, of all tickets or of a requester's.
    pub(crate) fn for_staff(
        self,
        shell: &Shell,
        requester: Option<AccountId>,
    ) -> Result<TicketQuery, Problem> {
        let category = self.category.as_deref().map(|name| {
            let unknown = || {
                let known = shell.profile.category_codes().map(str::to_owned).collect();
                refused(&Refusal::UnknownCategory { known })
            };
            shell.profile.category(name).ok_or_else(unknown)
        });
        let assignee = match (self.assigned_to, self.unassigned) {
            (Some(_), true) => {
                let detail = "what nobody works on has no assignee";
                return Err(invalid("unassigned", detail));
            }
            (Some(id), false) => Some(Assignee::Account(id)),
            (None, true) => Some(Assignee::Nobody),
            (None, false) => None,
        };
        let words = self
            .search
            .as_deref()
            .map(words)
            .transpose()?
            .unwrap_or_default();
        if !words.is_empty() && self.sort != By::CreatedAt {
            return Err(invalid(
                "sort",
                "what a search finds is sorted by created_at",
            ));
        }
        let sort = match self.sort {
            By::CreatedAt => Sort::Created,
            By::UpdatedAt => Sort::Updated,
            By::Priority => Sort::Priority,
            By::Status => Sort::Status,
        };
        // The newest and the most urgent first, and statuses from the first on.
        let usual = if sort == Sort::Status {
            Order::Asc
        } else {
            Order::Desc
        };
        Ok(TicketQuery {
            requester,
            statuses: self.status.into_iter().collect(),
            priority: self.priority,
            category: category.transpose()?,
            assignee,
            from: self.from.and_then(|from| from.bound(false)),
            until: self.to.and_then(|to| to.bound(true)),
            words,
            sort,
            descending: self.order.unwrap_or(usual) == Order::Desc,
        })
    }

    /// What a requester asks for, of their own tickets. What the profile hides cannot be asked for either: a filter
    /// would tell it.
    pub(crate) fn for_requester(self, shell: &Shell, actor: Actor) -> Result<TicketQuery, Problem> {
        if self.assigned_to.is_some() || self.unassigned {
            return Err(invalid("assigned_to", "this is for staff"));
        }
        let by_priority = self.priority.is_some() || self.sort == By::Priority;
        if by_priority
            && shell
                .profile
                .shown_priority(actor, Priority::Medium)
                .is_none()
        {
            return Err(invalid("priority", "this is for staff"));
        }
        self.for_staff(shell, Some(actor.id))
    }
}

/// The words of a text to search for.
fn words(text: &str) -> Result<Vec<String>, Problem> {
    if text.chars().count() > TEXT {
        let detail = format!("must have at most {TEXT} characters");
        return Err(invalid("search", &detail));
    }
    let mut words = search::asked(text);
    words.truncate(search::ASKED);
    if words.is_empty() {
        return Err(invalid("search", "must have a word"));
    }
    Ok(words)
}

fn invalid(name: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
        .detail("the query string does not have the parameters or the values that this takes")
        .field(format!("/{name}"), "invalid_value", detail)
}
