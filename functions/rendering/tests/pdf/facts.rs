//! What every certificate states, and that the same certificate is the same file.

use registrar_rendering::pdf::{CertificatePage, RenderError, Template, qr_text, render};

use crate::names::NAMES;
use crate::outside::Pdf;
use crate::page::{URL, page};

#[test]
fn everything_that_a_certificate_states_is_on_the_page_of_every_design() {
    let stated = [
        "Riverside Academy",
        "Certificate of Completion",
        "Ada Lovelace",
        "Analytical Engines",
        "Grade: A+",
        "3 March 2026",
        "Valid until 2 March 2028",
        "CERT-20260303-7Q4KZ9M2XH",
    ];
    for template in Template::ALL {
        let page = CertificatePage {
            template,
            expiry_date: Some("2 March 2028"),
            ..page("Ada Lovelace", "Analytical Engines")
        };
        let lines = Pdf::new(&render(&page).expect("renders")).lines();
        for text in stated {
            assert!(
                lines.contains(&text.to_owned()),
                "{template:?}: {text} not in {lines:?}"
            );
        }
    }
}

#[test]
fn a_certificate_without_a_grade_and_without_an_end_says_nothing_about_either() {
    let mut page = page("Ada Lovelace", "Analytical Engines");
    page.grade = None;
    let lines = Pdf::new(&render(&page).expect("renders")).lines();
    assert!(
        !lines
            .iter()
            .any(|line| line.contains("Grade") || line.contains("Valid")),
        "{lines:?}"
    );
}

#[test]
fn every_design_has_a_border_in_many_shades_and_a_watermark() {
    for template in Template::ALL {
        let page = CertificatePage {
            template,
            ..page("Asha Rao", "Rust")
        };
        let drawing = Pdf::new(&render(&page).expect("renders")).drawing();
        let (shades, faint) = (drawing.shades_near_the_edge(31), drawing.faint(31));
        // Without a gradient there is white alone near the edge. Texts' soft edges alone are some 3,000 faint dots.
        assert!(shades >= 100, "{template:?}: {shades} shades");
        assert!(faint >= 20_000, "{template:?}: {faint} faint dots");
    }
}

#[test]
fn the_printed_qr_code_says_exactly_the_verification_address() {
    let long = format!(
        "https://verify.registrar.example/v/{}",
        "ABCDEFGH234567".repeat(38)
    );
    let plain = "http://127.0.0.1:8080/v?token=lower-case";
    for url in [URL, &long, plain] {
        let mut page = page("Ada Lovelace", "Analytical Engines");
        page.verify_url = url;
        assert_eq!(
            Pdf::new(&render(&page).expect("renders")).qr(),
            qr_text(url)
        );
    }
}

#[test]
fn an_address_too_long_for_paper_is_an_error_and_no_panic() {
    let url = format!("https://verify.registrar.example/v/{}", "A".repeat(5_000));
    let mut page = page("Ada Lovelace", "Analytical Engines");
    page.verify_url = &url;
    assert!(matches!(render(&page), Err(RenderError::QrTooLong(5_035))));
}

#[test]
fn the_same_certificate_is_the_same_file_and_another_is_another() {
    for (_, name) in NAMES {
        let first = render(&page(name, "Analytical Engines")).expect("renders");
        assert_eq!(
            first,
            render(&page(name, "Analytical Engines")).expect("renders"),
            "{name}"
        );
    }
    let one = page("Ada Lovelace", "Analytical Engines");
    let other = CertificatePage {
        id: "CERT-20260303-000000000Z",
        ..one
    };
    assert_ne!(
        render(&one).expect("renders"),
        render(&other).expect("renders")
    );
}

#[test]
fn a_latin_certificate_stays_under_20_kilobytes_and_any_script_under_40() {
    for (script, name) in NAMES {
        let bytes = render(&page(name, "Full-Stack Development"))
            .expect("renders")
            .len();
        let limit = if name.chars().all(|c| u32::from(c) < 0x2100) && name.is_ascii() {
            20
        } else {
            40
        };
        assert!(bytes <= limit * 1024, "{script}: {bytes} bytes");
    }
    let yoruba = render(&page(NAMES[1].1, "Ìmọ̀ Ẹ̀rọ Kọ̀ǹpútà"))
        .expect("renders")
        .len();
    assert!(yoruba <= 20 * 1024, "{yoruba} bytes");
}
