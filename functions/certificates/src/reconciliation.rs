//! `GET /api/admin/certificates/reconciliation`: what the nightly comparisons of the edge with the table found.

use crate::Deps;
use axum::extract::State;
use jiff::Timestamp;
use registrar_domain::reconciliation::{Counts, Reconciliation};
use registrar_runtime::{extract::Staff, problem::ApiResult, reply::Reply};
use serde::Serialize;

/// How many runs are shown: a month of nights.
const RUNS: usize = 31;

/// The latest runs, newest first.
#[derive(Debug, Serialize)]
struct RunsView {
    runs: Vec<RunView>,
}

#[derive(Debug, Serialize)]
struct RunView {
    run: Timestamp,
    started_at: Timestamp,
    /// Null while it is going on, or when it stopped for good: its message is then in the dead-letter queue.
    finished_at: Option<Timestamp>,
    pages: u32,
    repaired: u64,
    counts: Counts,
}

impl From<Reconciliation> for RunView {
    fn from(run: Reconciliation) -> Self {
        Self {
            run: run.run,
            started_at: run.started_at,
            finished_at: run.finished_at,
            pages: run.page,
            repaired: run.counts.repaired(),
            counts: run.counts,
        }
    }
}

#[tracing::instrument(name = "certificates.reconciliation", skip_all)]
pub(crate) async fn latest(State(deps): State<Deps>, _: Staff) -> ApiResult {
    let runs = deps.shell.table.reconciliations(RUNS).await?;
    let runs = runs.into_iter().map(RunView::from).collect();
    Ok(Reply::ok(&RunsView { runs }))
}
