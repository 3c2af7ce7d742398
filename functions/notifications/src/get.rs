//! `GET /api/notifications/{id}`: one, which is not read by being looked at.

use crate::{own_one, view::NotificationView};
use axum::extract::State;
use registrar_domain::id::NotificationId;
use registrar_runtime::{
    Shell,
    extract::{Segment, SignedIn},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "notifications.get", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Segment(id): Segment<NotificationId>,
) -> ApiResult {
    let (found, inbox) = own_one(&shell, actor, id).await?;
    Ok(Reply::ok(&NotificationView::new(found, &inbox)))
}
