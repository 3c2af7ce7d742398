//! `POST …/attachments`: begins an upload.

use super::{
    Named, UPLOAD_SECONDS,
    problem::refused,
    view::{AttachmentView, UploadView},
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::attachment::{Attachment, Begin, ContentType, FileName};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, SignedIn, Visible},
    limits,
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{blobs::Bucket, limits::TooOften};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::num::NonZeroU32;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginBody {
    file_name: FileName,
    #[serde(alias = "mime_type")]
    content_type: ContentType,
    /// In bytes.
    #[serde(alias = "file_size")]
    size: u64,
}

#[derive(Debug, Serialize)]
struct BegunView<'a> {
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    upload: UploadView,
}

#[tracing::instrument(name = "tickets.attachments.begin", skip_all, fields(attachment.id))]
pub(crate) async fn begin(
    State(shell): State<Shell>,
    State(bucket): State<Bucket>,
    SignedIn(actor): SignedIn,
    Visible(named): Visible<Named>,
    Once(claim): Once,
    Body(body): Body<BeginBody>,
) -> ApiResult {
    if named.ticket.is_none() && !actor.role.has_tickets() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("tutors have no access to tickets"));
    }
    let moment = shell.moment();
    let policy = &shell.profile.attachments;
    let command = Begin {
        file_name: body.file_name,
        content_type: body.content_type,
        size: body.size,
    };
    let begun = Attachment::begin(policy, actor, named.ticket.as_ref(), command, moment)
        .map_err(|r| refused(&r, policy))?;
    let most = shell.profile.limits.of(actor.role).uploads;
    limits::an_hour(&shell, "uploads", actor.id, most)
        .await?
        .map_err(|often| too_often(often, most))?;
    tracing::Span::current().record("attachment.id", tracing::field::display(begun.id));
    let upload = bucket
        .upload(
            &begun.object_key,
            begun.content_type.as_str(),
            begun.size,
            moment.now,
            UPLOAD_SECONDS,
        )
        .await?;
    let view = AttachmentView::new(actor, &begun);
    let location = view.url.clone();
    let reply = Reply::created(&BegunView {
        attachment: view,
        upload: upload.into(),
    })
    .location(location);
    shell
        .table
        .begin_attachment(&begun, claim.as_ref(), &reply.answer())
        .await?;
    Ok(reply)
}

/// Files cost whoever stores them: a person begins so many an hour and no more.
fn too_often(TooOften { retry_after }: TooOften, most: NonZeroU32) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_uploads")
        .detail(
            "so many uploads may be begun in an hour: the header Retry-After says when to go on",
        )
        .with("most_an_hour", json!(most))
        .retry_after(retry_after)
}
