//! A page to begin with.

use registrar_rendering::pdf::{CertificatePage, Created, Labels, Template};

pub(crate) const URL: &str = "https://verify.registrar.example/v/AEAAAABQGEZTCMRVGY3TQOJQIFBEGRCFIZDUQSKKJNGE2TSPKBIVEU2UKVLFOWCZLIAAAAAAAEHEWZLOMRUXI2DFEBGWC43PNYQE243PNZSWY3DBNQQFG2DPOJ2A";

const LABELS: Labels<'static> = Labels {
    title: "Certificate of Completion",
    certify: "This is to certify that",
    completed: "has successfully completed",
    grade: "Grade:",
    expires: "Valid until",
    date: "Date of completion",
    id: "Certificate ID",
    verify: "Scan to verify",
};

pub(crate) fn page<'a>(holder: &'a str, course: &'a str) -> CertificatePage<'a> {
    CertificatePage {
        template: Template::Classic,
        id: "CERT-20260303-7Q4KZ9M2XH",
        holder,
        course,
        completion_date: "3 March 2026",
        grade: Some("A+"),
        expiry_date: None,
        issuer: "Riverside Academy",
        labels: LABELS,
        verify_url: URL,
        verify_text: "verify.registrar.example/verify/CERT-20260303-7Q4KZ9M2XH",
        language: "en",
        created: Created {
            year: 2026,
            month: 3,
            day: 3,
            hour: 10,
            minute: 11,
            second: 12,
        },
    }
}
