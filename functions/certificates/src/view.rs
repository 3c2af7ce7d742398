//! What is shown of a certificate, and to whom.

use crate::Deps;
use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::{
        Certificate, CertificateId, Revocation, Standing, Suspension, Template, Withdrawn,
        share_url, today,
    },
    credential::Addresses,
    id::AccountId,
    page::Page,
    value::{CourseName, Grade, PersonName},
};
use registrar_runtime::reply::Reply;
use registrar_store::certificates::CertificateRow;
use serde::Serialize;

/// What anybody may know: no more than the certificate itself shows (checklist C-03, E-07).
#[derive(Debug, Serialize)]
pub(crate) struct PublicView<'a> {
    certificate_id: &'a CertificateId,
    /// `valid`, `suspended`, `expired` or `revoked`.
    verdict: &'static str,
    valid: bool,
    student_name: &'a PersonName,
    course_name: &'a CourseName,
    completion_date: Date,
    grade: Option<&'a Grade>,
    issued_at: Timestamp,
    expires_on: Option<Date>,
    verify_url: String,
    /// The Open Badge; with `.png` or `.svg` after it, a picture that carries it.
    badge_url: String,
}

impl<'a> PublicView<'a> {
    pub(crate) fn new(certificate: &'a Certificate, deps: &Deps) -> Self {
        let verdict = verdict(certificate, deps.shell.now());
        Self {
            certificate_id: &certificate.id,
            verdict,
            valid: verdict == "valid",
            student_name: &certificate.holder,
            course_name: &certificate.course,
            completion_date: certificate.completion_date,
            grade: certificate.grade.as_ref(),
            issued_at: certificate.issued_at,
            expires_on: certificate.expires_on,
            verify_url: certificate.verify_url(&deps.shell.verify_base_url),
            badge_url: Addresses::under(&deps.shell.verify_base_url).badge(&certificate.id),
        }
    }
}

/// In the order in which the edge decides.
fn verdict(certificate: &Certificate, now: Timestamp) -> &'static str {
    match certificate.standing() {
        Standing::Revoked => "revoked",
        _ if certificate.is_expired(now) => "expired",
        standing => standing.code(),
    }
}

/// LinkedIn's addresses for a certificate.
#[derive(Debug, Serialize)]
struct LinkedinView {
    /// Adds it to the profile of whoever follows it.
    add_to_profile_url: String,
    /// Shares its page.
    share_url: String,
}

/// What holder and staff see; why it was revoked is for staff.
#[derive(Debug, Serialize)]
pub(crate) struct CertificateView<'a> {
    #[serde(flatten)]
    public: PublicView<'a>,
    id: &'a CertificateId,
    student_id: AccountId,
    status: Standing,
    issued_by: AccountId,
    /// Whether the PDF is there to be downloaded.
    pdf_ready: bool,
    /// What the QR code carries.
    token: &'a str,
    /// Whether its last day is over; of whatever standing.
    expired: bool,
    template: Template,
    revoked_at: Option<Timestamp>,
    suspended_at: Option<Timestamp>,
    /// The certificate in whose place it was issued.
    replaces: Option<&'a CertificateId>,
    /// The certificate that took its place.
    replaced_by: Option<&'a CertificateId>,
    linkedin: LinkedinView,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<&'a Revocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspension: Option<&'a Suspension>,
}

impl<'a> CertificateView<'a> {
    pub(crate) fn for_holder(certificate: &'a Certificate, deps: &Deps) -> Self {
        Self {
            public: PublicView::new(certificate, deps),
            id: &certificate.id,
            student_id: certificate.student_id,
            status: certificate.standing(),
            issued_by: certificate.issued_by,
            pdf_ready: certificate.pdf.is_some(),
            token: &certificate.token,
            revoked_at: certificate
                .revocation
                .as_ref()
                .map(|revocation| revocation.at),
            suspended_at: certificate
                .suspension
                .as_ref()
                .map(|suspension| suspension.at),
            expired: certificate.is_expired(deps.shell.now()),
            template: certificate.template,
            replaces: certificate.replaces.as_ref(),
            replaced_by: certificate.replaced_by.as_ref(),
            linkedin: LinkedinView {
                add_to_profile_url: certificate.linkedin_url(deps.showing()),
                share_url: share_url(&certificate.verify_url(&deps.shell.verify_base_url)),
            },
            revocation: None,
            suspension: None,
        }
    }

    pub(crate) fn for_staff(certificate: &'a Certificate, deps: &Deps) -> Self {
        Self {
            revocation: certificate.revocation.as_ref(),
            suspension: certificate.suspension.as_ref(),
            ..Self::for_holder(certificate, deps)
        }
    }
}

/// The answer to whoever issued a certificate.
pub(crate) fn created(issued: &Certificate, deps: &Deps) -> Reply {
    Reply::created(&CertificateView::for_staff(issued, deps))
        .etag(issued.version)
        .shows(&issued.id)
        .location(format!("/api/admin/certificates/{}", issued.id))
}

/// What staff sees of a certificate whose holder was erased.
#[derive(Debug, Serialize)]
pub(crate) struct WithdrawnView<'a> {
    certificate_id: &'a CertificateId,
    id: &'a CertificateId,
    status: Standing,
    issued_at: Timestamp,
    issued_by: AccountId,
    withdrawn_at: Timestamp,
    withdrawn_by: AccountId,
}

impl<'a> From<&'a Withdrawn> for WithdrawnView<'a> {
    fn from(left: &'a Withdrawn) -> Self {
        Self {
            certificate_id: &left.id,
            id: &left.id,
            status: Standing::Withdrawn,
            issued_at: left.issued_at,
            issued_by: left.issued_by,
            withdrawn_at: left.withdrawn_at,
            withdrawn_by: left.withdrawn_by,
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    certificates: Vec<RowView>,
    next_cursor: Option<String>,
    /// How many there are in all, where counters know: without a filter, by student, by standing.
    total: Option<u64>,
}

#[derive(Debug, Serialize)]
struct RowView {
    certificate_id: CertificateId,
    student_name: Option<PersonName>,
    course_name: Option<CourseName>,
    /// Whether its last day is over.
    expired: bool,
    #[serde(flatten)]
    row: CertificateRow,
}

impl ListView {
    pub(crate) fn new(page: Page<CertificateRow>, total: Option<u64>, now: Timestamp) -> Self {
        let today = today(now);
        let view = |row: CertificateRow| RowView {
            certificate_id: row.id.clone(),
            student_name: row.holder.clone(),
            course_name: row.course.clone(),
            expired: row.expires_on.is_some_and(|last| last < today),
            row,
        };
        Self {
            certificates: page.rows.into_iter().map(view).collect(),
            next_cursor: page.next_cursor,
            total,
        }
    }
}
