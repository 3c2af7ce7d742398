//! `GET /api/admin/certificates` and `GET /api/certificates`: lists and searches, newest first.

use crate::{Deps, view::ListView};
use axum::{extract::State, http::StatusCode};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use registrar_domain::{
    certificate::{Standing, today},
    id::AccountId,
    page::Limit,
    value::CourseName,
};
use registrar_runtime::{
    extract::{Params, SignedIn, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::certificates::CertificateQuery;
use serde::Deserialize;

/// The most characters of a text to search for.
const TEXT: usize = 200;

/// Which page of which certificates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// For staff.
    #[serde(default)]
    student_id: Option<AccountId>,
    /// How they stand, or `expired`.
    #[serde(default)]
    status: Option<Status>,
    /// Whether their last day is over.
    #[serde(default)]
    expired: Option<bool>,
    #[serde(default, alias = "course_name")]
    course: Option<CourseName>,
    /// Issued on this day (UTC) or later.
    #[serde(default, alias = "date_from")]
    from: Option<Date>,
    /// Issued on this day (UTC) or earlier.
    #[serde(default, alias = "date_to")]
    to: Option<Date>,
    /// A whole id, or words of holder, course and id.
    #[serde(default, alias = "q")]
    search: Option<String>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// A standing, or that the last day is over.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    #[serde(alias = "issued")]
    Valid,
    Suspended,
    Revoked,
    Withdrawn,
    Expired,
}

impl Status {
    fn standing(self) -> Option<Standing> {
        match self {
            Self::Valid => Some(Standing::Valid),
            Self::Suspended => Some(Standing::Suspended),
            Self::Revoked => Some(Standing::Revoked),
            Self::Withdrawn => Some(Standing::Withdrawn),
            Self::Expired => None,
        }
    }
}

impl Wanted {
    fn query(&self, now: Timestamp) -> Result<CertificateQuery, Problem> {
        let expired = match self.status {
            Some(Status::Expired) => Some(true),
            _ => self.expired,
        };
        let query = CertificateQuery {
            student: self.student_id,
            status: self.status.and_then(Status::standing),
            expired: expired.map(|expired| (expired, today(now))),
            course: self.course.as_ref().map(ToString::to_string),
            from: self.from.map(first_moment).transpose()?,
            until: self.to.map(last_moment).transpose()?,
            ..CertificateQuery::default()
        };
        match self.search.as_deref() {
            Some(text) if text.chars().count() > TEXT => Err(invalid(
                "/search",
                format!("must have at most {TEXT} characters"),
            )),
            Some(text) => {
                let query = query.with_text(text);
                if query.id.is_none() && query.words.is_empty() {
                    return Err(invalid("/search", "must have a word".to_owned()));
                }
                Ok(query)
            }
            None => Ok(query),
        }
    }
}

fn first_moment(day: Date) -> Result<Timestamp, Problem> {
    let start = day.to_zoned(TimeZone::UTC);
    let start = start.map_err(|_| invalid("/from", "is no day of this calendar".to_owned()))?;
    Ok(start.timestamp())
}

fn last_moment(day: Date) -> Result<Timestamp, Problem> {
    let next = first_moment(day)?.checked_add(SignedDuration::from_hours(24));
    let next = next.map_err(|_| invalid("/to", "is no day of this calendar".to_owned()))?;
    Ok(next - SignedDuration::from_millis(1))
}

fn invalid(pointer: &str, detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
        .detail("the query string does not have the parameters or the values that this takes")
        .field(pointer, "invalid", detail)
}

#[tracing::instrument(name = "certificates.list_all", skip_all)]
pub(crate) async fn all(
    State(deps): State<Deps>,
    _: Staff,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    page(&deps, &wanted).await
}

#[tracing::instrument(name = "certificates.list_own", skip_all)]
pub(crate) async fn own(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    if wanted.student_id.is_some_and(|asked| asked != actor.id) {
        return Err(invalid("/student_id", "must be your own".to_owned()));
    }
    let own = Wanted {
        student_id: Some(actor.id),
        ..wanted
    };
    page(&deps, &own).await
}

async fn page(deps: &Deps, wanted: &Wanted) -> ApiResult {
    let now = deps.shell.now();
    let query = wanted.query(now)?;
    let table = &deps.shell.table;
    let cursor = wanted.cursor.as_deref();
    let page = table
        .find_certificates(&query, cursor, wanted.limit)
        .await?;
    let total = table.count_certificates(&query).await?;
    Ok(Reply::ok(&ListView::new(page, total, now)))
}
