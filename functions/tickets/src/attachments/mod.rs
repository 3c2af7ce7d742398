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

use crate::Deps;
use axum::{
    Router,
    routing::{get, post},
};
use registrar_domain::{actor::Actor, attachment::Attachment, id::AttachmentId, ticket::Ticket};
use registrar_runtime::{
    Shell,
    extract::{Asked, Row},
    problem::Problem,
};
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
    ticket: Option<Ticket>,
    attachment: Option<String>,
}

impl Row<Deps> for Named {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let ticket = match asked.name("ticket") {
            Some(_) => Some(Ticket::find(deps, asked).await?),
            None => None,
        };
        let attachment = asked.name("attachment").map(str::to_owned);
        Ok(Self { ticket, attachment })
    }
}

impl Named {
    /// The attachment that the path names, if `actor` may know of it.
    async fn load(&self, shell: &Shell, actor: Actor) -> Result<Attachment, Problem> {
        let theirs = known_to(actor, self.ticket.as_ref());
        let id = self.attachment.as_deref().unwrap_or_default();
        let id: AttachmentId = id.parse().map_err(|_| problem::not_found())?;
        let found = shell.table.attachment(&theirs, id, shell.now()).await?;
        found.ok_or_else(problem::not_found)
    }
}

/// Where `actor` finds what they may know of.
fn known_to(actor: Actor, ticket: Option<&Ticket>) -> Shelf {
    match ticket {
        None => Shelf::Drafts(actor.id),
        Some(ticket) if actor.role.is_staff() => Shelf::Staff(ticket.into()),
        Some(ticket) => Shelf::Requester(ticket.into()),
    }
}
