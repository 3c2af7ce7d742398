//! Refusals about bulk issues as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::bulk::{MOST_BYTES, Refusal, sheet::Fault};
use registrar_runtime::problem::Problem;
use serde_json::json;

/// No such bulk issue.
pub(super) fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found").detail("there is no such bulk issue")
}

/// A file beyond what one bulk issue takes.
pub(super) fn too_large() -> Problem {
    let detail = format!("a file may have at most {MOST_BYTES} bytes; split it");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large")
        .detail(&detail)
        .field("/size", "file_too_large", &detail)
        .with("max_bytes", json!(MOST_BYTES))
}

/// Nothing was uploaded under this id, or too long ago.
pub(super) fn not_uploaded() -> Problem {
    Problem::new(StatusCode::CONFLICT, "not_uploaded")
        .detail("there is no file under this upload_id: send it with the signed request first, within a day")
}

/// The upload was begun before.
pub(super) fn begun(location: &str) -> Problem {
    let problem = Problem::new(StatusCode::CONFLICT, "already_begun")
        .detail("this upload was begun before: its bulk issue stands at Location");
    match location.parse() {
        Ok(location) => problem.header(axum::http::header::LOCATION, location),
        Err(_) => problem,
    }
}

/// What is wrong with a file as a whole.
pub(super) fn faulty(fault: &Fault) -> Problem {
    let detail = fault.to_string();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_file")
        .detail(&detail)
        .field("/upload_id", fault.code(), &detail)
}

/// What is wrong with a member that says what is issued.
pub(super) fn wrong(pointer: &str, code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
        .detail("the body does not have the shape or the values that this needs")
        .field(pointer, code, detail)
}

/// Status, code and members of a refusal.
pub(super) fn refused(refusal: Refusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        Refusal::Forbidden => Problem::new(StatusCode::FORBIDDEN, "forbidden").detail(detail),
        Refusal::NotCancellable(status) => Problem::new(StatusCode::CONFLICT, "not_cancellable")
            .detail(detail)
            .with("from", json!(status.code())),
    }
}
