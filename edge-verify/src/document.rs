//! The JSON that the verifier answers with: verdicts, keys, problems.

use std::sync::Arc;

use registrar_credential::{
    CertificateId, Day, EdgeRecord, KeySet, Standing, Verdict, Verification, rfc3339,
};
use serde::Serialize;

use crate::request::Request;
use crate::response::{Kind, Response};

/// A verdict, and what the edge keeps of the certificate where that was looked up.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verification: Verification,
    pub(crate) record: Option<Arc<EdgeRecord>>,
}

impl Judged {
    /// A verdict on what there is no record of.
    pub(crate) fn bare(verdict: Verdict, certificate_id: Option<CertificateId>) -> Self {
        Self {
            verification: Verification::bare(verdict, certificate_id),
            record: None,
        }
    }

    /// The record, where it may be shown: nothing of a withdrawn certificate or of what nobody signed.
    fn shown(&self) -> Option<&EdgeRecord> {
        match self.verification.verdict {
            Verdict::Valid
            | Verdict::Revoked
            | Verdict::Suspended
            | Verdict::Expired
            | Verdict::Stale { .. } => self.record.as_deref(),
            Verdict::Forged { .. }
            | Verdict::Malformed { .. }
            | Verdict::Unknown
            | Verdict::Withdrawn => None,
        }
    }

    /// Since when and why it does not hold: only where the record is about this very verdict.
    pub(crate) fn standing(&self) -> Option<&Standing> {
        let standing = self.shown()?.standing.as_ref()?;
        (standing.state == self.verification.verdict.code()).then_some(standing)
    }

    /// What took its place.
    pub(crate) fn replaced_by(&self) -> Option<&CertificateId> {
        match self.verification.verdict {
            Verdict::Revoked => self.shown()?.replaced_by.as_ref(),
            _ => None,
        }
    }

    /// The day of completion, `YYYY-MM-DD`.
    pub(crate) fn completed(&self) -> Option<&str> {
        self.shown()?.completed.as_deref()
    }

    /// The id of a certificate that holds and may have a badge.
    pub(crate) fn badge(&self) -> Option<&CertificateId> {
        match self.verification.verdict {
            Verdict::Valid => self.shown().and(self.verification.certificate_id.as_ref()),
            _ => None,
        }
    }

    /// Where a certificate that holds is added to a profile.
    pub(crate) fn linkedin_url(&self) -> Option<&str> {
        match self.verification.verdict {
            Verdict::Valid => link(self.shown()?.linkedin_url.as_deref()),
            _ => None,
        }
    }

    /// The holder's language, where the record may be shown.
    pub(crate) fn language(&self) -> Option<&str> {
        self.shown()?.language.as_deref()
    }
}

/// Nobody signed the record, so it leads nowhere but to the web.
fn link(address: Option<&str>) -> Option<&str> {
    address.filter(|address| address.starts_with("https://") || address.starts_with("http://"))
}

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
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<&'a str>,
    issued: Option<Day>,
    expires: Option<Day>,
    status_age_seconds: Option<u64>,
    checked_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<&'a CertificateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linkedin_url: Option<&'a str>,
}

pub(crate) fn verdict(judged: &Judged, now: u64) -> Response {
    let verification = &judged.verification;
    let standing = judged.standing();
    let (reason, age_seconds) = match &verification.verdict {
        Verdict::Forged { reason } | Verdict::Malformed { reason } => (Some(reason.as_str()), None),
        Verdict::Stale { age_seconds } => (None, *age_seconds),
        Verdict::Withdrawn => (Some("withdrawn"), None),
        Verdict::Revoked | Verdict::Suspended => {
            (standing.and_then(|known| known.reason.as_deref()), None)
        }
        Verdict::Valid | Verdict::Expired | Verdict::Unknown => (None, None),
    };
    let document = Document {
        verdict: verification.verdict.code(),
        reason,
        age_seconds,
        certificate_id: verification.certificate_id.as_ref(),
        holder: verification.holder.as_deref(),
        course: verification.course.as_deref(),
        grade: verification.grade.as_deref(),
        completed: judged.completed(),
        issued: verification.issued,
        expires: verification.expires,
        status_age_seconds: verification.status_age_seconds,
        checked_at: rfc3339(now),
        since: standing.map(|known| known.since),
        replaced_by: judged.replaced_by(),
        linkedin_url: judged.linkedin_url(),
    };
    Response::text(
        status(&verification.verdict),
        Kind::Document,
        json(&document),
    )
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

/// The keys, as text: what is served does not change while an instance lives.
pub(crate) fn keys(keys: &KeySet) -> String {
    json(keys)
}

/// What the page that verifies without a connection is to go by.
#[derive(Serialize)]
struct OfflineSettings<'a> {
    issuer_keys: &'a KeySet,
    status_max_age_seconds: u64,
}

pub(crate) fn offline_settings(keys: &KeySet, status_max_age_seconds: u64) -> Response {
    let settings = OfflineSettings {
        issuer_keys: keys,
        status_max_age_seconds,
    };
    Response::text(200, Kind::Document, json(&settings))
}

pub(crate) fn health() -> Response {
    Response::text(200, Kind::Document, r#"{"status":"ok"}"#.to_owned())
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
    Response::text(status, kind, json(&problem))
}

pub(crate) fn not_found(request: &Request) -> Response {
    let detail = "There is nothing at this address.";
    let title = "Not found";
    problem(request, Kind::Problem, 404, "not_found", title, detail)
}

pub(crate) fn method_not_allowed(request: &Request) -> Response {
    let detail = "The verifier is only read: use GET or HEAD.";
    let title = "Method not allowed";
    let (kind, code) = (Kind::ProblemMethod, "method_not_allowed");
    problem(request, kind, 405, code, title, detail)
}

pub(crate) fn origin_unreachable(request: &Request) -> Response {
    let detail =
        "The issuer cannot be asked now, so there is no verdict. Try again in some seconds.";
    let title = "The issuer cannot be reached";
    let (kind, code) = (Kind::ProblemLater, "origin_unreachable");
    problem(request, kind, 503, code, title, detail)
}

pub(crate) fn not_ready(request: &Request) -> Response {
    let detail = "The badge is being made. Try again in some seconds.";
    let title = "Not ready";
    problem(request, Kind::ProblemLater, 409, "not_ready", title, detail)
}

pub(crate) fn withdrawn(request: &Request) -> Response {
    let detail = "The certificate was withdrawn, and its holder's data were erased.";
    problem(
        request,
        Kind::Problem,
        410,
        "withdrawn",
        "Withdrawn",
        detail,
    )
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("text, numbers and lists of them can always be written as JSON")
}
