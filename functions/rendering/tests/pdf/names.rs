//! Names as people write them, in more scripts than the table of fourteen.

use registrar_rendering::pdf::render;

use crate::outside::{Pdf, normalized};
use crate::page::page;

/// Script, a name in it.
pub(crate) const NAMES: &[(&str, &str)] = &[
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
    ("Hangul of rare syllables", "뷁뛟 김민준"),
    ("Han, Latin and emoji", "王小明 Wang 👩‍💻"),
    ("Han with a selector of its form", "葛\u{E0100}城"),
    ("Cherokee, which no face shows", "ᏣᎳᎩ"),
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
