//! What bodies of tickets and messages take by `attachment_ids`.

use super::problem::refused;
use axum::http::StatusCode;
use registrar_domain::{
    actor::Actor,
    attachment::{Attachment, Refusal},
    clock::Moment,
    id::{AccountId, AttachmentId},
    ticket::{Decision, Ticket},
};
use registrar_runtime::{Shell, problem::Problem};
use registrar_store::{StoreError, attachments::Shelf, blobs::Bucket};

/// The attachments with these ids that `actor` may know of: of the ticket, where there is one, and their own drafts.
pub(crate) async fn named(
    shell: &Shell,
    actor: Actor,
    ticket: Option<&Ticket>,
    ids: &[AttachmentId],
) -> Result<Vec<Attachment>, Problem> {
    let policy = &shell.profile.attachments;
    if ids.len() > policy.max_per_message {
        let max = policy.max_per_message;
        return Err(refused(&Refusal::TooMany { max }, policy));
    }
    // What it shows of other tickets, those have taken.
    let own = ticket.map(|ticket| {
        if actor.role.is_staff() {
            Shelf::Staff(ticket.id.into())
        } else {
            Shelf::Requester(ticket.id.into())
        }
    });
    let mut found = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let mut one = None;
        if let Some(own) = &own {
            one = shell.table.attachment(own, *id, shell.now()).await?;
        }
        if one.is_none() {
            let drafts = Shelf::Drafts(actor.id);
            one = shell.table.attachment(&drafts, *id, shell.now()).await?;
        }
        let why = Box::new(Refusal::NotFound);
        found.push(one.ok_or_else(|| refused(&Refusal::Unusable { index, why }, policy))?);
    }
    Ok(found)
}

/// The decision with these attachments taken, and their files where they stay: to be committed next.
pub(crate) async fn taken(
    shell: &Shell,
    bucket: &Bucket,
    decision: Decision,
    author: AccountId,
    files: Vec<Attachment>,
    moment: Moment<'_>,
) -> Result<Decision, Problem> {
    if files.is_empty() {
        return Ok(decision);
    }
    let policy = &shell.profile.attachments;
    let decision = decision
        .attach(policy, author, files, moment)
        .map_err(|r| refused(&r, policy))?;
    copies(bucket, &decision).await?;
    Ok(decision)
}

async fn copies(bucket: &Bucket, decision: &Decision) -> Result<(), Problem> {
    for placed in &decision.attachments {
        let Some(copy) = &placed.copy else { continue };
        let content_type = placed.after.content_type.as_str();
        bucket
            .copy(&copy.from, &copy.to, &copy.etag, content_type)
            .await
            .map_err(|error| match error {
                StoreError::Conflict => {
                    Problem::new(StatusCode::CONFLICT, "attachment_changed").detail(
                        "a file was uploaded anew since it was looked at, or is gone: upload it once more",
                    )
                }
                other => other.into(),
            })?;
    }
    Ok(())
}

/// Deletes what was copied, once the decision is committed.
pub(crate) async fn copied(bucket: &Bucket, decision: &Decision) {
    for placed in &decision.attachments {
        if let Some(copy) = &placed.copy {
            settled(bucket, &copy.from).await;
        }
    }
}

/// Deletes an object that nobody is served any more. A failure changes no answer: S3 empties that part of the bucket.
pub(crate) async fn settled(bucket: &Bucket, key: &str) {
    if let Err(error) = bucket.delete(key).await {
        tracing::warn!(%error, "an uploaded object was not deleted");
    }
}
