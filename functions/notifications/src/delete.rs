//! `DELETE /api/notifications/{id}`.

use crate::{Own, came_second, own_one};
use axum::{extract::State, http::StatusCode};
use registrar_runtime::{
    Shell,
    extract::{SignedIn, Visible},
    problem::Problem,
};

#[tracing::instrument(name = "notifications.delete", skip_all)]
pub(crate) async fn delete(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(own): Visible<Own>,
) -> Result<StatusCode, Problem> {
    let Own(mut found, mut inbox) = own;
    let mut tries = 0;
    loop {
        tries += 1;
        let deleted = shell.table.delete_notification(&found, &inbox).await;
        if came_second(&deleted, tries) {
            (found, inbox) = own_one(&shell, actor, found.id).await?;
            continue;
        }
        deleted?;
        return Ok(StatusCode::NO_CONTENT);
    }
}
