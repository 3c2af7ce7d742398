//! From a certificate to the page that the PDF engine draws.

use crate::pdf::{self, CertificatePage, Created, Labels, RenderError};
use jiff::{Timestamp, tz::Offset};
use registrar_domain::{
    account::Locale,
    certificate::{Certificate, Preview, Template},
    value::Grade,
};
use registrar_templates::{certificate_texts, date};

/// The certificate's PDF: the same bytes for the same certificate.
pub(crate) fn render(
    certificate: &Certificate,
    issuer: &str,
    verify_base_url: &str,
) -> Result<Vec<u8>, RenderError> {
    let verify_url = format!("{verify_base_url}/v/{}", certificate.token);
    let verify_text = format!("{}/verify/{}", host(verify_base_url), certificate.id);
    let completed = date(certificate.completion_date, certificate.locale);
    let expires = certificate
        .expires_on
        .map(|last| date(last, certificate.locale));
    pdf::render(&CertificatePage {
        template: template(certificate.template),
        id: certificate.id.as_str(),
        holder: certificate.holder.as_str(),
        course: certificate.course.as_str(),
        completion_date: &completed,
        grade: certificate.grade.as_ref().map(Grade::as_str),
        expiry_date: expires.as_deref(),
        issuer,
        labels: labels(certificate.locale),
        verify_url: &verify_url,
        verify_text: &verify_text,
        language: certificate.locale.tag(),
        created: created(certificate.issued_at),
    })
}

/// The page of a certificate that there is not: where the id stands it says that it is a preview, and its code leads to the
/// verifier's front page.
pub(crate) fn preview(
    preview: &Preview,
    issuer: &str,
    verify_base_url: &str,
) -> Result<Vec<u8>, RenderError> {
    let completed = date(preview.completion_date, preview.locale);
    let expires = preview.expires_on.map(|last| date(last, preview.locale));
    let id = match preview.locale {
        Locale::En => "PREVIEW",
        Locale::Fr => "APERÇU",
    };
    pdf::render(&CertificatePage {
        template: template(preview.template),
        id,
        holder: preview.holder.as_str(),
        course: preview.course.as_str(),
        completion_date: &completed,
        grade: preview.grade.as_ref().map(Grade::as_str),
        expiry_date: expires.as_deref(),
        issuer,
        labels: labels(preview.locale),
        verify_url: &format!("{verify_base_url}/"),
        verify_text: host(verify_base_url),
        language: preview.locale.tag(),
        created: created(preview.requested_at),
    })
}

fn labels(locale: Locale) -> Labels<'static> {
    let texts = certificate_texts(locale);
    Labels {
        title: texts.title,
        certify: texts.certify,
        completed: texts.completed,
        grade: texts.grade,
        expires: texts.expires,
        date: texts.date,
        id: texts.certificate_id,
        verify: texts.verify_at,
    }
}

/// The address without its scheme, as people type it.
fn host(base_url: &str) -> &str {
    base_url
        .split_once("://")
        .map_or(base_url, |(_, host)| host)
}

fn template(chosen: Template) -> pdf::Template {
    match chosen {
        Template::Classic => pdf::Template::Classic,
        Template::Modern => pdf::Template::Modern,
        Template::Minimal => pdf::Template::Minimal,
    }
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
