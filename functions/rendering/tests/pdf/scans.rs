//! The code is read from bad scans.

use registrar_domain::credential::{Claim, Day, SigningKey, Text};
use registrar_rendering::pdf::{CertificatePage, Template, qr_text, render};

use crate::outside::Pdf;
use crate::page::page;

const ID: &str = "CERT-20260303-7Q4KZ9M2XH";

/// The address in the code of a certificate.
fn address(holder: &str, course: &str, index: u32) -> String {
    let key = SigningKey::new(3, &[7; 32], Day::from_days(0), None, None);
    let (holder, course) = Text::pair(holder, course).expect("neither is empty");
    let claim = Claim {
        key_id: 3,
        expires: Some("2028-03-03".parse().expect("a day")),
        id: ID.parse().expect("an id"),
        status_index: index,
        holder,
        course,
    };
    let token = claim.sign(&key).expect("a claim").token();
    format!("https://verify.registrar.example/v/{token}")
}

#[test]
fn the_code_of_every_design_is_read_from_a_screen_and_from_a_bad_scan() {
    for (holder, course, index) in [
        ("Adaeze Okonkwo-Williams", "Rust Basics", 40_000),
        ("क्षितिज ज्ञानेश्वर त्र्यंबक", "पूर्ण-स्टैक वेब विकास", 40_001),
        // As full as a claim may be.
        (
            "Nguyễn Thị Phương Thảo",
            "Kỹ thuật phần mềm nâng cao",
            2_000_000,
        ),
    ] {
        let url = address(holder, course, index);
        for template in Template::ALL {
            let page = CertificatePage {
                template,
                id: ID,
                verify_url: &url,
                ..page(holder, course)
            };
            let pdf = Pdf::new(&render(&page).expect("renders"));
            let screen = pdf.qr_of(&["-r", "80", "-png"], "png");
            assert_eq!(screen, qr_text(&url), "80 dpi: {template:?} {holder}");
            let scan = ["-r", "100", "-jpeg", "-jpegopt", "quality=40"];
            let scan = pdf.qr_of(&scan, "jpg");
            assert_eq!(scan, qr_text(&url), "JPEG: {template:?} {holder}");
        }
    }
}
