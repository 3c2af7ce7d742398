//! Text that nobody is called by.

use proptest::prelude::*;
use registrar_rendering::pdf::render;

use crate::names::NAMES;
use crate::outside::Pdf;
use crate::page::page;

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

/// Text as the four texts of a person, and the title of the whole page.
fn survives(text: &str) {
    let mut page = page(text, text);
    (page.issuer, page.grade, page.language) = (text, Some(text), text);
    page.labels.title = text;
    let bytes = render(&page).expect("renders");
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF"));
    assert!(bytes.len() < 200 * 1024, "{} bytes", bytes.len());
}

#[test]
fn floods_of_one_thing_do_not_stop_the_renderer() {
    let things = [
        "W",
        "\u{301}",
        "a\u{301}",
        "\u{202E}",
        "\u{2067}\u{2069}",
        "\u{200D}",
        "\u{200B}",
        "\u{FEFF}",
        "\0",
        "\u{85}",
        "\u{E000}",
        "\u{10FFFD}",
        "\u{FFFF}",
        "\u{FDD0}",
        "\u{FFFD}",
        "\\uD800",
        "\u{94D}",
        "क्",
        "ක්\u{200D}",
        "\u{BCD}",
        "لا",
        "\u{64B}",
        "א\u{5B0}",
        "ำ",
        "각",
        "\u{1100}",
        "\u{E0100}",
        "葛\u{E0100}",
        "👩‍",
        "🇮",
        "\u{1F3FD}",
        "\u{E0067}",
        "(",
        ")",
        "\\",
        "<",
        "&",
        "%",
        "ﷺ",
        "𒐫",
        "\u{A0}",
        "\u{3000}",
    ];
    for thing in things {
        survives(&thing.repeat(10_000));
    }
}

#[test]
fn halves_of_a_pair_and_broken_bytes_do_not_stop_the_renderer() {
    survives(&String::from_utf16_lossy(&[
        0xD800, 0x41, 0xDC00, 0xD83D, 0xD83D, 0xDE00,
    ]));
    survives(&String::from_utf8_lossy(
        b"A\xED\xA0\x80B\xFF\xC0\x80\xF4\x90\x80\x80",
    ));
    survives(r#""\ud800" \u{d83d} &#xD800;"#);
}

#[test]
fn every_character_of_unicode_is_drawn_or_left_out() {
    let planes = (0..0x4_0000).chain(0xE_0000..0xE_1000);
    let characters: Vec<char> = planes.filter_map(char::from_u32).collect();
    for some in characters.chunks(700) {
        let text: String = some.iter().collect();
        let (first, second) = text.split_at(text.char_indices().nth(350).map_or(0, |(at, _)| at));
        let page = page(first, second);
        assert!(render(&page).is_ok(), "{first} {second}");
    }
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
