//! What is shown of a certificate, and to whom.

use crate::Deps;
use jiff::{Timestamp, civil::Date, tz::Offset};
use registrar_domain::{
    certificate::{Certificate, CertificateId, Revocation, Standing},
    id::AccountId,
    page::Page,
    value::{CourseName, Grade, PersonName},
};
use registrar_store::certificates::CertificateRow;
use serde::Serialize;

/// What anybody may know: no more than the certificate itself shows (checklist C-03, E-07).
#[derive(Debug, Serialize)]
pub(crate) struct PublicView<'a> {
    certificate_id: &'a CertificateId,
    /// `valid`, `revoked` or `expired`.
    verdict: &'static str,
    valid: bool,
    student_name: &'a PersonName,
    course_name: &'a CourseName,
    completion_date: Date,
    grade: Option<&'a Grade>,
    issued_at: Timestamp,
    expires_on: Option<Date>,
    verify_url: String,
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
            verify_url: format!("{}/verify/{}", deps.shell.verify_base_url, certificate.id),
        }
    }
}

fn verdict(certificate: &Certificate, now: Timestamp) -> &'static str {
    let today = Offset::UTC.to_datetime(now).date();
    match certificate.standing() {
        Standing::Revoked => "revoked",
        Standing::Issued if certificate.expires_on.is_some_and(|last| today > last) => "expired",
        Standing::Issued => "valid",
    }
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
    revoked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<&'a Revocation>,
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
            revocation: None,
        }
    }

    pub(crate) fn for_staff(certificate: &'a Certificate, deps: &Deps) -> Self {
        Self {
            revocation: certificate.revocation.as_ref(),
            ..Self::for_holder(certificate, deps)
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    certificates: Vec<RowView>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    certificate_id: CertificateId,
    student_name: PersonName,
    course_name: CourseName,
    #[serde(flatten)]
    row: CertificateRow,
}

impl From<Page<CertificateRow>> for ListView {
    fn from(page: Page<CertificateRow>) -> Self {
        let view = |row: CertificateRow| RowView {
            certificate_id: row.id.clone(),
            student_name: row.holder.clone(),
            course_name: row.course.clone(),
            row,
        };
        Self {
            certificates: page.rows.into_iter().map(view).collect(),
            next_cursor: page.next_cursor,
        }
    }
}
