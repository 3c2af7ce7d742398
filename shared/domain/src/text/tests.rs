#![expect(
    clippy::unicode_not_nfc,
    reason = "these texts are about what is not composed"
)]

use super::*;
use proptest::prelude::*;

#[test]
fn a_line_is_composed_and_keeps_what_scripts_and_emoji_need() {
    for (typed, kept) in [
        (" Cafe\u{301} ", "Café"),
        ("A\u{308}\u{feff}pfel", "Äpfel"),
        // What is between goes first: then the two compose.
        ("e\u{2060}\u{301}", "é"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ("क्\u{200d}ष", "क्\u{200d}ष"),
        (
            "👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥",
            "👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥",
        ),
        (
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ),
        ("ad\u{200d}min\u{e0041}\u{ad}", "admin"),
        ("ab\u{200f}ג", "ab\u{200f}ג"),
        ("가\u{3164}나", "가\u{3164}나"),
        ("\u{200b}\u{feff} a \u{200b}", "a"),
    ] {
        assert_eq!(line(typed).as_deref(), Ok(kept), "{typed:?}");
    }
}

#[test]
fn what_shows_nothing_is_blank() {
    for blank in [
        "",
        " \u{a0}\u{2003}",
        "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        "\u{3164}\u{ffa0}\u{115f}\u{1160}",
        "\u{2800}\u{2800}",
        "\u{200c}\u{200d}\u{2060}\u{feff}",
        "\u{200e}\u{200f}\u{61c}",
        "\u{fe0f}\u{e0100}\u{34f}",
        "\u{301}\u{302}",
        "\u{e0041}\u{ad}\u{17b5}\u{1d159}",
    ] {
        assert_eq!(line(blank), Err(Fault::Blank), "{blank:?}");
        assert_eq!(lines(blank), Err(Fault::Blank), "{blank:?}");
    }
    assert!(is_visible("…") && is_visible("⠁") && is_visible("e\u{301}"));
}

#[test]
fn a_line_has_no_breaks_and_turns_no_direction() {
    for c in [
        '\0', '\t', '\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{7f}', '\u{ffff}', '\u{fdd0}',
    ] {
        assert_eq!(line(&format!("a{c}b")), Err(Fault::Control), "{c:?}");
    }
    for c in "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".chars() {
        assert_eq!(line(&format!("a{c}b")), Err(Fault::Direction), "{c:?}");
        assert!(turns_direction(c));
    }
}

#[test]
fn lines_close_what_they_open_and_turn_nothing_over() {
    for (typed, kept) in [
        ("a\r\nb\tc", "a\r\nb\tc"),
        ("a\u{2028}b\u{2029}c", "a\nb\nc"),
        (
            "call \u{202a}+1 555\u{202c}!",
            "call \u{202a}+1 555\u{202c}!",
        ),
        ("\u{2067}אב\nc\u{2069}d", "\u{2067}אב\u{2069}\ncd"),
        ("\u{202b}\u{2066}x", "\u{202b}\u{2066}x\u{2069}\u{202c}"),
        ("ไทย\u{200b}ไทย", "ไทย\u{200b}ไทย"),
    ] {
        assert_eq!(lines(typed).as_deref(), Ok(kept), "{typed:?}");
    }
    for c in ['\u{202d}', '\u{202e}'] {
        assert_eq!(lines(&format!("a{c}b")), Err(Fault::Direction));
    }
    assert_eq!(lines("a\u{b}b"), Err(Fault::Control));
    assert_eq!(fit_lines("a\u{202e}\u{0}b\u{c}c\nd", 10), "ab c\nd");
    assert_eq!(
        fit_lines(&"a\u{2066}\n".repeat(100), 300).chars().count(),
        199
    );
    assert_eq!(fit_lines(&"\u{958}".repeat(10), 10).chars().count(), 10);
    assert_eq!(fit_line("a\nb\u{2028}c\u{2066}"), "a b c");
}

#[test]
fn one_text_typed_in_many_ways_is_one() {
    for (one, other) in [
        ("Café Basics", "Cafe\u{301}  basics"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("a\u{a0}b", " A \u{200b}\u{2003}B\u{3164}"),
        ("می\u{200c}خواهم", "میخواهم"),
        ("❤\u{fe0f}", "❤"),
    ] {
        assert_eq!(folded(one), folded(other));
    }
    assert_ne!(folded("Café"), folded("Cafe"));
    assert_ne!(folded("H₂O"), folded("H2O"));
}

#[test]
fn a_search_needs_no_marks_that_a_keyboard_lacks() {
    for (written, typed) in [
        ("Łukasz", "lukasz"),
        ("Straße", "strasse"),
        ("Ångström", "ANGSTROM"),
        ("Ọlá Adébáyọ̀", "ola adebayo"),
        ("Søren Ægir", "soren aegir"),
        ("Đỗ", "do"),
        ("Ħal", "hal"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("مـحـمـد", "محمد"),
        ("علی", "علي"),
        ("שָׁלוֹם", "שלום"),
        ("ﬁle №１", "file no1"),
        ("Işık", "isik"),
        ("Ёлка", "елка"),
        ("ｶﾞ", "ガ"),
    ] {
        assert_eq!(searched(written), searched(typed));
    }
    // Signs that are letters stay.
    assert_ne!(searched("कि"), searched("क"));
    assert_ne!(searched("が"), searched("か"));
}

#[test]
fn each_word_comes_once() {
    assert_eq!(
        words("L’école à ÉTÉ, été; Ångström's ﬁle 42!"),
        ["l", "ecole", "a", "ete", "angstrom", "s", "file", "42"]
    );
    assert_eq!(words("Straße STRASSE"), ["strasse"]);
    assert_eq!(words("録画 見る"), ["録", "画", "見", "る"]);
    assert_eq!(words(" — …!? \u{3164}"), [""; 0]);
}

proptest! {
    #[test]
    fn what_was_taken_is_taken_again_as_it_is(text in any::<String>(), marks in "[\u{200b}-\u{2069}\u{301}\u{323}e각👩\n ]{0,12}") {
        for text in [&text, &marks, &format!("{marks}{text}{marks}")] {
            for (fit, take) in [
                (fit_line as fn(&str) -> String, line as fn(&str) -> Result<String, Fault>),
                (|text| fit_lines(text, 10_000), lines),
            ] {
                let once = fit(text);
                prop_assert_eq!(&fit(&once), &once);
                match take(&once) {
                    Ok(taken) => prop_assert_eq!(taken, once),
                    Err(fault) => prop_assert_eq!(fault, Fault::Blank),
                }
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,80}") {
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once);
        for word in words(&text) {
            prop_assert!(words(&word).contains(&word), "{:?}", word);
        }
    }
}
