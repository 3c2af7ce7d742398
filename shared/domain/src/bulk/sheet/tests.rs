use super::*;
use proptest::prelude::*;

const KNOWN: &[&str] = &["student_id", "email", "course_name"];

fn surveyed(file: &str) -> Result<Survey, Fault> {
    survey(file.as_bytes(), KNOWN, 10)
}

/// Every row of a file, read in parts of `window` bytes and at most `most` rows at a time.
fn walk(file: &[u8], start: Cursor, window: usize, most: usize) -> Vec<Raw> {
    let mut at = start;
    let mut found = Vec::new();
    loop {
        let from = usize::try_from(at.byte).unwrap();
        let to = (from + window).min(file.len());
        let read = rows(
            &file[from..to],
            at,
            Delimiter::of(file),
            to == file.len(),
            most,
        );
        let Some(last) = read.last() else {
            return found;
        };
        at = last.next;
        found.extend(read);
    }
}

fn texts(raw: &Raw, layout: &Layout) -> Vec<String> {
    let fields = raw.fields(layout).unwrap();
    KNOWN
        .iter()
        .filter_map(|name| fields.get(name).map(ToOwned::to_owned))
        .collect()
}

#[test]
fn columns_stand_in_any_order_and_letter_case_behind_a_byte_order_mark() {
    let file = "\u{feff}Course_Name , EMAIL\r\n\"Rust, well\" , a@b.org \r\n\r\n\"two\r\nlines \"\"q\"\"\",c@d.org";
    let survey = surveyed(file).unwrap();
    assert_eq!(survey.rows, 2);
    assert!(survey.layout.has("email") && !survey.layout.has("student_id"));
    let read = walk(file.as_bytes(), survey.start, 1000, 10);
    let shown: Vec<_> = read.iter().map(|raw| texts(raw, &survey.layout)).collect();
    assert_eq!(
        shown,
        [["a@b.org", "Rust, well"], ["c@d.org", "two\r\nlines \"q\""]]
    );
    let places: Vec<_> = read.iter().map(|raw| (raw.next.row, raw.at.line)).collect();
    assert_eq!(places, [(1, 2), (2, 4)]);
}

#[test]
fn a_file_without_rows_is_refused_with_what_is_missing() {
    for empty in ["", "\n\r\n\n", "\u{feff}"] {
        assert_eq!(surveyed(empty), Err(Fault::Empty), "{empty:?}");
    }
    for headers in ["email", "email,course_name\r\n", "email\n\n\n"] {
        assert_eq!(surveyed(headers), Err(Fault::NoRows), "{headers:?}");
    }
}

#[test]
fn a_column_that_is_unknown_nameless_or_there_twice_refuses_the_file() {
    let unknown = |names: &[&str]| {
        Err(Fault::UnknownColumns {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            known: KNOWN.to_vec(),
        })
    };
    assert_eq!(surveyed("email,curse_name\nx,y"), unknown(&["curse_name"]));
    assert_eq!(surveyed("email,\nx,y"), unknown(&["(no name)"]));
    assert_eq!(surveyed("email;curse_name\nx;y"), unknown(&["curse_name"]));
    assert_eq!(
        surveyed("email,Email\nx,y"),
        Err(Fault::RepeatedColumn("email".to_owned()))
    );
    let long = format!("{}\u{7},email\nx,y", "n".repeat(200));
    assert_eq!(surveyed(&long), unknown(&[&"n".repeat(40)]));
    assert_eq!(survey(b"em\xffail\nx", KNOWN, 10), Err(Fault::NotUtf8));
}

#[test]
fn a_bomb_of_columns_of_rows_or_of_one_row_is_refused() {
    let wide = "email,".repeat(10_000);
    assert!(matches!(
        surveyed(&wide[..60_000]),
        Err(Fault::TooManyColumns { has: 10_001 })
    ));
    assert!(matches!(
        surveyed(&"e".repeat(70_000)),
        Err(Fault::RowTooLong { row: 0, .. })
    ));
    let many = format!("email\n{}", "a\n".repeat(11));
    assert_eq!(surveyed(&many), Err(Fault::TooManyRows { most: 10 }));
    let open = format!("email\nok\n\"never closed\n{}", "a@b.org\n".repeat(10_000));
    assert_eq!(surveyed(&open), Err(Fault::RowTooLong { row: 2, line: 3 }));
}

#[test]
fn a_row_of_another_width_or_not_of_utf8_is_a_fault_of_that_row() {
    let file = b"email,course_name\na,b,c\nx\xff,y\ngood,row\n";
    let survey = survey(file, KNOWN, 10).unwrap();
    let read = walk(file, survey.start, 1000, 10);
    assert_eq!(
        read[0].fields(&survey.layout),
        Err((Malformed::FieldCount { has: 3, wanted: 2 }, None))
    );
    assert_eq!(
        read[1].fields(&survey.layout),
        Err((Malformed::NotUtf8 { column: 0 }, Some("email")))
    );
    assert_eq!(texts(&read[2], &survey.layout), ["good", "row"]);
}

proptest! {
    #[test]
    fn reading_by_parts_finds_what_reading_at_once_finds(
        rows in prop::collection::vec(("[a-z\",\n\r é]{0,12}", "[a-z ]{1,6}"), 1..30),
        ends in prop::sample::select(vec!["\n", "\r\n"]),
        window in 80_usize..200,
        most in 1_usize..7,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut file = format!("course_name,email{ends}");
        for (course, email) in &rows {
            file += &[quoted(course).as_str(), ",", email.as_str(), ends].concat();
        }
        let survey = survey(file.as_bytes(), KNOWN, 100).unwrap();
        prop_assert_eq!(survey.rows as usize, rows.len());
        let at_once = walk(file.as_bytes(), survey.start, usize::MAX / 2, 1000);
        let by_parts = walk(file.as_bytes(), survey.start, window, most);
        prop_assert_eq!(at_once.len(), rows.len());
        for ((whole, part), (course, _)) in at_once.iter().zip(&by_parts).zip(&rows) {
            prop_assert_eq!(&whole.record, &part.record);
            prop_assert_eq!(whole.at, part.at);
            prop_assert_eq!(whole.next.row, part.next.row);
            prop_assert_eq!(std::str::from_utf8(&whole.record[0]).unwrap(), course);
        }
        prop_assert_eq!(by_parts.len(), rows.len());
    }

    #[test]
    fn no_bytes_make_it_panic(file in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(survey) = survey(&file, KNOWN, 1000) {
            walk(&file, survey.start, 100_000, 3);
        }
        rows(&file, Cursor::default(), Delimiter::Comma, false, 5);
    }
}

#[test]
fn the_header_line_says_what_parts_fields() {
    let courses = |file: &str| -> Vec<String> {
        let survey = surveyed(file).unwrap();
        let read = walk(file.as_bytes(), survey.start, 1000, 10);
        let of = |raw: &Raw| texts(raw, &survey.layout).pop().unwrap();
        read.iter().map(of).collect()
    };
    for (file, course) in [
        ("email;course_name\na;Rust, well", "Rust, well"),
        (
            "\u{feff}email;course_name\r\na;\"Rust; well\"",
            "Rust; well",
        ),
        ("\r\n\r\nemail;course_name\ra;Rust", "Rust"),
        ("email,course_name\na,Rust; well", "Rust; well"),
    ] {
        assert_eq!(courses(file), [course], "{file:?}");
    }
    // One column is parted by nothing, whatever its rows say.
    assert_eq!(surveyed("email\na;b").unwrap().delimiter, Delimiter::Comma);
    // With both, a comma parts them: nobody's table program writes that.
    let both = surveyed("email;course_name,student_id\na").unwrap_err();
    assert_eq!(both.code(), "unknown_column");
}
