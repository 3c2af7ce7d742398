//! `PATCH /api/notifications/{id}/read` and `…/unread`.

use crate::{Own, came_second, own_one, view::NotificationView};
use axum::extract::State;
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    notification::{Inbox, Notification},
};
use registrar_runtime::{
    Shell,
    extract::{SignedIn, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "notifications.read", skip_all)]
pub(crate) async fn read(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(own): Visible<Own>,
) -> ApiResult {
    let read = |found: &Notification, inbox: &Inbox, moment: Moment<'_>| {
        found.marked_read(inbox, moment.now)
    };
    mark(&shell, actor, own, read).await
}

#[tracing::instrument(name = "notifications.unread", skip_all)]
pub(crate) async fn unread(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Visible(own): Visible<Own>,
) -> ApiResult {
    let unread = |found: &Notification, inbox: &Inbox, moment: Moment<'_>| {
        found.marked_unread(inbox, moment)
    };
    mark(&shell, actor, own, unread).await
}

async fn mark(
    shell: &Shell,
    actor: Actor,
    Own(mut found, mut inbox): Own,
    decide: impl Fn(&Notification, &Inbox, Moment<'_>) -> Option<Notification>,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let Some(marked) = decide(&found, &inbox, shell.moment()) else {
            return Ok(Reply::ok(&NotificationView::new(found, &inbox)));
        };
        let committed = shell.table.commit_marked(&found, &marked).await;
        if came_second(&committed, tries) {
            (found, inbox) = own_one(shell, actor, found.id).await?;
            continue;
        }
        committed?;
        return Ok(Reply::ok(&NotificationView::new(marked, &inbox)));
    }
}
