//! Notifications over HTTP: what the bell shows to whoever is signed in. They are made by `deliveries`; here they are read,
//! marked and deleted, each by the person whose they are. Another person's is as good as absent, also for staff.
//!
//! | path | what |
//! |---|---|
//! | `GET /api/notifications` | newest first, page by page; `unread=true` for the unread ones alone |
//! | `GET /api/notifications/unread-count` | how many are unread: one read, however many there are |
//! | `GET …/{id}` | one |
//! | `PATCH …/{id}/read`, `PATCH …/{id}/unread` | mark one; marked as what it is already, it stays so |
//! | `POST /api/notifications/read-all` | mark all: one write, however many there are |
//! | `DELETE …/{id}` | take one away |
//!
//! The same under `/api/admin/notifications`. A `user_id` in the query must be the signed-in person's own (checklist I-04).

mod delete;
mod get;
mod list;
mod mark;
mod own;
mod read_all;
mod view;

use axum::{
    Router,
    routing::{get, patch, post},
};
use registrar_domain::{
    actor::Actor,
    id::NotificationId,
    notification::{Inbox, Notification},
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Row},
    http::Names,
    problem::Problem,
};
use registrar_store::StoreError;

/// Both bases lead to the same notifications.
pub const NAMES: Names = Names {
    starts: &[("/api/admin/notifications", "/api/notifications")],
    ends: &[],
    ticket: None,
    counted: &[],
};

/// How often a change is decided anew because another one came first.
const TRIES: u32 = 8;

/// The routes of this function.
pub fn router(shell: Shell) -> Router {
    let mut routes = Router::new();
    for base in ["/api/notifications", "/api/admin/notifications"] {
        let one = format!("{base}/{{id}}");
        routes = routes
            .route(base, get(list::list))
            .route(&format!("{base}/unread-count"), get(list::unread_count))
            .route(&format!("{base}/read-all"), post(read_all::read_all))
            .route(&one, get(get::get).delete(delete::delete))
            .route(&format!("{one}/read"), patch(mark::read))
            .route(&format!("{one}/unread"), patch(mark::unread));
    }
    routes.with_state(shell)
}

/// One of the own notifications of whoever asks, and what is known of all of them.
pub(crate) struct Own(pub(crate) Notification, pub(crate) Inbox);

impl Row<Shell> for Own {
    async fn find(shell: &Shell, asked: &Asked) -> Result<Self, Problem> {
        let (found, inbox) = own_one(shell, asked.person()?, asked.id("id")?).await?;
        Ok(Self(found, inbox))
    }
}

/// One of the actor's own, and what is known of all of them.
pub(crate) async fn own_one(
    shell: &Shell,
    actor: Actor,
    id: NotificationId,
) -> Result<(Notification, Inbox), Problem> {
    let (table, now) = (&shell.table, shell.now());
    let found = table.notification(actor.id, id, now).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok((found, table.inbox(actor.id, now).await?))
}

/// Whether a commit that failed shall be decided again.
pub(crate) fn came_second(committed: &Result<(), StoreError>, tries: u32) -> bool {
    matches!(committed, Err(StoreError::Conflict)) && tries < TRIES
}
