//! `GET /api/notifications/{id}`: one, which is not read by being looked at.

use crate::{Own, view::NotificationView};
use registrar_runtime::{
    extract::{SignedIn, Visible},
    problem::ApiResult,
    reply::Reply,
};

#[tracing::instrument(name = "notifications.get", skip_all)]
pub(crate) async fn get(_: SignedIn, Visible(Own(found, inbox)): Visible<Own>) -> ApiResult {
    Ok(Reply::ok(&NotificationView::new(found, &inbox)))
}
