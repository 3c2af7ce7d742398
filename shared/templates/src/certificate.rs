//! The words on a certificate, and the links that go with one.

use std::fmt::Write as _;

use crate::CertificateIssued;
use crate::clean::line;
use registrar_domain::account::Locale;

/// The fixed words on a certificate, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateTexts {
    /// The heading.
    pub title: &'static str,
    /// Before the holder's name.
    pub certify: &'static str,
    /// Between the holder's name and the course.
    pub completed: &'static str,
    /// Label of the grade.
    pub grade: &'static str,
    /// Label of the date.
    pub date: &'static str,
    /// Label of the certificate's id.
    pub certificate_id: &'static str,
    /// Before the verification address.
    pub verify_at: &'static str,
}

/// The words in `locale`.
pub const fn certificate_texts(locale: Locale) -> CertificateTexts {
    match locale {
        Locale::En => CertificateTexts {
            title: "Certificate of Completion",
            certify: "This is to certify that",
            completed: "has successfully completed",
            grade: "Grade",
            date: "Date",
            certificate_id: "Certificate ID",
            verify_at: "Verify at",
        },
        Locale::Fr => CertificateTexts {
            title: "Certificat de réussite",
            certify: "Nous certifions que",
            completed: "a terminé avec succès",
            grade: "Note",
            date: "Date",
            certificate_id: "Numéro du certificat",
            verify_at: "Vérifier à",
        },
    }
}

/// The address that shares a verification page on `LinkedIn`.
pub fn linkedin_share_url(verify_url: &str) -> String {
    format!(
        "https://www.linkedin.com/sharing/share-offsite/?url={}",
        escaped(verify_url)
    )
}

/// The address that adds a certificate to the reader's `LinkedIn` profile.
pub fn linkedin_profile_url(certificate: &CertificateIssued, organization: &str) -> String {
    format!(
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name={}&organizationName={}&issueYear={}&issueMonth={}&certUrl={}&certId={}",
        escaped(&line(&certificate.course)),
        escaped(&line(organization)),
        certificate.issued.year(),
        certificate.issued.month(),
        escaped(&certificate.verify_url),
        escaped(&line(&certificate.certificate_id)),
    )
}

/// Percent-encoded but for the unreserved characters of RFC 3986.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a string takes everything");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_value_cannot_leave_its_parameter() {
        assert_eq!(escaped("a&b=c d/é"), "a%26b%3Dc%20d%2F%C3%A9");
    }
}
