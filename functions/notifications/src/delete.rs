//! `DELETE /api/notifications/{id}`.

use crate::{came_second, own_one};
use axum::{extract::State, http::StatusCode};
use registrar_domain::id::NotificationId;
use registrar_runtime::{
    Shell,
    extract::{Segment, SignedIn},
    problem::Problem,
};

#[tracing::instrument(name = "notifications.delete", skip_all)]
pub(crate) async fn delete(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(id): Segment<NotificationId>,
) -> Result<StatusCode, Problem> {
    let mut tries = 0;
    loop {
        tries += 1;
        let (found, inbox) = own_one(&shell, actor, id).await?;
        let deleted = shell.table.delete_notification(&found, &inbox).await;
        if came_second(&deleted, tries) {
            continue;
        }
        deleted?;
        return Ok(StatusCode::NO_CONTENT);
    }
}
