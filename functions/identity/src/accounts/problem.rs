//! Refusals as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::account::Refusal;
use registrar_runtime::problem::Problem;

/// The domain's refusals.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    let (status, code) = match refusal {
        Refusal::NotYours => (StatusCode::FORBIDDEN, "forbidden"),
        Refusal::Already => (StatusCode::CONFLICT, "unchanged"),
        Refusal::Disabled => (StatusCode::CONFLICT, "account_disabled"),
        Refusal::Link => (StatusCode::GONE, "link_ended"),
    };
    Problem::new(status, code).detail(refusal.to_string())
}

/// Another account has the address.
pub(super) fn email_taken() -> Problem {
    let detail = "another account has this address";
    Problem::new(StatusCode::CONFLICT, "email_taken")
        .detail(detail)
        .field("/email", "email_taken", detail)
}
