//! `PATCH /api/notifications/{id}/read` and `…/unread`.

use crate::{came_second, own_one, view::NotificationView};
use axum::extract::State;
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    id::NotificationId,
    notification::{Inbox, Notification},
};
use registrar_runtime::{
    Shell,
    extract::{Segment, SignedIn},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "notifications.read", skip_all)]
pub(crate) async fn read(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(id): Segment<NotificationId>,
) -> ApiResult {
    let read = |found: &Notification, inbox: &Inbox, moment: Moment<'_>| {
        found.marked_read(inbox, moment.now)
    };
    mark(&shell, actor, id, read).await
}

#[tracing::instrument(name = "notifications.unread", skip_all)]
pub(crate) async fn unread(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(id): Segment<NotificationId>,
) -> ApiResult {
    let unread = |found: &Notification, inbox: &Inbox, moment: Moment<'_>| {
        found.marked_unread(inbox, moment)
    };
    mark(&shell, actor, id, unread).await
}

async fn mark(
    shell: &Shell,
    actor: Actor,
    id: NotificationId,
    decide: impl Fn(&Notification, &Inbox, Moment<'_>) -> Option<Notification>,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let (found, inbox) = own_one(shell, actor, id).await?;
        let Some(marked) = decide(&found, &inbox, shell.moment()) else {
            return Ok(Reply::ok(&NotificationView::new(found, &inbox)));
        };
        let committed = shell.table.commit_marked(&found, &marked).await;
        if came_second(&committed, tries) {
            continue;
        }
        committed?;
        return Ok(Reply::ok(&NotificationView::new(marked, &inbox)));
    }
}
