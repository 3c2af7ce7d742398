//! The certificate PDF, judged by tools that others wrote: poppler, zbar and qpdf.
//!
//! Debian packages: `poppler-utils`, `zbar-tools`, `qpdf`. A missing tool fails the test with its name.

mod outside;

use outside::{Pdf, normalized};
use proptest::prelude::*;
use registrar_rendering::pdf::{
    CertificatePage, Created, Labels, RenderError, Template, qr_text, render,
};

const URL: &str = "https://verify.registrar.example/v/AEAAAABQGEZTCMRVGY3TQOJQIFBEGRCFIZDUQSKKJNGE2TSPKBIVEU2UKVLFOWCZLIAAAAAAAEHEWZLOMRUXI2DFEBGWC43PNYQE243PNZSWY3DBNQQFG2DPOJ2A";

const LABELS: Labels<'static> = Labels {
    title: "Certificate of Completion",
    certify: "This is to certify that",
    completed: "has successfully completed",
    grade: "Grade",
    date: "Date of completion",
    id: "Certificate ID",
    verify: "Scan to verify",
};

fn page<'a>(holder: &'a str, course: &'a str) -> CertificatePage<'a> {
    CertificatePage {
        template: Template::Classic,
        id: "CERT-20260303-7Q4KZ9M2XH",
        holder,
        course,
        completion_date: "3 March 2026",
        grade: Some("A+"),
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

/// Script, a name in it.
const NAMES: &[(&str, &str)] = &[
    ("Latin", "O’Brien-Smith, Áine (fi ffl AVA)"),
    ("Yoruba", "Ọlọ́run Adébáyọ̀ Ọláńrewájú"),
    (
        "Igbo, decomposed",
        "Nne\u{301}ka\u{300} O\u{323}\u{301}bio\u{323}\u{300}ma",
    ),
    ("Vietnamese", "Nguyễn Thị Phương Thảo"),
    ("Turkish", "İbrahim Işık Çağlayangil"),
    ("Greek", "Αλέξανδρος Παπαδόπουλος"),
    ("Cyrillic", "Ольга Петровна Щербакова"),
    ("Devanagari", "अनुष्का श्रीवास्तव"),
    ("Devanagari conjuncts", "क्षितिज ज्ञानेश्वर त्र्यंबक"),
    ("Bengali", "মোহাম্মদ রহমান"),
    ("Tamil", "கோவிந்தராஜன் யாழினி"),
    ("Telugu", "లక్ష్మీ ప్రసన్న"),
    ("Gujarati", "પ્રિયા પટેલ"),
    ("Kannada", "ಲಕ್ಷ್ಮಿ ಕೃಷ್ಣ"),
    ("Malayalam", "രാജേഷ് കുമാർ"),
    ("Gurmukhi", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    ("Arabic", "محمد عبد الله الأحمد"),
    ("Arabic with vowels", "مُحَمَّد الزَّهراء"),
    ("Persian with a joiner", "علی\u{200C}رضا اسلام"),
    ("Hebrew", "שרה לוי־כהן"),
    ("Hebrew with points", "שָׁלוֹם"),
    ("Latin and Arabic", "Maria José مريم خوسيه"),
    ("Latin and Devanagari", "Anushka अनुष्का"),
    ("Thai", "สมชาย ใจดี"),
    ("Lao", "ສົມຊາຍ"),
    ("Armenian", "Արամ Խաչատրյան"),
    ("Georgian", "გიორგი მამულაშვილი"),
    ("Han and emoji, shown as boxes", "王小明 Wang 👩‍💻"),
];

#[test]
fn names_in_every_script_read_back_exactly_as_typed() {
    for (script, name) in NAMES {
        let pdf = Pdf::new(&render(&page(name, "Full-Stack Development")).expect("renders"));
        let lines = pdf.lines();
        assert!(
            lines.contains(&normalized(name)),
            "{script}: {name} not in {lines:?}"
        );
    }
}

#[test]
fn a_course_and_a_grade_in_the_holders_script_read_back_too() {
    let mut page = page("क्षितिज", "पूर्ण-स्टैक वेब विकास");
    page.grade = Some("श्रेष्ठ");
    let lines = Pdf::new(&render(&page).expect("renders")).lines();
    assert!(lines.contains(&"पूर्ण-स्टैक वेब विकास".to_owned()), "{lines:?}");
    assert!(lines.contains(&"Grade: श्रेष्ठ".to_owned()), "{lines:?}");
}

#[test]
fn everything_that_a_certificate_states_is_on_the_page() {
    let lines =
        Pdf::new(&render(&page("Ada Lovelace", "Analytical Engines")).expect("renders")).lines();
    let stated = [
        "Riverside Academy",
        "Certificate of Completion",
        "Ada Lovelace",
        "Analytical Engines",
        "Grade: A+",
        "3 March 2026",
        "CERT-20260303-7Q4KZ9M2XH",
    ];
    for text in stated {
        assert!(lines.contains(&text.to_owned()), "{text} not in {lines:?}");
    }
}

#[test]
fn a_certificate_without_a_grade_says_nothing_about_grades() {
    let mut page = page("Ada Lovelace", "Analytical Engines");
    page.grade = None;
    let lines = Pdf::new(&render(&page).expect("renders")).lines();
    assert!(
        !lines.iter().any(|line| line.contains("Grade")),
        "{lines:?}"
    );
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

#[test]
fn long_names_shrink_then_wrap_and_never_leave_the_page() {
    let names = [
        "Maria Magdalena Concepción Fernández de la Vega y Castellanos-Montgomery".to_owned(),
        "Wolfeschlegelsteinhausenbergerdorff".repeat(4),
        "श्रीवास्तव अनुष्का ".repeat(9),
        "محمد عبد الله الأحمد ".repeat(9),
        "கோவிந்தராஜன்".repeat(9),
        "W".repeat(2_000),
        "Zalgo\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336} ".repeat(30),
    ];
    for name in &names {
        let mut page = page(name, name);
        (page.issuer, page.completion_date, page.id, page.grade) =
            (name, name, name, Some(name.as_str()));
        let pdf = Pdf::new(&render(&page).expect("renders"));
        // Inside the gradient border: 31 points from every edge.
        for word in pdf.boxes() {
            assert!(word.left >= 31.0 && word.right <= 841.89 - 31.0, "{word:?}");
            assert!(word.top >= 31.0 && word.bottom <= 595.28 - 31.0, "{word:?}");
        }
    }
    let whole = names[0].replace(' ', "");
    let lines = Pdf::new(&render(&page(&names[0], "x")).expect("renders")).lines();
    assert!(
        lines.concat().replace(' ', "").contains(&whole),
        "a long name is wrapped, not cut: {lines:?}"
    );
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

#[test]
fn text_that_only_steers_display_cannot_make_a_name_read_differently() {
    let lines =
        Pdf::new(&render(&page("Ada \u{202E}ecalevoL\u{202C}\u{0}", "x")).expect("renders"))
            .lines();
    assert!(lines.contains(&"Ada ecalevoL".to_owned()), "{lines:?}");
}

/// Any text, with what breaks renderers over-represented: marks, joiners, controls, emoji, unassigned, every script.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(NAMES).prop_map(|(_, name)| name.to_owned()),
        "\\PC{0,12}",
        (0x0300u32..0x0370)
            .prop_filter_map("assigned", char::from_u32)
            .prop_map(String::from),
        (0x0590u32..0x0EFF)
            .prop_filter_map("scalar", char::from_u32)
            .prop_map(String::from),
        prop::sample::select(vec![
            "\u{200D}",
            "\u{200C}",
            "\u{200F}",
            "\u{202E}",
            "\u{2067}",
            "\0",
            "\n",
            "\u{85}",
            "\u{2029}",
            "\u{FE0F}",
            "🇮🇳",
            "👩🏽‍🚀",
            "\u{94D}",
            "\u{BCD}",
            "لا",
            " ",
            "(",
            "\\",
            "\u{FFFF}",
            "\u{10FFFF}",
            "\u{378}",
            "ﷺ",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_a_person_stops_the_renderer(holder in hostile(), course in hostile(), rest in hostile()) {
        let mut page = page(&holder, &course);
        (page.issuer, page.grade, page.completion_date) = (&rest, Some(rest.as_str()), &rest);
        (page.id, page.verify_text, page.language) = (&rest, &course, &holder);
        page.labels.title = &rest;
        let bytes = render(&page).expect("renders");
        prop_assert!(bytes.starts_with(b"%PDF-1.7"));
        prop_assert!(bytes.ends_with(b"%%EOF"));
    }
}
