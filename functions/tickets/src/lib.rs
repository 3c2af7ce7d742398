//! Support tickets over HTTP.
//!
//! The same handlers answer on the requester's paths and on the staff's; what they show depends on who asks, never on the
//! path. Both `replies` and `messages` add to the conversation, because both names are in use among clients.
//!
//! | path | what |
//! |---|---|
//! | `POST /tickets`, `POST /api/admin/support/tickets` | open |
//! | `GET /tickets` | the requester's own |
//! | `GET /api/admin/support/tickets` | all, for staff |
//! | `GET …/{id or number}` | one, with its newest messages |
//! | `POST …/{id or number}/messages` or `/replies` | a reply, or for staff an internal note |
//! | `PATCH …/{id or number}/status` | move |
//! | `GET /api/admin/support/students/{id}/tickets` | a student's, for staff |
//!
//! A ticket's partition is read once per request (header and newest messages are one query) and written in one
//! transaction. Two writers on one ticket: the later one finds another version, reads again and decides again.

mod change_status;
mod get;
mod list;
mod open;
mod problem;
mod reply;
mod view;

use axum::{
    Router,
    routing::{get, patch, post},
};
use registrar_domain::{id::TicketId, ticket::Ticket};
use registrar_runtime::{Shell, problem::Problem};
use registrar_store::StoreError;

/// How often a decision is made anew because another writer came first.
const TRIES: u32 = 8;

/// The routes of this function.
pub fn router(shell: Shell) -> Router {
    let mut routes = Router::new()
        .route("/tickets", post(open::open).get(list::own))
        .route(
            "/api/admin/support/tickets",
            post(open::open).get(list::all),
        )
        .route(
            "/api/admin/support/students/{id}/tickets",
            get(list::of_student),
        );
    for base in ["/tickets", "/api/admin/support/tickets"] {
        routes = routes
            .route(&format!("{base}/{{ticket}}"), get(get::get))
            .route(&format!("{base}/{{ticket}}/messages"), post(reply::reply))
            .route(&format!("{base}/{{ticket}}/replies"), post(reply::reply))
            .route(
                &format!("{base}/{{ticket}}/status"),
                patch(change_status::change_status),
            );
    }
    routes.with_state(shell)
}

/// What names a ticket in a path: its id or its number.
pub(crate) async fn ticket_id(shell: &Shell, segment: &str) -> Result<TicketId, Problem> {
    if shell.profile.ticket_number.matches(segment) {
        return shell
            .table
            .ticket_by_number(segment)
            .await?
            .ok_or_else(problem::not_found);
    }
    segment.parse().map_err(|_| problem::not_found())
}

/// A ticket's header.
pub(crate) async fn header(shell: &Shell, id: TicketId) -> Result<Ticket, Problem> {
    shell.table.ticket(id).await?.ok_or_else(problem::not_found)
}

/// Whether a commit that failed shall be decided again.
pub(crate) fn came_second(committed: &Result<(), StoreError>, tries: u32) -> bool {
    matches!(committed, Err(StoreError::Conflict)) && tries < TRIES
}
