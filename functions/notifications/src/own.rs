//! Whose notifications are asked for: nobody's but one's own.

use axum::http::StatusCode;
use registrar_domain::{actor::Actor, id::AccountId};
use registrar_runtime::problem::Problem;

/// Refuses a `user_id` that is not the signed-in person's: 403 `forbidden`.
pub(crate) fn own(actor: Actor, named: Option<AccountId>) -> Result<(), Problem> {
    match named {
        Some(named) if named != actor.id => Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("user_id must be the signed-in person's own")),
        Some(_) | None => Ok(()),
    }
}
