//! `POST …/bulk/{id}/cancel`: issues nothing more.

use super::{load, problem::refused, view::BulkView};
use crate::Deps;
use axum::extract::State;
use registrar_domain::bulk::Bulk;
use registrar_runtime::{
    extract::{Once, Staff, Visible},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::StoreError;

/// How often the decision is made anew because the worker counted rows first.
const TRIES: u32 = 10;

#[tracing::instrument(name = "certificates.bulk.cancel", skip_all, fields(bulk.id = %bulk.id))]
pub(crate) async fn cancel(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Visible(mut bulk): Visible<Bulk>,
    Once(claim): Once,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = deps.shell.moment();
        let decision = bulk.cancel(actor, moment.now).map_err(refused)?;
        let next = &decision.bulk;
        let reply = Reply::accepted(&BulkView::from(next)).etag(next.version);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        match deps.shell.table.commit_bulk(&decision, moment, kept).await {
            Err(StoreError::Conflict) if tries < TRIES => {
                bulk = load(&deps, bulk.id).await?;
            }
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(reply),
        }
    }
}
