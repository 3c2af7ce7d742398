//! The table of scripts: what was typed is what is read, the code is decoded, and the page shows something.

use registrar_rendering::pdf::{CertificatePage, Template, qr_text, render};

use crate::outside::{Pdf, normalized};
use crate::page::{URL, page};

/// Script, name and course, a row each.
const SCRIPTS: &str = include_str!("../../scripts.tsv");

fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    SCRIPTS.lines().map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        columns.try_into().expect("three columns")
    })
}

#[test]
fn every_script_reads_back_in_every_design() {
    assert_eq!(rows().count(), 32);
    // pdftotext takes N’Ko for left to right and Thaana's vowel signs for neutral; the page is right.
    let read = rows().filter(|row| !["Thaana", "N’Ko"].contains(&row[0]));
    for [script, name, course] in read {
        for template in Template::ALL {
            let page = CertificatePage {
                template,
                ..page(name, course)
            };
            let lines = Pdf::new(&render(&page).expect("renders")).lines();
            for typed in [name, course] {
                assert!(
                    lines.contains(&normalized(typed)),
                    "{script}, {template:?}: {typed} not in {lines:?}"
                );
            }
        }
    }
}

#[test]
fn every_script_is_drawn_and_its_code_decoded() {
    for ([script, name, course], template) in rows().zip(Template::ALL.into_iter().cycle()) {
        let page = CertificatePage {
            template,
            ..page(name, course)
        };
        let pdf = Pdf::new(&render(&page).expect("renders"));
        assert_eq!(pdf.qr(), qr_text(URL), "{script}");
        let drawn = pdf.drawing();
        // Between `This is to certify that` and `has successfully completed` stands the name, in nearly black.
        let dark = drawn.dark(190.0, 285.0);
        assert!((0.002..0.2).contains(&dark), "{script}: {dark}");
        // And nothing of it near the edges of the paper.
        assert!(drawn.dark(545.0, 560.0) < 0.2, "{script}");
    }
}

#[test]
fn any_script_stays_under_40_kilobytes() {
    for [script, name, course] in rows() {
        let bytes = render(&page(name, course)).expect("renders").len();
        assert!(bytes <= 40 * 1024, "{script}: {bytes} bytes");
    }
}
