//! The words on a certificate.

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
    /// Before the grade, with its colon.
    pub grade: &'static str,
    /// Before the last day on which it holds.
    pub expires: &'static str,
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
            grade: "Grade:",
            expires: "Valid until",
            date: "Date",
            certificate_id: "Certificate ID",
            verify_at: "Verify at",
        },
        Locale::Fr => CertificateTexts {
            title: "Certificat de réussite",
            certify: "Nous certifions que",
            completed: "a terminé avec succès",
            grade: "Note\u{A0}:",
            expires: "Valable jusqu’au",
            date: "Date",
            certificate_id: "Numéro du certificat",
            verify_at: "Vérifier à",
        },
    }
}
