//! Attachments over HTTP. Files go straight between clients and S3; these handlers sign, look at what came, and check who
//! asks.
//!
//! | path | what |
//! |---|---|
//! | `POST …/{ticket}/attachments` | begin an upload: the answer holds the request to send to S3 |
//! | `POST …/{ticket}/attachments/{id}/complete` | look at what was uploaded: visible, or quarantined |
//! | `GET …/{ticket}/attachments` | a ticket's, newest first; for requesters without what is among staff |
//! | `GET …/{ticket}/attachments/{id}` | a short-lived address to download from |
//! | `DELETE …/{ticket}/attachments/{id}` | its author, as long as no message has it; staff always |
//!
//! The same without `{ticket}` (`POST /tickets/attachments` …) is for files of a ticket that is still to be opened, or a
//! message still to be written: drafts, which only their author sees and which are forgotten after a day. Bodies of tickets
//! and messages take both by `attachment_ids`.

mod begin;
mod complete;
mod download;
mod list;
mod problem;
mod remove;
mod take;
mod view;

pub(crate) use take::{copied, named, settled, taken};
pub(crate) use view::FileView;

use crate::{Deps, header, problem::not_found, ticket_id, view::visible};
use axum::{
    Router,
    extract::{FromRequestParts, Path},
    http::request::Parts,
    routing::{get, post},
};
use registrar_domain::{actor::Actor, attachment::Attachment, id::AttachmentId, ticket::Ticket};
use registrar_runtime::{Shell, problem::Problem};
use registrar_store::attachments::Shelf;

/// For how long a client may begin to upload, in seconds.
const UPLOAD_SECONDS: u64 = 900;
/// For how long a download's address works, in seconds.
const DOWNLOAD_SECONDS: u64 = 300;

/// Routes below `base`, such as `/tickets`.
pub(crate) fn routes(routes: Router<Deps>, base: &str) -> Router<Deps> {
    let mut routes = routes;
    for (all, one) in [
        (
            format!("{base}/attachments"),
            format!("{base}/attachments/{{attachment}}"),
        ),
        (
            format!("{base}/{{ticket}}/attachments"),
            format!("{base}/{{ticket}}/attachments/{{attachment}}"),
        ),
    ] {
        routes = routes
            .route(&all, post(begin::begin).get(list::list))
            .route(&one, get(download::download).delete(remove::remove))
            .route(&format!("{one}/complete"), post(complete::complete));
    }
    routes
}

/// What a path names: a ticket, where it has one, and an attachment, where it has one.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    ticket: Option<String>,
    attachment: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        let (mut ticket, mut attachment) = (None, None);
        for (name, value) in params.0 {
            match name.as_str() {
                "ticket" => ticket = Some(value),
                _ => attachment = Some(value),
            }
        }
        Ok(Self { ticket, attachment })
    }
}

impl Named {
    /// The ticket of the path, if it has one that `actor` may see.
    async fn ticket(&self, shell: &Shell, actor: Actor) -> Result<Option<Ticket>, Problem> {
        let Some(segment) = &self.ticket else {
            return Ok(None);
        };
        let id = ticket_id(shell, segment).await?;
        let ticket = header(shell, id).await?;
        if !visible(actor, &ticket) {
            return Err(not_found());
        }
        Ok(Some(ticket))
    }

    /// The attachment's id.
    fn attachment(&self) -> Result<AttachmentId, Problem> {
        let id = self.attachment.as_deref().unwrap_or_default();
        id.parse().map_err(|_| problem::not_found())
    }

    /// The attachment that the path names, if `actor` may know of it.
    async fn load(&self, shell: &Shell, actor: Actor) -> Result<Attachment, Problem> {
        let ticket = self.ticket(shell, actor).await?;
        let theirs = known_to(actor, ticket.as_ref());
        let id = self.attachment()?;
        let found = shell.table.attachment(theirs, id, shell.now()).await?;
        found.ok_or_else(problem::not_found)
    }
}

/// Where `actor` finds what they may know of.
fn known_to(actor: Actor, ticket: Option<&Ticket>) -> Shelf {
    match ticket {
        None => Shelf::Drafts(actor.id),
        Some(ticket) if actor.role.is_staff() => Shelf::Staff(ticket.id),
        Some(ticket) => Shelf::Requester(ticket.id),
    }
}
