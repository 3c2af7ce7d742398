//! `POST …/attachments/{id}/complete`: looks at what was uploaded.

use super::{Named, problem::refused, view::AttachmentView};
use crate::TRIES;
use axum::extract::State;
use registrar_domain::attachment::{HEAD_BYTES, State as Standing, Stored};
use registrar_runtime::{
    Shell,
    extract::{Once, SignedIn, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{StoreError, blobs::Bucket};

#[tracing::instrument(name = "tickets.attachments.complete", skip_all, fields(attachment.id))]
pub(crate) async fn complete(
    State(shell): State<Shell>,
    State(bucket): State<Bucket>,
    SignedIn(actor): SignedIn,
    Visible(named): Visible<Named>,
    Once(claim): Once,
) -> ApiResult {
    for _ in 0..TRIES {
        let pending = named.load(&shell, actor).await?;
        tracing::Span::current().record("attachment.id", tracing::field::display(pending.id));
        // Whoever completes twice learns what came of it the first time.
        if pending.author_id == actor.id && pending.state != Standing::Pending {
            return Ok(Reply::ok(&AttachmentView::new(actor, &pending)));
        }
        let head = bucket.head(&pending.object_key, HEAD_BYTES).await?;
        let stored = head.as_ref().map(|head| Stored {
            size: head.size,
            etag: &head.etag,
            head: &head.bytes,
        });
        let inspected = pending
            .inspect(actor, stored, shell.moment())
            .map_err(|r| refused(&r, &shell.profile.attachments))?;
        let after = &inspected.attachment;
        if let Some(copy) = &inspected.copy {
            let content_type = after.content_type.as_str();
            match bucket
                .copy(&copy.from, &copy.to, &copy.etag, content_type)
                .await
            {
                // It was uploaded once more meanwhile: look again.
                Err(StoreError::Conflict) => continue,
                copied => copied?,
            }
        }
        let reply = Reply::ok(&AttachmentView::new(actor, after));
        let committed = shell
            .table
            .commit_inspected(&pending, &inspected, claim.as_ref(), &reply.answer())
            .await;
        if matches!(committed, Err(StoreError::Conflict)) {
            continue;
        }
        committed?;
        if let Some(key) = &inspected.delete {
            super::settled(&bucket, key).await;
        }
        return Ok(reply);
    }
    Err(Problem::from(StoreError::Conflict))
}
