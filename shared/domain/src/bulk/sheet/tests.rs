use super::*;
use proptest::prelude::*;

const KNOWN: &[&str] = &["student_id", "email", "course_name"];

fn surveyed(file: impl AsRef<[u8]>) -> Result<Survey, Fault> {
    survey(file.as_ref(), KNOWN, 10)
}

/// Every row of what is kept, read in parts of `window` bytes and at most `most` rows at a time.
fn walk(kept: &[u8], window: usize, most: usize) -> Vec<Raw> {
    let mut at = Cursor::default();
    let mut found = Vec::new();
    loop {
        let from = usize::try_from(at.byte).unwrap();
        let to = (from + window).min(kept.len());
        let read = rows(&kept[from..to], at, to == kept.len(), most);
        let Some(last) = read.last() else {
            return found;
        };
        at = last.next;
        found.extend(read);
    }
}

fn texts(raw: &Raw, layout: &Layout) -> Vec<String> {
    let fields = raw.fields(layout).unwrap();
    let of = |name: &&str| fields.get(name).map(ToOwned::to_owned);
    KNOWN.iter().filter_map(of).collect()
}

/// What a file says, row by row, and where the rows are.
fn read(file: impl AsRef<[u8]>) -> Vec<(u64, Vec<String>)> {
    let survey = surveyed(file).unwrap();
    let read = walk(&survey.kept, 1000, 10);
    assert_eq!(read.len(), survey.rows as usize);
    let of = |raw: &Raw| (raw.line, texts(raw, &survey.layout));
    read.iter().map(of).collect()
}

fn row(line: u64, texts: &[&str]) -> (u64, Vec<String>) {
    (line, texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn columns_stand_in_any_order_and_letter_case_behind_a_byte_order_mark() {
    let file = "\u{feff}Course_Name , EMAIL\r\n\"Rust, well\" , a@b.org \r\n\r\n\"two\r\nlines \"\"q\"\"\",c@d.org\rlast,e@f.org";
    assert_eq!(
        read(file),
        [
            row(2, &["a@b.org", "Rust, well"]),
            row(4, &["c@d.org", "two\r\nlines \"q\""]),
            row(6, &["e@f.org", "last"]),
        ]
    );
}

#[test]
fn names_are_known_however_they_are_typed() {
    for header in [
        "E-mail,Course Name",
        " e mail , COURSE-NAME ",
        "\"Email\",\"Coursename\"",
        "É-mail,Course\u{a0}Name",
    ] {
        assert_eq!(
            read(format!("{header}\na,Rust")),
            [row(2, &["a", "Rust"])],
            "{header}"
        );
    }
}

#[test]
fn a_file_without_rows_is_refused_with_what_is_missing() {
    for empty in ["", "\n\r\n\n", "\u{feff}", " \n,,\n", "\u{1a}", "sep=;\n"] {
        assert_eq!(surveyed(empty), Err(Fault::Empty), "{empty:?}");
    }
    for headers in [
        "email",
        "email,course_name\r\n",
        "email\n\n ,\n",
        "email\n\u{1a}",
    ] {
        assert_eq!(surveyed(headers), Err(Fault::NoRows), "{headers:?}");
    }
}

#[test]
fn a_column_that_is_unknown_or_there_twice_refuses_the_file() {
    let unknown = |names: &[&str]| {
        Err(Fault::UnknownColumns {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            known: KNOWN.to_vec(),
        })
    };
    assert_eq!(surveyed("email,curse_name\nx,y"), unknown(&["curse_name"]));
    assert_eq!(surveyed("email;curse_name\nx;y"), unknown(&["curse_name"]));
    assert_eq!(surveyed("email\tcurse\nx\ty"), unknown(&["curse"]));
    for twice in ["email,Email\nx,y", "email,E-Mail\nx,y"] {
        let fault = Err(Fault::RepeatedColumn("email".to_owned()));
        assert_eq!(surveyed(twice), fault);
    }
    let long = format!("{}\u{7},email\nx,y", "n".repeat(200));
    assert_eq!(surveyed(long), unknown(&[&"n".repeat(40)]));
    assert_eq!(surveyed(b"em\xffail\nx"), Err(Fault::NotUtf8));
}

#[test]
fn a_column_without_a_name_is_nothing_until_a_row_has_something_there() {
    assert_eq!(read("email,,\nx,,"), [row(2, &["x"])]);
    assert_eq!(read("email, ,course_name\nx,,y"), [row(2, &["x", "y"])]);
    let survey = surveyed("email,,course_name,\nx,lost,y,\nx,,y,lost").unwrap();
    let read = walk(&survey.kept, 1000, 10);
    let faults = [
        Malformed::NoName { column: 1 },
        Malformed::FieldCount { has: 4, wanted: 3 },
    ];
    for (raw, fault) in read.iter().zip(faults) {
        assert_eq!(raw.fields(&survey.layout), Err((fault, None)));
    }
}

#[test]
fn a_short_row_says_nothing_of_the_rest_and_a_row_without_text_is_none() {
    let file = "student_id,email,course_name\ni,e,c\ni\n,,\n \t\n\n,e,,,\n";
    assert_eq!(
        read(file),
        [row(2, &["i", "e", "c"]), row(3, &["i"]), row(7, &["e"])]
    );
}

#[test]
fn a_bomb_of_columns_of_rows_or_of_one_row_is_refused() {
    let wide = "email,".repeat(10_000);
    assert!(matches!(
        surveyed(&wide[..60_000]),
        Err(Fault::TooManyColumns { has: 10_001 })
    ));
    let header = "e".repeat(70_000);
    assert!(matches!(
        surveyed(header),
        Err(Fault::RowTooLong { row: 0, .. })
    ));
    let many = format!("email\n{}", "a\n".repeat(11));
    assert_eq!(surveyed(many), Err(Fault::TooManyRows { most: 10 }));
    let open = format!("email\nok\n\"never closed\n{}", "a@b.org\n".repeat(10_000));
    assert_eq!(surveyed(open), Err(Fault::RowTooLong { row: 2, line: 3 }));
    let long = format!("email\nok\n\n{}", "a".repeat(70_000));
    assert_eq!(surveyed(long), Err(Fault::RowTooLong { row: 2, line: 4 }));
}

#[test]
fn a_quote_that_is_not_closed_is_told_with_its_line() {
    for file in [
        "email,course_name\na,\"Quote\nb,B\nc,C\n",
        "email,course_name\na,\"Quote\nb,\"B\"\nc,C\n",
        "email,course_name\na,\"Quote\nb,\"\"\n",
        "email,course_name\na,  \"Quote",
    ] {
        assert_eq!(
            surveyed(file),
            Err(Fault::OpenQuote { line: 2 }),
            "{file:?}"
        );
    }
    let later = "email,course_name\na,\"two\nlines\"\nb,\"x";
    assert_eq!(surveyed(later), Err(Fault::OpenQuote { line: 4 }));
    assert_eq!(surveyed("\"email\nx"), Err(Fault::OpenQuote { line: 1 }));
    let behind = "email,course_name\nok,ok\na,\"Rust\" Seven\n";
    assert_eq!(surveyed(behind), Err(Fault::MisplacedQuote { line: 3 }));
}

#[test]
fn white_space_around_quotes_is_passed_over() {
    assert_eq!(
        read("email,course_name\na, \"Rust, Seven\" \n\t\"b\"\t,5\" disk\n"),
        [row(2, &["a", "Rust, Seven"]), row(3, &["b", "5\" disk"])]
    );
    // Where tabs part fields they are no white space.
    assert_eq!(
        read("student_id\temail\tcourse_name\n\t\ta\n\"i\"\t \"e\"\tc"),
        [row(2, &["a"]), row(3, &["i", "e", "c"])]
    );
}

#[test]
fn what_parts_fields_is_told_by_a_line_of_its_own_or_by_the_header() {
    for (file, line, course) in [
        ("email;course_name\na;Rust, well", 2, "Rust, well"),
        (
            "\u{feff}email;course_name\r\na;\"Rust; well\"",
            2,
            "Rust; well",
        ),
        ("\r\n\r\nemail;course_name\ra;Rust", 4, "Rust"),
        ("email,course_name\na,Rust; well", 2, "Rust; well"),
        ("email\tcourse_name\na\tRust, well", 2, "Rust, well"),
        ("email|course_name\na|Rust", 2, "Rust"),
        ("sep=;\r\nemail;course_name\r\na;Rust", 3, "Rust"),
        (
            "\u{feff}\"SEP=,\"\nemail,course_name\na,Rust; well",
            3,
            "Rust; well",
        ),
        ("sep=\t\nemail\tcourse_name\na\tRust", 3, "Rust"),
        ("sep=^\nemail^course_name\na^Rust", 3, "Rust"),
        ("\"email\";\"course_name\"\na;Rust", 2, "Rust"),
    ] {
        assert_eq!(read(file), [row(line, &["a", course])], "{file:?}");
    }
    // One column is parted by nothing, whatever its rows say.
    assert_eq!(read("email\na;b"), [row(2, &["a;b"])]);
    // With both, a comma parts them: nobody's table program writes that.
    let both = surveyed("email;course_name,student_id\na").unwrap_err();
    assert_eq!(both.code(), "unknown_column");
}

#[test]
fn utf_16_is_read_and_a_broken_one_is_told() {
    let text = "email\tcourse_name\r\na\tCafé 録画 👩\r\n";
    let expected = [row(2, &["a", "Café 録画 👩"])];
    let bytes = |unit: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        let text = format!("{mark}{text}");
        text.encode_utf16().flat_map(unit).collect()
    };
    for file in [
        bytes(u16::to_le_bytes, "\u{feff}"),
        bytes(u16::to_be_bytes, "\u{feff}"),
        bytes(u16::to_le_bytes, ""),
        bytes(u16::to_be_bytes, ""),
    ] {
        assert_eq!(read(file), expected);
    }
    let mut odd = bytes(u16::to_le_bytes, "\u{feff}");
    odd.push(0);
    assert_eq!(surveyed(&odd), Err(Fault::BrokenUtf16 { line: 3 }));
    let half: Vec<u8> = [0xfeff, 0x65, 0xa, 0xd83d, 0x61]
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(surveyed(&half), Err(Fault::BrokenUtf16 { line: 2 }));
    let wide = b"\xff\xfe\0\0e\0\0\0";
    assert_eq!(surveyed(wide), Err(Fault::NotUtf8));
}

#[test]
fn a_row_that_is_too_wide_or_not_of_utf8_is_a_fault_of_that_row() {
    let file = b"email,course_name\na,b,c\nx\xff,y\ngood,row\n\x1a\r\n";
    let survey = surveyed(file).unwrap();
    let read = walk(&survey.kept, 1000, 10);
    assert_eq!(
        read[0].fields(&survey.layout),
        Err((Malformed::FieldCount { has: 3, wanted: 2 }, None))
    );
    assert_eq!(
        read[1].fields(&survey.layout),
        Err((Malformed::NotUtf8 { column: 0 }, Some("email")))
    );
    assert_eq!(texts(&read[2], &survey.layout), ["good", "row"]);
    assert_eq!(read.len(), 3);
}

#[test]
fn what_was_not_surveyed_has_no_rows() {
    assert_eq!(rows(b"email,course_name\n", Cursor::default(), true, 5), []);
}

proptest! {
    #[test]
    fn reading_by_parts_finds_what_was_written(
        rows in prop::collection::vec(("[a-z\",;\t\n\r é]{0,12}", "[a-z ]{1,6}"), 1..30),
        ends in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        delimiter in prop::sample::select(vec![",", ";", "\t"]),
        window in 80_usize..200,
        most in 1_usize..7,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut file = format!("course_name{delimiter}email{ends}");
        for (course, email) in &rows {
            file += &[quoted(course).as_str(), delimiter, "x", email.as_str(), ends].concat();
        }
        let survey = survey(file.as_bytes(), KNOWN, 100).unwrap();
        prop_assert_eq!(survey.rows as usize, rows.len());
        let at_once = walk(&survey.kept, usize::MAX / 2, 1000);
        let by_parts = walk(&survey.kept, window, most);
        prop_assert_eq!(at_once.len(), rows.len());
        prop_assert_eq!(&at_once, &by_parts);
        for (raw, (course, email)) in at_once.iter().zip(&rows) {
            let fields = raw.fields(&survey.layout).unwrap();
            prop_assert_eq!(fields.get("course_name").unwrap_or_default(), course.trim());
            let email = format!("x{email}");
            prop_assert_eq!(fields.get("email"), Some(email.trim()));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(file in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(survey) = survey(&file, KNOWN, 1000) {
            walk(&survey.kept, 100_000, 3);
        }
        rows(&file, Cursor::default(), false, 5);
    }

    #[test]
    fn no_marks_of_the_format_make_it_panic(file in "(email|course_name|[\",;\t\r\n =\u{1a}\0]|sep=){0,40}") {
        if let Ok(survey) = survey(file.as_bytes(), KNOWN, 1000) {
            prop_assert_eq!(walk(&survey.kept, 100_000, 3).len(), survey.rows as usize);
        }
    }
}
