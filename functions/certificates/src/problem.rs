//! The domain's refusals as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::certificate::Refusal;
use registrar_runtime::problem::Problem;

/// No such certificate, or somebody else's: both look the same.
pub(crate) fn not_found() -> Problem {
    refused(&Refusal::NotFound)
}

/// Status, code and members of a refusal.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let detail = refusal.to_string();
    let invalid = |pointer: &str, code: &'static str| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code)
            .detail(&detail)
            .field(pointer, code, &detail)
    };
    match refusal {
        Refusal::NotFound => Problem::new(StatusCode::NOT_FOUND, "not_found").detail(&detail),
        Refusal::Forbidden => Problem::new(StatusCode::FORBIDDEN, "forbidden").detail(&detail),
        Refusal::UnknownStudent => invalid("/student_id", "unknown_student"),
        Refusal::FutureCompletion => invalid("/completion_date", "future_completion_date"),
        Refusal::ExpiresBeforeIssue => invalid("/expires_on", "expires_before_issue"),
        Refusal::AlreadyRevoked => {
            Problem::new(StatusCode::CONFLICT, "already_revoked").detail(&detail)
        }
        Refusal::NoSigningKey => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_signing_key")
            .detail(&detail)
            .retry_after(60),
    }
}
