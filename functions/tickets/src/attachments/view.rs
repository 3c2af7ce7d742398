//! What is shown of attachments.

use jiff::Timestamp;
use registrar_domain::{
    actor::Actor,
    attachment::{Attachment, AttachmentRef, Bound, ContentType, FileName, State},
    id::{AccountId, AttachmentId, MessageId, TicketId},
};
use registrar_store::blobs::SignedRequest;
use serde::Serialize;
use std::collections::BTreeMap;

/// An attachment of a ticket or a message, where that is shown.
#[derive(Debug, Serialize)]
pub(crate) struct FileView<'a> {
    id: AttachmentId,
    attachment_id: AttachmentId,
    ticket_id: TicketId,
    file_name: &'a FileName,
    content_type: &'a ContentType,
    /// The same as `content_type`.
    mime_type: &'a ContentType,
    size: u64,
    /// The same as `size`.
    file_size: u64,
    /// Where to ask for its download.
    url: String,
    /// The same as `url`.
    file_url: String,
}

impl<'a> From<&'a AttachmentRef> for FileView<'a> {
    fn from(file: &'a AttachmentRef) -> Self {
        let url = url(Some(file.ticket_id), file.id);
        Self {
            id: file.id,
            attachment_id: file.id,
            ticket_id: file.ticket_id,
            file_name: &file.file_name,
            content_type: &file.content_type,
            mime_type: &file.content_type,
            size: file.size,
            file_size: file.size,
            file_url: url.clone(),
            url,
        }
    }
}

/// An attachment by itself.
#[derive(Debug, Serialize)]
pub(crate) struct AttachmentView<'a> {
    id: AttachmentId,
    attachment_id: AttachmentId,
    /// Null for a draft.
    ticket_id: Option<TicketId>,
    /// The message or note that has it.
    message_id: Option<MessageId>,
    /// The same as `message_id`.
    reply_id: Option<MessageId>,
    file_name: &'a FileName,
    content_type: &'a ContentType,
    mime_type: &'a ContentType,
    size: u64,
    file_size: u64,
    state: &'static str,
    /// What is wrong with it, in words; for a file in quarantine.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantine: Option<Quarantine<'a>>,
    /// For staff, and for whoever it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    uploaded_by: Option<AccountId>,
    created_at: Timestamp,
    /// Where to ask for its download.
    pub(super) url: String,
}

#[derive(Debug, Serialize)]
struct Quarantine<'a> {
    code: &'static str,
    detail: String,
    declared: &'a ContentType,
    found: &'a str,
    at: Timestamp,
}

impl<'a> AttachmentView<'a> {
    /// The attachment as `actor` is shown it.
    pub(crate) fn new(actor: Actor, attachment: &'a Attachment) -> Self {
        let message_id = attachment.bound().and_then(|bound| match bound {
            Bound::Message { message_id } | Bound::Note { message_id } => Some(message_id),
            Bound::Ticket => None,
        });
        let (state, quarantine) = match &attachment.state {
            State::Pending => ("pending", None),
            State::Visible { .. } => ("visible", None),
            State::Removed { .. } => ("removed", None),
            State::Quarantined { found, at } => {
                let declared = &attachment.content_type;
                let detail = format!(
                    "the file says it is {declared}, and its content is {found}: nobody can download it; send it under its own type"
                );
                let code = "not_what_it_says";
                let quarantine = Quarantine {
                    code,
                    detail,
                    declared,
                    found,
                    at: *at,
                };
                ("quarantined", Some(quarantine))
            }
        };
        let own = actor.id == attachment.author_id;
        Self {
            id: attachment.id,
            attachment_id: attachment.id,
            ticket_id: attachment.ticket_id(),
            message_id,
            reply_id: message_id,
            file_name: &attachment.file_name,
            content_type: &attachment.content_type,
            mime_type: &attachment.content_type,
            size: attachment.size,
            file_size: attachment.size,
            state,
            quarantine,
            uploaded_by: (own || actor.role.is_staff()).then_some(attachment.author_id),
            created_at: attachment.created_at,
            url: url(attachment.ticket_id(), attachment.id),
        }
    }
}

/// The path of an attachment, the same for both sides.
fn url(ticket: Option<TicketId>, id: AttachmentId) -> String {
    ticket.map_or_else(
        || format!("/tickets/attachments/{id}"),
        |ticket| format!("/tickets/{ticket}/attachments/{id}"),
    )
}

/// The request that uploads the file, to be sent as it is.
#[derive(Debug, Serialize)]
pub(crate) struct UploadView {
    method: &'static str,
    url: String,
    headers: BTreeMap<String, String>,
    expires_at: Timestamp,
}

impl From<SignedRequest> for UploadView {
    fn from(request: SignedRequest) -> Self {
        Self {
            method: request.method,
            url: request.url,
            headers: request.headers.into_iter().collect(),
            expires_at: request.expires_at,
        }
    }
}
