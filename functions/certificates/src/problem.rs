//! The domain's refusals as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::certificate::{Part, Refusal, Standing};
use registrar_runtime::problem::Problem;
use serde_json::json;

/// No such certificate, or somebody else's: both look the same.
pub(crate) fn not_found() -> Problem {
    refused(&Refusal::NotFound)
}

/// What was issued with the certificate is still being made.
pub(crate) fn not_ready() -> Problem {
    Problem::new(StatusCode::CONFLICT, "not_ready")
        .detail("it is being made; try again shortly")
        .retry_after(5)
}

/// Its holder was erased: there was such a certificate, and nothing else is said about it.
pub(crate) fn withdrawn() -> Problem {
    Problem::new(StatusCode::GONE, "withdrawn").detail("the certificate was withdrawn")
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
        Refusal::CompletedTooEarly => invalid("/completion_date", "completed_too_early"),
        Refusal::ExpiresBeforeIssue => invalid("/expires_on", "expires_before_issue"),
        Refusal::ExpiresTooLate => invalid("/expires_on", "expires_too_late"),
        Refusal::Undrawn { part, undrawn } => {
            let pointer = match part {
                Part::Account => "/student_id",
                Part::Name => "/student_name",
                Part::Course => "/course_name",
                Part::Grade => "/grade",
            };
            let characters: Vec<_> = undrawn.code_points().collect();
            invalid(pointer, "characters_not_drawn").with("characters", json!(characters))
        }
        Refusal::Transition { from, to } => {
            let code = match (from, to) {
                (Standing::Revoked, Standing::Revoked) => "already_revoked",
                (Standing::Revoked, Standing::Valid) => "revocation_is_final",
                _ => "transition_refused",
            };
            Problem::new(StatusCode::CONFLICT, code)
                .detail(&detail)
                .with("from", json!(from))
                .with("to", json!(to))
                .with("allowed", json!(from.allowed()))
        }
        Refusal::Suspended => {
            Problem::new(StatusCode::CONFLICT, "certificate_suspended").detail(&detail)
        }
        Refusal::Replaced { by } => Problem::new(StatusCode::CONFLICT, "already_replaced")
            .detail(&detail)
            .with("replaced_by", json!(by)),
        Refusal::NoSigningKey => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_signing_key")
            .detail(&detail)
            .retry_after(60),
    }
}
