//! Files as table programs and people write them: what is read, and what is said where that cannot be.

use super::{CERTIFICATES, faults};
use crate::house::{ADMIN, House, STUDENT, Session};
use serde_json::Value;

/// Begins a file whose rows are of this student; courses with grades that were issued, in order, and the errors.
async fn issued(
    house: &House,
    admin: &Session,
    file: &[u8],
) -> (Vec<(String, String)>, Vec<Value>) {
    let before = house
        .pages_of(admin, CERTIFICATES, "certificates", 100)
        .await;
    let bulk = house.begin_csv(admin, file).await;
    assert_eq!(bulk.status, 202, "{bulk:?}");
    house.platform.quiesce().await;
    let id = bulk.at("/bulk_id");
    let bulk = house.bulk(admin, id).await;
    assert_eq!(bulk.at("/status"), "finished", "{bulk:?}");
    let errors = house.row_errors(admin, id, 100).await;
    let all = house
        .pages_of(admin, CERTIFICATES, "certificates", 100)
        .await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut new: Vec<_> = all
        .iter()
        .filter(|row| {
            !before
                .iter()
                .any(|old| old["certificate_id"] == row["certificate_id"])
        })
        .map(|row| (text(row, "course"), text(row, "completion_date")))
        .collect();
    new.sort();
    assert_eq!(bulk.body["total"], new.len() + errors.len(), "{bulk:?}");
    (new, errors)
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_table_programs_write_is_issued_as_it_was_meant() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let tabs =
        "\u{feff}email\tcourse_name\tcompletion_date\nasha@example.org\tTabs: 録画\t2026-01-15\n";
    let cases: [(Vec<u8>, &[&str]); 13] = [
        (
            b"email,course_name,completion_date,grade\nasha@example.org,Short A,2026-01-15,A\nasha@example.org,Short B,2026-01-15\n".to_vec(),
            &["Short A", "Short B"],
        ),
        (
            b"email,course_name,completion_date\nasha@example.org,Blank tail,2026-01-15\n,,\n,,\n".to_vec(),
            &["Blank tail"],
        ),
        (
            b"email,course_name,completion_date,,\nasha@example.org,Trailing,2026-01-15,,\n".to_vec(),
            &["Trailing"],
        ),
        (
            b"sep=;\r\nemail;course_name;completion_date\r\nasha@example.org;Separator;2026-01-15\r\n".to_vec(),
            &["Separator"],
        ),
        (
            b"email\tcourse_name\tcompletion_date\nasha@example.org\tTabs\t2026-01-15\n".to_vec(),
            &["Tabs"],
        ),
        (utf16(tabs, u16::to_le_bytes), &["Tabs: 録画"]),
        (utf16(&tabs.replace("Tabs", "Big"), u16::to_be_bytes), &["Big: 録画"]),
        (
            utf16(&tabs.replace("Tabs", "No mark").replace('\u{feff}', ""), u16::to_le_bytes),
            &["No mark: 録画"],
        ),
        (
            b"E-mail, Course Name ,Completion date\nasha@example.org,Headers,15/01/2026\n".to_vec(),
            &["Headers"],
        ),
        (
            b"email,course_name,completion_date\nasha@example.org, \"Rust, Seven\", 2026-01-15\n".to_vec(),
            &["Rust, Seven"],
        ),
        (
            b"\n\nemail,course_name,completion_date\n\n  \nasha@example.org,Blank lines,2026-01-15\r\n\r\n\x1a".to_vec(),
            &["Blank lines"],
        ),
        (
            b"email,course_name,completion_date\rasha@example.org,Old,\"15 Jan 2026\"\r".to_vec(),
            &["Old"],
        ),
        (
            "email,course_name,completion_date\nasha@example.org,Cafe\u{301},2026-01-15\nasha@example.org,CAFÉ,2026-01-15\n".as_bytes().to_vec(),
            &["Café"],
        ),
    ];
    for (file, courses) in cases {
        let (new, errors) = issued(&house, &admin, &file).await;
        let wanted: Vec<_> = courses
            .iter()
            .map(|course| ((*course).to_owned(), "2026-01-15".to_owned()))
            .collect();
        assert_eq!(new, wanted, "{errors:#?}");
        if courses == ["Café"] {
            assert_eq!(faults(&errors), [(2, "", "duplicate_row")]);
        } else {
            assert_eq!(errors, [Value::Null; 0], "{courses:?}");
        }
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_refused_with_its_line_and_what_to_write() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.sign_in(STUDENT).await;
    let cases: [(&[u8], &str, &str); 6] = [
        (
            b"email,course_name,completion_date\nasha@example.org,\"Quote,2026-01-15\nnoemie@example.org,B,2026-01-15\nadebayo@example.org,C,2026-01-15\n",
            "open_quote",
            "line 2",
        ),
        (
            b"email,course_name,completion_date\nasha@example.org,A,2026-01-15\nnoemie@example.org,\"B,2026-01-15\nadebayo@example.org,\"C\",2026-01-15\n",
            "open_quote",
            "line 3",
        ),
        (
            b"email,course_name,completion_date\nasha@example.org,\"Rust\" Seven,2026-01-15\n",
            "misplaced_quote",
            "line 2",
        ),
        (
            b"Mail,Kurs,Datum\nasha@example.org,Rust,2026-01-15\n",
            "unknown_column",
            "known are student_id, email, course_name",
        ),
        (
            b"mail\tcourse_name\tcompletion_date\na\tb\tc\n",
            "unknown_column",
            "unknown columns: mail;",
        ),
        (b"\xff\xfee\0m\0a\0i\0l\0\n\0\x3d\xd8a\0", "not_utf8", "line 2"),
    ];
    for (file, code, said) in cases {
        let answer = house.begin_csv(&admin, file).await;
        answer.is_problem(422, "invalid_file");
        assert_eq!(answer.at("/errors/0/code"), code, "{answer:?}");
        assert!(answer.at("/errors/0/detail").contains(said), "{answer:?}");
    }
    let rows = "email,course_name,completion_date,,grade\n\
        asha@example.org,Two days,03/04/2026\n\
        asha@example.org,Short year,15/01/26\n\
        asha@example.org,A count,46037\n\
        asha@example.org,Lost,2026-01-15,lost\n\
        asha@example.org,Wide,2026-01-15,,A,B\n";
    let (new, errors) = issued(&house, &admin, rows.as_bytes()).await;
    assert!(new.is_empty());
    assert_eq!(
        faults(&errors),
        [
            (1, "completion_date", "invalid_value"),
            (2, "completion_date", "invalid_value"),
            (3, "completion_date", "invalid_value"),
            (4, "", "unnamed_column"),
            (5, "", "wrong_field_count"),
        ]
    );
    for error in &errors[..3] {
        let detail = error["detail"].as_str().expect("a text");
        assert!(detail.contains("2026-01-31"), "{detail}");
    }
    let windows = b"email,course_name,completion_date\nasha@example.org,No\xebl,2026-01-15\nasha@example.org,Good,2026-01-15\n";
    let (new, errors) = issued(&house, &admin, windows).await;
    assert_eq!(new.len(), 1);
    assert_eq!(faults(&errors), [(1, "course_name", "not_utf8")]);
    let detail = errors[0]["detail"].as_str().expect("a text");
    assert!(detail.contains("CSV UTF-8"), "{detail}");
    house.finish().await;
}
