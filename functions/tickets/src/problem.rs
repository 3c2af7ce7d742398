//! The domain's refusals as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::ticket::Refusal;
use registrar_runtime::problem::Problem;
use serde_json::json;

/// No such ticket, or somebody else's: both look the same.
pub(crate) fn not_found() -> Problem {
    refused(&Refusal::NotFound)
}

/// The token is good, and its account is no more.
pub(crate) fn account_gone() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "token_invalid")
        .detail("the account of this token is gone")
}

/// Status, code and members of a refusal.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        Refusal::NotFound => Problem::new(StatusCode::NOT_FOUND, "not_found").detail(detail),
        Refusal::Forbidden(_) => Problem::new(StatusCode::FORBIDDEN, "forbidden").detail(detail),
        Refusal::Transition { from, to, allowed } => {
            Problem::new(StatusCode::CONFLICT, "transition_refused")
                .detail(detail)
                .with("from", json!(from))
                .with("to", json!(to))
                .with("allowed", json!(allowed))
        }
        Refusal::Closed => Problem::new(StatusCode::CONFLICT, "ticket_closed").detail(detail),
        Refusal::Merged { into } => Problem::new(StatusCode::CONFLICT, "ticket_merged")
            .detail(detail)
            .with("merged_into", json!(into)),
        Refusal::NotDone => {
            Problem::new(StatusCode::CONFLICT, "ticket_not_resolved").detail(detail)
        }
        Refusal::OtherRequester => {
            Problem::new(StatusCode::CONFLICT, "other_requester").detail(detail)
        }
        Refusal::Itself => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "same_ticket").detail(detail)
        }
        Refusal::TooManyLinks { .. } => {
            Problem::new(StatusCode::CONFLICT, "too_many_links").detail(detail)
        }
        Refusal::TooLong { .. } => {
            Problem::new(StatusCode::CONFLICT, "ticket_too_long").detail(detail)
        }
        Refusal::TooLongForPhone { most } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "whatsapp_too_long")
                .detail(detail.clone())
                .field("/message", "whatsapp_too_long", detail)
                .with("limit", json!(most))
        }
        Refusal::NotStaff => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_staff")
            .detail(detail.clone())
            .field("/assigned_to", "not_staff", detail),
        Refusal::TooManyTags { .. } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many_tags")
                .detail(detail.clone())
                .field("/tags", "too_many_tags", detail)
        }
        Refusal::UnknownCategory { known } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_category")
                .detail(detail)
                .field(
                    "/category",
                    "unknown_category",
                    format!("must be one of: {}", known.join(", ")),
                )
                .with("known", json!(known))
        }
    }
}
