//! The document itself: tagged, titled, archivable.

use std::path::Path;

use registrar_rendering::pdf::{CertificatePage, Template, render};

use crate::names::NAMES;
use crate::outside::Pdf;
use crate::page::page;

/// Asks `archive.py`, beside this file, what breaks PDF/A-2a or PDF/UA-1; it prints a line for each.
#[test]
fn every_page_passes_the_checkers_of_pdf_a_2a_and_pdf_ua_1() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf/archive.py");
    let script = script.to_str().expect("a plain path");
    for ((name_of, name), template) in NAMES.iter().zip(Template::ALL.into_iter().cycle()) {
        let page = CertificatePage {
            template,
            expiry_date: Some("2 March 2028"),
            ..page(name, name)
        };
        let said = Pdf::new(&render(&page).expect("renders")).run("python", &[script], &[]);
        assert_eq!(said.trim(), "checked", "{name_of}, {template:?}");
    }
}

#[test]
fn the_document_is_tagged_titled_dated_and_names_its_language() {
    let pdf = Pdf::new(&render(&page("Ọlọ́run", "Analytical Engines")).expect("renders"));
    let info = pdf.run("pdfinfo", &["-isodates"], &[]);
    for line in [
        "Title:           Certificate of Completion – Ọlọ́run",
        "Tagged:          yes",
        "Pages:           1",
    ] {
        assert!(info.contains(line), "{line} not in {info}");
    }
    assert!(
        info.contains("CreationDate:    2026-03-03T10:11:12"),
        "{info}"
    );
    assert!(
        info.contains("ModDate:         2026-03-03T10:11:12"),
        "{info}"
    );
    assert!(info.contains("841.89 x 595.27"), "A4 landscape: {info}");
    let structure = pdf.run("pdfinfo", &["-struct-text"], &[]);
    assert!(
        structure.contains("H1") && structure.contains("Figure"),
        "{structure}"
    );
    let metadata = pdf.run("pdfinfo", &["-meta"], &[]);
    assert!(
        metadata.contains("<rdf:li>en</rdf:li>") && metadata.contains("Ọlọ́run"),
        "{metadata}"
    );
}

#[test]
fn every_font_is_an_embedded_subset_with_its_unicode_map() {
    let fonts = Pdf::new(&render(&page("Anushka अनुष्का", "Analytical Engines")).expect("renders"))
        .run("pdffonts", &[], &[]);
    let rows: Vec<_> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 3, "{fonts}");
    for row in rows {
        assert!(row.as_bytes()[6] == b'+', "{row}");
        assert!(
            row.contains("CID TrueType") && row.contains("yes yes yes"),
            "{row}"
        );
    }
}

#[test]
fn the_file_is_well_formed_to_another_reader() {
    let pdf = Pdf::new(&render(&page("مُحَمَّد", "Analytical Engines")).expect("renders"));
    let verdict = pdf.run("qpdf", &["--check"], &[]);
    assert!(
        verdict.contains("No syntax or stream encoding errors found"),
        "{verdict}"
    );
}
