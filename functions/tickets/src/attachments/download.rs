//! `GET …/attachments/{id}`: a short-lived address to download from, after the access check.

use super::{DOWNLOAD_SECONDS, Named, problem::refused, view::AttachmentView};
use axum::extract::State;
use jiff::Timestamp;
use registrar_runtime::{
    Shell,
    extract::{SignedIn, Visible},
    problem::ApiResult,
    reply::Reply,
};
use registrar_store::blobs::{Bucket, Served};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct DownloadView<'a> {
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    /// Whoever has it can download the file. S3 sends it with the type that its bytes have, and to be stored unless it is
    /// pixels or PDF.
    download_url: String,
    /// Seconds.
    expires_in: u64,
    expires_at: Timestamp,
}

#[tracing::instrument(name = "tickets.attachments.download", skip_all, fields(attachment.id))]
pub(crate) async fn download(
    State(shell): State<Shell>,
    State(bucket): State<Bucket>,
    SignedIn(actor): SignedIn,
    Visible(named): Visible<Named>,
) -> ApiResult {
    let file = named.load(&shell, actor).await?;
    tracing::Span::current().record("attachment.id", tracing::field::display(file.id));
    file.downloadable()
        .map_err(|r| refused(&r, &shell.profile.attachments))?;
    let served = Served {
        disposition: &file
            .file_name
            .disposition(file.content_type.may_show_inline()),
        content_type: Some(file.content_type.as_str()),
    };
    let signed = bucket
        .download(&file.object_key, served, shell.now(), DOWNLOAD_SECONDS)
        .await?;
    Ok(Reply::ok(&DownloadView {
        attachment: AttachmentView::new(actor, &file),
        download_url: signed.url,
        expires_in: DOWNLOAD_SECONDS,
        expires_at: signed.expires_at,
    }))
}
