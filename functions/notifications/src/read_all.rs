//! `POST /api/notifications/read-all`: everything that there is now is read.

use crate::{came_second, view::AllReadView};
use axum::extract::State;
use registrar_runtime::{
    Shell,
    extract::{Once, SignedIn},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "notifications.read_all", skip_all)]
pub(crate) async fn read_all(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Once(claim): Once,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = shell.moment();
        let reply = Reply::ok(&AllReadView {
            read_at: moment.now,
            unread_count: 0,
        });
        let (table, answer) = (&shell.table, reply.answer());
        let marked = table
            .read_all(actor.id, moment, claim.as_ref(), &answer)
            .await;
        if came_second(&marked, tries) {
            continue;
        }
        marked?;
        return Ok(reply);
    }
}
