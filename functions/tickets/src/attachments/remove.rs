//! `DELETE …/attachments/{id}`: deletes a file.

use super::{Named, problem::refused};
use crate::TRIES;
use axum::extract::State;
use registrar_domain::id::AttachmentId;
use registrar_runtime::{
    Shell,
    extract::{SignedIn, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{StoreError, blobs::Bucket};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct RemovedView {
    attachment_id: AttachmentId,
    state: &'static str,
}

#[tracing::instrument(name = "tickets.attachments.remove", skip_all, fields(attachment.id))]
pub(crate) async fn remove(
    State(shell): State<Shell>,
    State(bucket): State<Bucket>,
    SignedIn(actor): SignedIn,
    Visible(named): Visible<Named>,
) -> ApiResult {
    for _ in 0..TRIES {
        let file = named.load(&shell, actor).await?;
        tracing::Span::current().record("attachment.id", tracing::field::display(file.id));
        let removed = file
            .remove(actor, shell.moment())
            .map_err(|r| refused(&r, &shell.profile.attachments))?;
        match shell.table.commit_removed(&file, &removed).await {
            Err(StoreError::Conflict) => continue,
            committed => committed?,
        }
        // The record says it first: a deletion that is cut off here is finished by the next one.
        bucket.delete(&removed.object_key).await?;
        return Ok(Reply::ok(&RemovedView {
            attachment_id: file.id,
            state: "removed",
        }));
    }
    Err(Problem::from(StoreError::Conflict))
}
