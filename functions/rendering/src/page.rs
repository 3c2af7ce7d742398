//! From a certificate to the page that the PDF engine draws.

use crate::pdf::{self, CertificatePage, Created, Labels, RenderError};
use jiff::{Timestamp, tz::Offset};
use registrar_domain::{certificate::Certificate, value::Grade};
use registrar_templates::{certificate_texts, date};

/// The certificate's PDF: the same bytes for the same certificate.
pub(crate) fn render(
    certificate: &Certificate,
    issuer: &str,
    verify_base_url: &str,
) -> Result<Vec<u8>, RenderError> {
    let texts = certificate_texts(certificate.locale);
    let verify_url = format!("{verify_base_url}/v/{}", certificate.token);
    let host = verify_base_url
        .split_once("://")
        .map_or(verify_base_url, |(_, host)| host);
    let verify_text = format!("{host}/verify/{}", certificate.id);
    let completed = date(certificate.completion_date, certificate.locale);
    pdf::render(&CertificatePage {
        id: certificate.id.as_str(),
        holder: certificate.holder.as_str(),
        course: certificate.course.as_str(),
        completion_date: &completed,
        grade: certificate.grade.as_ref().map(Grade::as_str),
        issuer,
        labels: Labels {
            title: texts.title,
            certify: texts.certify,
            completed: texts.completed,
            grade: texts.grade,
            date: texts.date,
            id: texts.certificate_id,
            verify: texts.verify_at,
        },
        verify_url: &verify_url,
        verify_text: &verify_text,
        language: certificate.locale.tag(),
        created: created(certificate.issued_at),
    })
}

fn created(at: Timestamp) -> Created {
    let at = Offset::UTC.to_datetime(at);
    Created {
        year: at.year().unsigned_abs(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        second: at.second().unsigned_abs(),
    }
}
