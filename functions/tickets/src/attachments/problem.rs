//! Refusals about attachments as HTTP says them; each says what is taken instead.

use axum::http::StatusCode;
use registrar_domain::{attachment::Refusal, profile::Attachments};
use registrar_runtime::problem::Problem;
use serde_json::json;

/// No such attachment, or one of others: both look the same.
pub(super) fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found").detail(Refusal::NotFound.to_string())
}

/// Status, code and members of a refusal.
pub(crate) fn refused(refusal: &Refusal, policy: &Attachments) -> Problem {
    let detail = refusal.to_string();
    let (status, code) = standing(refusal);
    let problem = Problem::new(status, code).detail(detail.clone());
    match refusal {
        Refusal::Type { .. } => limits(problem.field("/content_type", code, detail), policy),
        Refusal::Size { .. } => limits(problem.field("/size", code, detail), policy),
        Refusal::TooMany { max } => problem
            .field("/attachment_ids", code, detail)
            .with("max_per_message", json!(max)),
        Refusal::Unusable { index, why } => {
            let pointer = format!("/attachment_ids/{index}");
            problem.field(pointer, standing(why).1, why.to_string())
        }
        Refusal::NotFound
        | Refusal::NotWhatItSays { .. }
        | Refusal::NotUploaded
        | Refusal::Pending
        | Refusal::Quarantined
        | Refusal::Taken
        | Refusal::Removed
        | Refusal::Forbidden => problem,
    }
}

/// What is taken instead.
fn limits(problem: Problem, policy: &Attachments) -> Problem {
    let types: Vec<_> = policy.types.iter().map(ToString::to_string).collect();
    problem
        .with("allowed_types", json!(types))
        .with("max_bytes", json!(policy.max_bytes))
}

fn standing(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        Refusal::Type { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "attachment_type_refused"),
        Refusal::Size { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "attachment_size_refused"),
        Refusal::NotWhatItSays { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "not_what_it_says"),
        Refusal::TooMany { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "too_many_attachments"),
        Refusal::NotUploaded => (StatusCode::CONFLICT, "not_uploaded"),
        Refusal::Pending => (StatusCode::CONFLICT, "attachment_pending"),
        Refusal::Quarantined => (StatusCode::CONFLICT, "attachment_quarantined"),
        Refusal::Taken => (StatusCode::CONFLICT, "attachment_taken"),
        Refusal::Removed => (StatusCode::GONE, "attachment_removed"),
        Refusal::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Refusal::Unusable { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "attachment_unusable"),
    }
}
