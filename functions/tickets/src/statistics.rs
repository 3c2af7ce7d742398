//! `GET …/stats` and `GET …/notifications`: counts and averages, at a cost that does not depend on how many tickets there
//! are.

use axum::extract::State;
use registrar_domain::{
    actor::Actor,
    profile::Profile,
    ticket::{Priority, Statistics, Status},
};
use registrar_runtime::{
    Shell,
    extract::{SignedIn, Staff},
    problem::ApiResult,
    reply::Reply,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Statistics as they are shown.
#[derive(Debug, Serialize)]
struct StatisticsView<'a> {
    total: i64,
    /// The same as `total`.
    total_tickets: i64,
    by_status: BTreeMap<&'static str, i64>,
    /// Absent where the profile hides priorities from requesters.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_priority: Option<BTreeMap<&'static str, i64>>,
    by_category: BTreeMap<&'a str, i64>,
    /// Neither resolved nor closed, and nobody works on it. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    unassigned: Option<i64>,
    /// New or open.
    open_tickets: i64,
    in_progress: i64,
    resolved: i64,
    closed: i64,
    /// Neither resolved nor closed, of each that is.
    open_closed_ratio: Option<f64>,
    average_first_response_seconds: Option<f64>,
    average_resolution_seconds: Option<f64>,
    satisfaction: Satisfaction,
}

/// The requesters' ratings.
#[derive(Debug, Serialize)]
struct Satisfaction {
    /// From 1 to 5; null before the first one.
    average: Option<f64>,
    count: i64,
}

impl<'a> StatisticsView<'a> {
    fn new(profile: &'a Profile, actor: Actor, sums: &Statistics) -> Self {
        let statuses = Status::ALL.iter();
        let by_status = statuses.map(|status| (status.code(), sums.count(&[*status], &[])));
        let priorities = Priority::ALL.iter();
        let by_priority = priorities.map(|p| (p.code(), sums.count(&[], &[*p])));
        let shown = profile.shown_priority(actor, Priority::Medium).is_some();
        let categories = profile.category_codes();
        let (average, count) = sums.satisfaction();
        let alerts = sums.alerts();
        let done = sums.count(&[Status::Resolved, Status::Closed], &[]);
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let ratio = (done > 0).then(|| (sums.total() - done) as f64 / done as f64);
        Self {
            total: sums.total(),
            total_tickets: sums.total(),
            by_status: by_status.collect(),
            by_priority: shown.then(|| by_priority.collect()),
            by_category: categories
                .map(|code| (code, sums.in_category(code)))
                .collect(),
            unassigned: actor.role.is_staff().then_some(alerts.unassigned),
            open_tickets: alerts.open_tickets,
            in_progress: alerts.in_progress,
            resolved: sums.count(&[Status::Resolved], &[]),
            closed: sums.count(&[Status::Closed], &[]),
            open_closed_ratio: ratio,
            average_first_response_seconds: sums.average_first_response_seconds(),
            average_resolution_seconds: sums.average_resolution_seconds(),
            satisfaction: Satisfaction { average, count },
        }
    }
}

/// Of all tickets for staff, of their own for a requester.
#[tracing::instrument(name = "tickets.stats", skip_all)]
pub(crate) async fn own_or_all(State(shell): State<Shell>, SignedIn(actor): SignedIn) -> ApiResult {
    let sums = if actor.role.is_staff() {
        shell.table.statistics().await?
    } else {
        shell.table.statistics_of(actor.id).await?
    };
    Ok(Reply::ok(&StatisticsView::new(
        &shell.profile,
        actor,
        &sums,
    )))
}

#[tracing::instrument(name = "tickets.stats_all", skip_all)]
pub(crate) async fn all(State(shell): State<Shell>, Staff(actor): Staff) -> ApiResult {
    let sums = shell.table.statistics().await?;
    Ok(Reply::ok(&StatisticsView::new(
        &shell.profile,
        actor,
        &sums,
    )))
}

/// What somebody on the staff should look at.
#[tracing::instrument(name = "tickets.alerts", skip_all)]
pub(crate) async fn alerts(State(shell): State<Shell>, _: Staff) -> ApiResult {
    Ok(Reply::ok(&shell.table.statistics().await?.alerts()))
}
