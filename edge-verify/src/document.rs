//! The JSON that the verifier answers with: verdicts, keys, problems.

use registrar_credential::{CertificateId, Day, KeySet, Verdict, Verification, rfc3339};
use serde::Serialize;

use crate::request::Request;
use crate::response::{Kind, Response};

/// A verdict. Flat, so that it is read without knowing the verdict first.
#[derive(Serialize)]
struct Document<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age_seconds: Option<u64>,
    certificate_id: Option<&'a CertificateId>,
    holder: Option<&'a str>,
    course: Option<&'a str>,
    grade: Option<&'a str>,
    issued: Option<Day>,
    expires: Option<Day>,
    status_age_seconds: Option<u64>,
    checked_at: String,
}

pub(crate) fn verdict(verification: &Verification, now: u64) -> Response {
    let (reason, age_seconds) = match &verification.verdict {
        Verdict::Forged { reason } | Verdict::Malformed { reason } => (Some(reason.as_str()), None),
        Verdict::Stale { age_seconds } => (None, *age_seconds),
        Verdict::Valid
        | Verdict::Revoked
        | Verdict::Suspended
        | Verdict::Expired
        | Verdict::Unknown
        | Verdict::Withdrawn => (None, None),
    };
    let document = Document {
        verdict: verification.verdict.code(),
        reason,
        age_seconds,
        certificate_id: verification.certificate_id.as_ref(),
        holder: verification.holder.as_deref(),
        course: verification.course.as_deref(),
        grade: verification.grade.as_deref(),
        issued: verification.issued,
        expires: verification.expires,
        status_age_seconds: verification.status_age_seconds,
        checked_at: rfc3339(now),
    };
    Response {
        status: status(&verification.verdict),
        kind: Kind::Document,
        body: json(&document),
    }
}

/// The HTTP status of a verdict.
pub(crate) fn status(verdict: &Verdict) -> u16 {
    match verdict {
        Verdict::Valid
        | Verdict::Revoked
        | Verdict::Suspended
        | Verdict::Expired
        | Verdict::Forged { .. }
        | Verdict::Stale { .. } => 200,
        Verdict::Malformed { .. } => 400,
        Verdict::Unknown => 404,
        Verdict::Withdrawn => 410,
    }
}

pub(crate) fn keys(keys: &KeySet) -> Response {
    Response {
        status: 200,
        kind: Kind::Keys,
        body: json(keys),
    }
}

pub(crate) fn health() -> Response {
    Response {
        status: 200,
        kind: Kind::Document,
        body: r#"{"status":"ok"}"#.to_owned(),
    }
}

/// RFC 9457.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    request_id: &'a str,
}

fn problem(
    request: &Request,
    kind: Kind,
    status: u16,
    code: &str,
    title: &str,
    detail: &str,
) -> Response {
    let r#type = format!("https://registrar.dev/problems/{code}");
    let problem = Problem {
        r#type,
        title,
        status,
        code,
        detail,
        request_id: &request.request_id,
    };
    Response {
        status,
        kind,
        body: json(&problem),
    }
}

pub(crate) fn not_found(request: &Request) -> Response {
    problem(
        request,
        Kind::Problem,
        404,
        "not_found",
        "Not found",
        "There is nothing at this address.",
    )
}

pub(crate) fn method_not_allowed(request: &Request) -> Response {
    let detail = "The verifier is only read: use GET or HEAD.";
    problem(
        request,
        Kind::ProblemMethod,
        405,
        "method_not_allowed",
        "Method not allowed",
        detail,
    )
}

pub(crate) fn origin_unreachable(request: &Request) -> Response {
    let detail =
        "The issuer cannot be asked now, so there is no verdict. Try again in some seconds.";
    problem(
        request,
        Kind::ProblemLater,
        503,
        "origin_unreachable",
        "The issuer cannot be reached",
        detail,
    )
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("text, numbers and lists of them can always be written as JSON")
}
